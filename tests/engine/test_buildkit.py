"""Builds by BuildKit on a real engine: contexts, options of compose, secrets, failures, two runs at once."""

import uuid

import anyio
import pytest
from dagger import dag
from engine.buildkit_product import BASE, ONE, Files, Product, on_the_engine, settings
from engine.calls import unreachable
from programs import unavailable

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.pipelines.ports import Builds

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def engine() -> None:
    if why := unreachable():
        unavailable("engine", why)


def test_arguments_target_and_labels_reach_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = (
        "services:\n  web:\n    build:\n      context: .\n      target: first\n"
        "      args: {WHO: \"you and 'me'\\n$HOME\"}\n      labels: [org.example.team=web]\n"
    )
    dockerfile = f'{BASE.strip()} AS first\nARG WHO=nobody\nRUN echo -n "$WHO" > /who\n{BASE}RUN false\n'

    async def test() -> None:
        product = Product({"docker-compose.yaml": compose.replace("$HOME", "$$HOME"), "Dockerfile": dockerfile})
        image = product.pushed(await product.publish({"org.example.run": "1"}))
        assert await image.file("/who").contents() == "you and 'me'\n$HOME"
        assert await image.label("org.example.team") == "web"
        assert await image.label("org.example.run") == "1"
        assert await image.env_variable("WHO") is None

    on_the_engine(monkeypatch, test)


def test_what_compose_s_build_can_say_reaches_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = (
        "services:\n  web:\n    build:\n      context: app\n      dockerfile: ../Dockerfile.web\n"
        "      additional_contexts: {lib: lib, os: 'docker-image://python:3.11-slim'}\n      network: none\n"
        "      extra_hosts: ['shop.example:10.1.2.3']\n      shm_size: 8m\n"
        "      ulimits: {nofile: {soft: 77, hard: 88}}\n"
    )
    dockerfile = (
        "FROM os\nCOPY --from=lib l /x/l\nCOPY . /x/\nRUN cat /etc/hosts > /x/hosts; ulimit -n > /x/files; "
        "df -k /dev/shm | tail -n 1 > /x/shm; ls /sys/class/net > /x/net\n"
    )

    async def test() -> None:
        files = {"docker-compose.yaml": compose, "Dockerfile.web": dockerfile, "lib/l": "L", "app/a": "A", "app/no": ""}
        product = Product({**files, "app/.dockerignore": "no\n"})
        made = product.pushed(await product.publish()).directory("/x")
        assert sorted(await made.entries()) == [".dockerignore", "a", "files", "hosts", "l", "net", "shm"]
        assert "10.1.2.3\tshop.example" in await made.file("hosts").contents()
        assert await made.file("files").contents() == "77\n"
        assert "8192" in await made.file("shm").contents()
        assert await made.file("net").contents() == "lo\n"

    on_the_engine(monkeypatch, test)


def test_secrets_reach_a_build_and_are_in_no_layer_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    value = f"secret-{uuid.uuid4().hex}"
    compose = "services:\n  web:\n    build: {context: ., secrets: [a/b]}\n"
    use = "RUN --mount=type=secret,id=a/b,target=/s wc -c < /s > /size\n"

    async def test() -> None:
        given = BuildInputs({"a/b": dag.set_secret("a/b", value)}, (value,))
        product = Product({"docker-compose.yaml": compose, "Dockerfile": BASE + use}, inputs=given)
        assert (await product.pushed(await product.publish()).file("/size").contents()).strip() == str(len(value))
        shown = "RUN --mount=type=secret,id=a/b,target=/s cat /s; rev /s; false\n"
        product = Product({"docker-compose.yaml": compose, "Dockerfile": BASE + shown}, inputs=given)
        problem = await product.problem()
        assert "Dockerfile:2: The image `builder` could not be built" in problem
        assert value not in problem

    on_the_engine(monkeypatch, test)


def test_all_failures_are_reported_and_what_is_good_is_pushed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("good", "bad", "gone")
    compose = "services:\n" + "".join(f"  {one}:\n    build: {{dockerfile: Dockerfile.{one}}}\n" for one in names)
    files = {
        "docker-compose.yaml": compose,
        "Dockerfile.good": f"{BASE}RUN echo good > /good\n",
        "Dockerfile.bad": f"{BASE}RUN true\nRUN seq 1000 1099 && echo reason >&2 && exit 3\n",
        "Dockerfile.gone": "FROM nobody.invalid/nothing:1\n",
    }

    async def test() -> None:
        product = Product(files)
        builds = await product.publish()
        assert await product.pushed(builds).file("/good").contents() == "good\n"
        bad, gone = (str(one.error) for one in builds.outcomes[1:])
        assert "Dockerfile.bad:3: The image `bad` could not be built" in bad
        assert "reason" in bad
        assert "1099" in bad
        assert "1010" not in bad  # only the end of the log
        assert ">>> RUN seq 1000" in bad
        assert "Dockerfile.gone:1: The image `gone` could not be built" in gone

    on_the_engine(monkeypatch, test)


def test_equal_builds_have_one_digest_and_another_build_is_from_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = "RUN cat /proc/sys/kernel/random/uuid > /stamp\n"
    files = {"docker-compose.yaml": ONE, "Dockerfile": f"{BASE}COPY mine /\n{stamp}", "mine": "1", "other": "1"}

    async def test() -> None:
        own = settings()
        digests, stamps = [], []
        for changed in ({}, {"other": "2"}, {"mine": "2"}):
            product = Product({**files, **changed}, own)
            builds = await product.publish()
            digests.append(builds.outcomes[0].result)
            stamps.append(await product.pushed(builds).file("/stamp").contents())
        assert digests[0] == digests[1] != digests[2]
        assert stamps[0] == stamps[1] != stamps[2]

    on_the_engine(monkeypatch, test)


def test_of_two_runs_at_once_the_second_waits_and_one_that_was_cut_off_leaves_a_cache_that_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = f"{BASE}RUN sleep 6 && cat /proc/sys/kernel/random/uuid > /stamp\n"

    async def test() -> None:
        own, outcomes = settings(), list[Builds]()

        async def publish(files: Files) -> None:
            outcomes.append(await Product(files, own).publish())

        with anyio.move_on_after(4):
            await publish({"docker-compose.yaml": ONE, "Dockerfile": slow})
        assert outcomes == []
        async with anyio.create_task_group() as tasks:
            for count in range(2):
                tasks.start_soon(publish, {"docker-compose.yaml": ONE, "Dockerfile": f"{slow}RUN echo {count} > /n\n"})
        assert [one.error for builds in outcomes for one in builds.outcomes] == [None, None]
        assert [builds.warnings for builds in outcomes] == [(), ()]

    on_the_engine(monkeypatch, test)


def test_a_damaged_cache_is_emptied_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        own = settings()
        files = {"docker-compose.yaml": ONE, "Dockerfile": f"{BASE}RUN echo 1 > /one\n"}
        await Product(files, own).publish()
        volume = dag.cache_volume(f"slipway-buildkit-{own.product_name}")
        broken = "cd /c/state && ls && for f in */*.db *.db */*/*.db; do [ ! -f $f ] || echo rubbish > $f; done"
        await (
            dag.container()
            .from_("python:3.11-slim")
            .with_mounted_cache("/c", volume)
            .with_exec(["sh", "-c", broken])
            .sync()
        )
        product = Product(files, own)
        builds = await product.publish()
        assert await product.pushed(builds).file("/one").contents() == "1\n"
        assert [one.what for one in builds.warnings] == [
            "The builder's cache could not be used, and was emptied: this call built everything anew"
        ]

    on_the_engine(monkeypatch, test)


def test_many_images_share_steps_and_each_step_is_executed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"s{at}" for at in range(6)]
    count = "RUN --mount=type=cache,id=count,target=/c"
    files = {
        "docker-compose.yaml": "services:\n" + "".join(f"  {n}: {{build: {{dockerfile: D.{n}}}}}\n" for n in names)
    }
    for at, name in enumerate(names):
        files[name] = ""
        files[f"D.{name}"] = (
            f"{BASE}{count} sleep 1; echo shared >> /c/log\nCOPY {name} /\n"
            f"{count} sleep {at % 3}; echo {name} >> /c/log\n"
        )

    async def test() -> None:
        own = settings()
        builds = await Product(files, own).publish()
        assert [one.error for one in builds.outcomes] == [None] * len(names)
        product = Product({"docker-compose.yaml": ONE, "Dockerfile": f"{BASE}{count} cp /c/log /log\n"}, own)
        lines = (await product.pushed(await product.publish()).file("/log").contents()).split()
        assert sorted(lines) == sorted([*names, "shared"])

    on_the_engine(monkeypatch, test)

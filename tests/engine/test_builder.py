"""Builds on a real engine: the context, arguments, labels and failures."""

import shutil
import uuid
from collections.abc import Awaitable, Callable, Mapping

import anyio
import dagger
import pytest
from dagger import dag
from engine.calls import Dagger

from ci.adapters.dagger_builder import DaggerBuilder
from ci.adapters.dagger_source import DaggerSource
from ci.core.release import plan as planning
from ci.core.settings.product import Settings
from ci.errors import BuildError
from ci.session import read_source

pytestmark = pytest.mark.engine
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
SETTINGS = Settings(image_prefix="ghcr.io/slipway-tests/builder", product_name="Builder")
BASE = "FROM python:3.11-slim\n"
STAMP = "RUN cat /proc/sys/kernel/random/uuid > /stamp\n"
ONE = "services:\n  web:\n    build: .\n"


def on_the_engine(_: Dagger, monkeypatch: pytest.MonkeyPatch, test: Callable[[], Awaitable[None]]) -> None:
    monkeypatch.setenv("_EXPERIMENTAL_DAGGER_CLI_BIN", shutil.which("dagger") or "")

    async def connected() -> None:
        async with dagger.connection():
            await test()

    anyio.run(connected)


def tree(files: Mapping[str, str]) -> dagger.Directory:
    made = dag.directory()
    for path, text in files.items():
        made = made.with_new_file(path, text)
    return made


async def build(source: dagger.Directory, labels: Mapping[str, str] | None = None) -> dagger.Container:
    read = await read_source(DaggerSource(source, source), SETTINGS)
    (image,) = planning.plan_images(read, SETTINGS, GIT_SHA)
    return await DaggerBuilder(source, SETTINGS, labels or {}).built(image)


async def listed(image: dagger.Container, path: str) -> list[str]:
    return sorted(await image.directory(path).entries())


def test_an_edit_elsewhere_in_the_context_rebuilds_nothing(dagger: Dagger, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        mine, other = uuid.uuid4().hex, uuid.uuid4().hex
        files = {"docker-compose.yaml": ONE, "Dockerfile": f"{BASE}COPY mine/ /mine/\n{STAMP}", "mine/a": mine}
        stamps = [
            await (await build(tree({**files, **more}))).file("/stamp").contents()
            for more in ({"other": other}, {"other": other + "x"}, {"mine/a": mine + "x"})
        ]
        assert stamps[0] == stamps[1] != stamps[2]

    on_the_engine(dagger, monkeypatch, test)


def test_everything_that_a_dockerfile_reads_is_in_the_context(dagger: Dagger, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        lines = "COPY a*.txt dir/ /x/\nCOPY file /x/named\nCOPY link/deep linked /x/\n"
        mount = "RUN --mount=type=bind,source=bound,target=/b cp /b/f /x/from-mount\n"
        files = {"a1.txt": "", "a2.txt": "", "dir/sub/f": "", "file": "", "real/deep": "", "bound/f": "", "unread": ""}
        source = tree({"docker-compose.yaml": ONE, "Dockerfile": BASE + lines + mount, **files})
        source = source.with_symlink("real", "link").with_symlink("real/deep", "linked")
        wanted = ["a1.txt", "a2.txt", "deep", "from-mount", "linked", "named", "sub/"]
        assert await listed(await build(source), "/x") == wanted

    on_the_engine(dagger, monkeypatch, test)


@pytest.mark.parametrize("ignore", [{}, {".dockerignore": "secret*\n"}])
def test_a_dockerfile_from_outside_the_context_is_not_copied(
    dagger: Dagger, monkeypatch: pytest.MonkeyPatch, ignore: Mapping[str, str]
) -> None:
    begin = "services:\n  web:\n    build:\n      context: app\n"
    inline = begin + '      dockerfile_inline: "FROM python:3.11-slim\\nCOPY . /x\\n"\n'
    outside = begin + "      dockerfile: ../Dockerfile.web\n"

    async def test() -> None:
        for compose in (inline, outside):
            files = {
                "docker-compose.yaml": compose,
                "Dockerfile.web": BASE + "COPY . /x\n",
                "app/secret": "s",
                "app/f": "",
            }
            source = tree({**files, **{f"app/{name}": text for name, text in ignore.items()}})
            found = await listed(await build(source), "/x")
            assert found == sorted(["f", *(ignore or ["secret"])])

    on_the_engine(dagger, monkeypatch, test)


def test_arguments_target_and_labels_reach_the_image(dagger: Dagger, monkeypatch: pytest.MonkeyPatch) -> None:
    compose = (
        "services:\n  web:\n    build:\n      context: .\n      target: first\n"
        "      args: {WHO: you}\n      labels: [org.example.team=web]\n"
    )
    dockerfile = f"{BASE.strip()} AS first\nARG WHO=nobody\nRUN echo -n $WHO > /who\n{BASE}RUN false\n"

    async def test() -> None:
        image = await build(tree({"docker-compose.yaml": compose, "Dockerfile": dockerfile}), {"org.example.run": "1"})
        assert await image.file("/who").contents() == "you"
        assert await image.label("org.example.team") == "web"
        assert await image.env_variable("WHO") is None
        assert await image.env_variable("PATH")
        assert await image.label("org.example.run") == "1"
        assert await image.label(planning.IMAGE) == f"{SETTINGS.product_name}: Dockerfile, target first"

    on_the_engine(dagger, monkeypatch, test)


def test_a_failure_shows_its_step_and_the_end_of_the_log(dagger: Dagger, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        lines = "RUN seq 1000 1099 && echo reason >&2 && exit 3\n"
        with pytest.raises(BuildError) as caught:
            await build(tree({"docker-compose.yaml": ONE, "Dockerfile": BASE + lines}))
        text = str(caught.value)
        assert "Dockerfile: The image `builder` could not be built" in text
        assert "reason" in text
        assert "1099" in text
        assert "1010" not in text  # only the end of the log
        assert "seq 1000" in text

    on_the_engine(dagger, monkeypatch, test)

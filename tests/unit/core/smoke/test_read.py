"""A pinned compose file read into a boot plan, and all that is wrong with it at once."""

from typing import Any

import pytest
from smoke_fakes import smoke_settings

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.compose.parse import parse
from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.boot import Booted, BootPlan, HealthCheck, Mount, Port
from ci.core.smoke.read import boot_plan, secret_names
from ci.errors import ConfigurationError

FILE = "docker-compose.omni.yaml"
FULL = """\
x-base: &base
  restart: unless-stopped
  environment: {SHARED: "{{ $secrets.dbPassword }}", PRICE: 5$$}
services:
  web:
    <<: *base
    image: r.example/web:sha-1
    depends_on:
      db: {condition: service_healthy, restart: true}
      init: {condition: service_completed_successfully}
    user: "10001:10001"
    working_dir: /app
    entrypoint: sh -c
    command: ["exec web --port ${PORT:-80}"]
    ports: ["8000:80"]
    expose: [81]
    volumes: [files:/files, ./certs:/certs:ro]
    healthcheck: {test: [CMD, check], interval: 5s}
    stop_signal: quit
    stop_grace_period: 1m
    deploy: {resources: {limits: {memory: 512M}}}
    x-omnistrate-mode-internal: true
  init:
    image: r.example/init:sha-1
    environment: [A=1, B, GIVEN, "C={{ $sys.id }}"]
    depends_on: [db]
    restart: on-failure:3
  db:
    image: postgres:17
    profiles: []
    configs: [{source: conf, target: /etc/conf}]
    secrets: [token]
  debug:
    image: busybox
    profiles: [debug]
    environment: {X: "{{ $secrets.other }}"}
  none:
    image: busybox
    deploy: {replicas: 0}
volumes:
  files:
configs:
  conf: {content: "a: {{ $secrets.dbPassword }}"}
secrets:
  token: {file: ./token}
"""
SETTINGS = SmokeSettings(expressions={"sys.id": "i-1"}, variables={"GIVEN": "g"}, core=("init",))


def plan(text: str, settings: SmokeSettings = SETTINGS, **more: Any) -> BootPlan:
    return boot_plan(parse(text, FILE), settings, {"dbPassword": "pw", "other": "o"}, **more)


def wrong(services: str, settings: SmokeSettings | None = None, **more: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        plan(f"services:\n{services}", settings or SmokeSettings(), **more)
    return str(caught.value)


def test_every_part_of_a_service_is_read() -> None:
    assert plan(FULL).of("web") == Booted(
        name="web",
        image="r.example/web:sha-1",
        line=5,
        needs=(Dependency("db", Condition.HEALTHY, restart=True), Dependency("init", Condition.COMPLETED)),
        entrypoint=("sh", "-c"),
        command=("exec web --port 80",),
        environment={"SHARED": "pw", "PRICE": "5$"},
        user="10001:10001",
        working_dir="/app",
        restart="always",
        health=HealthCheck(("check",), 5.0),
        mounts=(Mount("/files", "volume", "files"), Mount("/certs", "bind", "./certs", read_only=True)),
        ports=(Port(80, 8000), Port(81)),
        stop_signal="SIGQUIT",
        stop_seconds=60.0,
        memory_limit=512 * 2**20,
    )


def test_services_come_in_order_and_what_is_turned_off_is_left() -> None:
    read = plan(FULL)
    assert [one.name for one in read.services] == ["db", "init", "web"]
    assert read.left == ("debug", "none")


def test_the_core_is_what_it_names_and_what_that_waits_for() -> None:
    assert [one.name for one in plan(FULL, core_only=True).services] == ["db", "init"]


def test_an_environment_in_a_list_is_as_compose_reads_it() -> None:
    init = plan(FULL).of("init")
    assert init is not None
    assert init.environment == {"A": "1", "GIVEN": "g", "C": "i-1"}


def test_files_of_the_compose_file_itself_are_mounted() -> None:
    db = plan(FULL).of("db")
    assert db is not None
    token = Mount("/run/secrets/token", "bind", "./token", read_only=True)
    assert db.mounts == (token, Mount("/etc/conf", "text", "a: pw", read_only=True))


def test_another_image_is_given_by_service_or_by_image() -> None:
    settings = SmokeSettings(images={"db": "mine:1", "r.example/init:sha-1": "mine:2"}, **of(SETTINGS))
    images = {one.name: one.image for one in plan(FULL, settings).services}
    assert images == {"web": "r.example/web:sha-1", "init": "mine:2", "db": "mine:1"}


def of(settings: SmokeSettings) -> dict[str, Any]:
    return {"expressions": settings.expressions, "variables": settings.variables}


def test_secrets_are_those_of_services_and_steps_without_a_value_of_their_own() -> None:
    step = {"name": "s", "service": "web", "http": "GET /", "send_json": {"password": "{{ $secrets.admin }}"}}
    compose = parse(FULL, FILE)
    assert secret_names(compose, smoke_settings(steps=[step])) == ("dbPassword", "other", "admin")
    assert secret_names(compose, smoke_settings(secrets={"dbPassword": "x"})) == ("other",)


@pytest.mark.parametrize(
    ("services", "told"),
    [
        ("  a: {build: .}", "`a` has no image"),
        ("  a: {image: i, depends_on: [b]}", "`a` waits for `b`, which is no service"),
        ("  a: {image: i, depends_on: [b]}\n  b: {image: i, profiles: [x]}", "`b`, which is not booted"),
        (
            "  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [a]}",
            "in a circle, and none can start: a → b → a",
        ),
        ("  a: {image: i, links: ['b:x']}\n  b: {image: i, depends_on: [a]}", "in a circle"),
        (
            "  a: {image: i, ports: ['1:2']}\n  b: {image: i, ports: ['1:3']}",
            "Port 1/tcp of the host is published twice: by `a` and by `b`",
        ),
        ("  a: {image: i, network_mode: host}", "Not possible here: host"),
        ("  a: {image: i, volumes_from: [b]}", "Not possible here"),
        ("  a: {image: i, volumes: ['v:/v']}", "mounts the volume `v`, which is not declared"),
        ("  a: {image: i, volumes: ['/run/docker.sock:/s']}", "mounts a path of the host: /run/docker.sock"),
        ("  a: {image: i, volumes: ['../x:/s']}", "mounts a path of the host: ../x"),
        ("  a: {image: i, healthcheck: {test: [X]}}", "`healthcheck` of `a` can't be read"),
        ("  a: {image: i, healthcheck: {interval: 5}}", "a duration with its unit"),
        ("  a: {image: i, restart: maybe}", "`restart` of `a` can't be read"),
        ("  a: {image: i, ports: [x]}", "`ports` of `a` can't be read"),
        ("  a: {image: i, environment: {A: $B}}", "The variable `B` has no value"),
        ("  a: {image: i, environment: {A: $sys.x}}", "`sys.x` of Omnistrate has no value here"),
        ("  a: {image: i, secrets: [s]}", "uses `s` of `secrets`, whose content is not known"),
        (
            (
                "  a: {image: i, depends_on: {b: {condition: service_healthy}}}\n"
                "  b: {image: i, healthcheck: {disable: true}}"
            ),
            "`a` waits for `b` to be healthy, whose health check is turned off",
        ),
    ],
)
def test_what_is_wrong_is_told_before_anything_starts(services: str, told: str) -> None:
    found = wrong(services)
    assert told in found
    assert FILE in found


def test_a_service_that_need_not_be_there_may_be_missing() -> None:
    needs = "depends_on: {b: {condition: service_started, required: false}}"
    text = f"services:\n  a: {{image: i, {needs}}}\n  b: {{image: i, profiles: [x]}}"
    assert plan(text, SmokeSettings()).services[0].needs == ()


def test_all_of_it_is_told_at_once_with_the_line_of_each() -> None:
    found = wrong("  a:\n    image: i\n    environment: {A: $B}\n    depends_on: [b]\n    restart: maybe\n")
    assert found.startswith("3 problems:")
    assert [line for line in ("yaml:4", "yaml:5", "yaml:6") if line not in found] == []


@pytest.mark.parametrize("key", ["core", "excluded", "non_critical"])
def test_a_setting_that_names_no_service(key: str) -> None:
    assert "one of a" in wrong("  a: {image: i}", smoke_settings(**{key: ["b"]}))


def test_a_step_that_names_no_service() -> None:
    settings = smoke_settings(steps=[{"name": "s", "service": "b", "stop": True}])
    assert "the compose file does not have: steps, s: b" in wrong("  a: {image: i}", settings)


def test_a_core_that_nobody_named() -> None:
    assert "Which services are the core is not known" in wrong("  a: {image: i}", core_only=True)


def test_nobody_waits_for_what_may_be_down_at_any_distance() -> None:
    services = "  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [g]}\n  g: {image: i}"
    found = wrong(services, SmokeSettings(non_critical=("g",)))
    assert "`a` waits for `g`, which nobody may wait for" in found
    assert "`b` waits for `g`" in found


def test_what_is_not_done_here_is_noted() -> None:
    text = (
        "services:\n  a: {image: i, privileged: true, hostname: b, deploy: {replicas: 2},"
        " volumes: [{type: volume, source: v, target: /v, read_only: true}],"
        " networks: {n: {aliases: [c]}}}\nvolumes: {v: }"
    )
    (one,) = plan(text, SmokeSettings()).services
    assert one.passed_over == ("privileged", "replicas: 2", "the name b", "the name c", "read_only of v")

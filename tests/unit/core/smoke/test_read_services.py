"""The services of a pinned compose file, read into specs."""

import pytest
from smoke_files import FILE, error, spec, start_plan

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.service_spec import HealthCheck, Mount, MountKind, Port, RestartPolicy, ServiceSpec


def test_every_part_of_a_service_is_read() -> None:
    assert spec("web") == ServiceSpec(
        name="web",
        image="r.example/web:sha-1",
        line=5,
        depends_on=(Dependency("db", Condition.HEALTHY, restart=True), Dependency("init", Condition.COMPLETED)),
        entrypoint=("sh", "-c"),
        command=("exec web --port 80",),
        environment={"SHARED": "pw", "PRICE": "5$"},
        user="10001:10001",
        working_dir="/app",
        restart=RestartPolicy.ALWAYS,
        health_check=HealthCheck(("check",), 5.0),
        mounts=(
            Mount("/files", MountKind.VOLUME, "files"),
            Mount("/certs", MountKind.BIND, "certs", read_only=True),
        ),
        ports=(Port(80, 8000), Port(81)),
        stop_signal="SIGQUIT",
        stop_grace_seconds=60.0,
        memory_limit=512 * 2**20,
    )


def test_an_environment_that_is_a_list_is_read_as_compose_does() -> None:
    assert spec("init").environment == {"A": "1", "GIVEN": "g", "C": "i-1"}


def test_the_environment_of_an_extended_service_is_merged() -> None:
    text = (
        "services:\n  a: {image: i, environment: {A: own}, extends: {service: b}}\n"
        "  b: {image: i, environment: [A=base, B=base]}\n"
    )
    found = start_plan(text, SmokeSettings()).find("a")
    assert found is not None
    assert found.environment == {"A": "own", "B": "base"}


@pytest.mark.parametrize(
    ("services", "message"),
    [
        ("  a: {build: .}", "`a` has no image"),
        ("  a: {image: i, network_mode: host}", "A smoke can't start `a` with this `network_mode`: host"),
        ("  a: {image: i, volumes_from: [b]}", "A smoke can't start `a` with `volumes_from`"),
        ("  a: {image: i, healthcheck: {test: [X]}}", "`healthcheck` of `a` is invalid"),
        ("  a: {image: i, healthcheck: {interval: 5}}", "a duration with its unit"),
        ("  a: {image: i, restart: maybe}", "`restart` of `a` is invalid"),
        ("  a: {image: i, ports: [x]}", "`ports` of `a` is invalid"),
        ("  a: {image: i, environment: {A: $B}}", "No value for the variable `B`"),
        ("  a: {image: i, environment: {A: $sys.x}}", "No value for the Omnistrate expression `sys.x`"),
        ("  a: {image: i, environment: {A: $sys.x}}", '[tool.slipway.smoke.expressions]: "sys.x" = "…"'),
        ("  a: {image: i, environment: {A: $B}}", '[tool.slipway.smoke.variables]: B = "…"'),
    ],
)
def test_a_service_that_cannot_be_read_is_a_problem(services: str, message: str) -> None:
    found = error(services)
    assert message in found
    assert FILE in found


def test_all_problems_are_reported_at_once_with_the_line_of_each() -> None:
    found = error("  a:\n    image: i\n    environment: {A: $B}\n    depends_on: [b]\n    restart: maybe\n")
    assert found.startswith("3 problems:")
    assert [line for line in ("yaml:4", "yaml:5", "yaml:6") if line not in found] == []


def test_what_a_smoke_does_not_support_is_listed() -> None:
    text = (
        "services:\n  a: {image: i, privileged: true, hostname: b, deploy: {replicas: 2},"
        " volumes: [{type: volume, source: v, target: /v, read_only: true}],"
        " networks: {n: {aliases: [c]}}}\nvolumes: {v: }"
    )
    (one,) = start_plan(text, SmokeSettings()).services
    assert one.unsupported == ("privileged", "replicas: 2", "the name b", "the name c", "read_only of v")

"""What is wrong with the services to start, before anything is started."""

import pytest
from smoke_fakes import smoke_settings
from smoke_files import error, start_plan

from ci.core.settings.smoke import SmokeSettings


@pytest.mark.parametrize(
    ("services", "message"),
    [
        ("  a: {image: i, depends_on: [b]}", "`a` depends on `b`, which is no service"),
        ("  a: {image: i, depends_on: [b]}\n  b: {image: i, profiles: [x]}", "`b`, which is not started"),
        (
            "  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [a]}",
            "in a cycle, and none can start: a → b → a",
        ),
        ("  a: {image: i, links: ['b:x']}\n  b: {image: i, depends_on: [a]}", "in a cycle"),
        (
            (
                "  a: {image: i, depends_on: {b: {condition: service_healthy}}}\n"
                "  b: {image: i, healthcheck: {disable: true}}"
            ),
            "`a` depends on `b` to be healthy, and its health check is disabled",
        ),
    ],
)
def test_a_dependency_that_cannot_be_fulfilled(services: str, message: str) -> None:
    assert message in error(services)


def test_a_dependency_that_is_not_required_may_be_missing() -> None:
    dependency = "depends_on: {b: {condition: service_started, required: false}}"
    text = f"services:\n  a: {{image: i, {dependency}}}\n  b: {{image: i, profiles: [x]}}"
    assert start_plan(text, SmokeSettings()).services[0].depends_on == ()


def test_no_service_may_depend_on_a_non_critical_one_directly_or_not() -> None:
    services = "  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [g]}\n  g: {image: i}"
    found = error(services, SmokeSettings(non_critical=("g",)))
    assert "`a` depends on `g`, directly or not, which is non-critical" in found
    assert "`b` depends on `g`" in found


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("8000:80", "8000:81", True),
        ("8000:80", "8001:80", False),
        ("80", "80", False),
        ("8000:80", "8000:80/udp", False),
        ("127.0.0.1:8000:80", "127.0.0.2:8000:80", False),
        ("127.0.0.1:8000:80", "8000:80", True),
        ("[::]:8000:80", "127.0.0.1:8000:80", True),
        ("127.0.0.1:8000:80", "127.0.0.1:8000:80", True),
    ],
)
def test_a_port_of_the_host_is_published_once(*, one: str, other: str, conflict: bool) -> None:
    services = f"  a: {{image: i, ports: ['{one}']}}\n  b: {{image: i, ports: ['{other}']}}"
    if conflict:
        assert "Port 8000/tcp of the host is published twice: by `a` and by `b`" in error(services)
    else:
        assert len(start_plan(f"services:\n{services}", SmokeSettings()).services) == 2


@pytest.mark.parametrize("key", ["core", "excluded", "non_critical"])
def test_a_setting_that_names_no_service(key: str) -> None:
    assert "one of a" in error("  a: {image: i}", smoke_settings(**{key: ["b"]}))


def test_a_step_that_names_no_service() -> None:
    settings = smoke_settings(steps=[{"name": "s", "service": "b", "stop": True}])
    assert "the compose file does not have: step `s`: b" in error("  a: {image: i}", settings)


def test_core_only_without_a_core() -> None:
    assert "of a smoke with --scope core: core" in error("  a: {image: i}", core_only=True)

"""Checks of the services to start, before anything is started."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ci.core.compose.depends_on import Condition, Dependency, cycles, transitive
from ci.core.compose.model import Compose
from ci.core.settings.smoke import SMOKE_TABLE, SmokeSettings
from ci.core.smoke.compose_reader import problem_at
from ci.core.smoke.service_spec import Port, ServiceSpec
from ci.errors import Problem

SETTINGS_FILE = "pyproject.toml"


def check_settings(specs: Mapping[str, ServiceSpec], settings: SmokeSettings, *, core_only: bool) -> Iterator[Problem]:
    """Settings that name services which the compose file does not have, and a missing `core`."""
    names = {"core": settings.core, "excluded": settings.excluded, "non_critical": settings.non_critical}
    names |= {f"step `{step.name}`": (step.service, *step.requires) for step in settings.steps}
    for setting, services in names.items():
        for name in services:
            if name not in specs:
                yield Problem(
                    what=f"A setting names a service that the compose file does not have: {setting}",
                    value=name,
                    file=SETTINGS_FILE,
                    expected="one of " + ", ".join(specs),
                    hint=f"correct it in {SMOKE_TABLE}",
                )
    if core_only and not settings.core:
        yield Problem(
            what="Missing setting, which names the services of a smoke with --scope core",
            value="core",
            file=SETTINGS_FILE,
            expected='services, such as core = ["web"]; what they depend on is started as well',
            hint=f"set `core` in {SMOKE_TABLE}, or smoke all services",
        )


def check_dependencies(
    compose: Compose,
    started: Sequence[ServiceSpec],
    dependencies: Mapping[str, tuple[Dependency, ...]],
    settings: SmokeSettings,
) -> Iterator[Problem]:
    """Cycles of `depends_on`, dependencies that can't be fulfilled, and dependencies on non-critical services."""
    for cycle in cycles(dependencies):
        yield problem_at(
            compose,
            cycle[0],
            "depends_on",
            "Services depend on each other in a cycle, and none can start",
            value=" → ".join(cycle),
            expected="an order in which each can start",
            hint="remove one of these from `depends_on`",
        )
    by_name = {one.name: one for one in started}
    for service in started:
        for one in service.depends_on:
            yield from _check_dependency(compose, service, one, by_name, dependencies)
        for name in sorted(transitive(dependencies, [service.name]) & set(settings.non_critical) - {service.name}):
            yield problem_at(
                compose,
                service.name,
                "depends_on",
                f"`{service.name}` depends on `{name}`, directly or not, which is non-critical",
                expected="no dependency on a service of the setting `non_critical`, which may be down",
                hint=f"remove it from `depends_on`, or from `non_critical` in {SMOKE_TABLE}",
            )


def _check_dependency(
    compose: Compose,
    service: ServiceSpec,
    dependency: Dependency,
    started: Mapping[str, ServiceSpec],
    dependencies: Mapping[str, object],
) -> Iterator[Problem]:
    problem = partial(problem_at, compose, service.name, "depends_on")
    other, depends = started.get(dependency.service), f"`{service.name}` depends on `{dependency.service}`"
    if dependency.service not in dependencies:
        yield problem(
            f"{depends}, which is no service",
            expected="one of " + ", ".join(dependencies),
            hint="correct the name, or remove it",
        )
    elif other is None and dependency.required:
        yield problem(
            f"{depends}, which is not started",
            expected="a service that is started, without profiles and with at least one replica",
            hint=f"remove it from `excluded` in {SMOKE_TABLE}, or write `required: false`",
        )
    elif other and other.health_check and other.health_check.disabled and dependency.condition == Condition.HEALTHY:
        yield problem(
            f"{depends} to be healthy, and its health check is disabled",
            expected="a health check, or another condition",
            hint=f"enable `healthcheck` of `{other.name}`, or use the condition {Condition.STARTED}",
        )


def check_ports(compose: Compose, started: Sequence[ServiceSpec]) -> Iterator[Problem]:
    """Ports of the host that two services publish."""
    taken: list[tuple[Port, str]] = []
    for service in started:
        for port in service.ports:
            for other, name in taken:
                if _same_host_port(port, other):
                    yield problem_at(
                        compose,
                        service.name,
                        "ports",
                        f"Port {port.published}/{port.protocol} of the host is published twice: "
                        f"by `{name}` and by `{service.name}`",
                        expected="each port of the host once",
                        hint="publish another port, or remove one of the two from `ports`",
                    )
        taken += [(port, service.name) for port in service.ports if port.published]


def _same_host_port(port: Port, other: Port) -> bool:
    if (port.published, port.protocol) != (other.published, other.protocol):
        return False
    return other.host_ip == port.host_ip or "" in (_specific(other.host_ip), _specific(port.host_ip))


def _specific(host_ip: str) -> str:
    """An address of the host, `""` for one that stands for all of them."""
    return "" if host_ip in ("0.0.0.0", "::") else host_ip  # noqa: S104 - compared, not listened on

"""What is wrong with a boot plan: names that mean nothing, circles, ports taken twice; told before anything starts."""

from collections.abc import Iterator, Mapping

from ci.core.compose.depends_on import Condition, Dependency, cycles, transitive
from ci.core.compose.model import Compose
from ci.core.settings.smoke import SMOKE_TABLE, SmokeSettings
from ci.core.smoke import boot
from ci.core.smoke.boot import Booted
from ci.errors import Problem


def wrong_names(read: Mapping[str, Booted], settings: SmokeSettings, *, core_only: bool) -> Iterator[Problem]:
    """Settings that name services which the file does not have, and a core that is not named."""
    places = {"core": settings.core, "excluded": settings.excluded, "non_critical": settings.non_critical}
    places |= {f"steps, {step.name}": (step.service, *step.requires) for step in settings.steps}
    for place, names in places.items():
        for name in names:
            if name not in read:
                yield Problem(
                    what=f"A setting names a service that the compose file does not have: {place}",
                    value=name,
                    file="pyproject.toml",
                    expected="one of " + ", ".join(read),
                    hint=f"mend it in {SMOKE_TABLE}",
                )
    if core_only and not settings.core:
        yield Problem(
            what="Which services are the core is not known",
            file="pyproject.toml",
            expected='the services of a quick smoke: core = ["web"]; what they wait for is booted as well',
            hint=f"set `core` in {SMOKE_TABLE}",
        )


def order_problems(
    compose: Compose, booted: tuple[Booted, ...], needs: Mapping[str, tuple[Dependency, ...]], settings: SmokeSettings
) -> Iterator[Problem]:
    """Circles, waits for what is not there or never healthy, and waits for what nobody may wait for."""
    there = {one.name: one for one in booted}
    for cycle in cycles(needs):
        yield at(
            compose,
            cycle[0],
            "depends_on",
            "Services wait for each other in a circle, and none can start",
            value=" → ".join(cycle),
            expected="an order in which each can start",
            hint="take one of these out of `depends_on`",
        )
    for one in booted:
        for need in one.needs:
            what = f"`{one.name}` waits for `{need.service}`"
            if need.service not in needs:
                yield at(
                    compose, one.name, "depends_on", f"{what}, which is no service", expected="a service of the file"
                )
            elif need.service not in there and need.required:
                yield at(
                    compose,
                    one.name,
                    "depends_on",
                    f"{what}, which is not booted",
                    hint=f"mend `excluded` in {SMOKE_TABLE}",
                )
            elif (
                (other := there.get(need.service))
                and need.condition == Condition.HEALTHY
                and other.health
                and other.health.off
            ):
                yield at(
                    compose,
                    one.name,
                    "depends_on",
                    f"{what} to be healthy, whose health check is turned off",
                    expected="a health check, or another condition",
                )
        for name in sorted(transitive(needs, (one.name,)) & set(settings.non_critical) - {one.name}):
            yield at(
                compose,
                one.name,
                "depends_on",
                f"`{one.name}` waits for `{name}`, which nobody may wait for",
                expected="`non_critical` of the settings names services that may be down",
                hint=f"take it out of `depends_on`, or out of `non_critical` in {SMOKE_TABLE}",
            )


def port_problems(compose: Compose, booted: tuple[Booted, ...]) -> Iterator[Problem]:
    """Ports of the host that two services publish."""
    for port, first, second in boot.clashes(booted):
        yield at(
            compose,
            second,
            "ports",
            f"Port {port.published}/{port.protocol} of the host is published twice: by `{first}` and by `{second}`",
            expected="each port once",
            hint="give one of them another port, or leave its `ports` out",
        )


def at(
    compose: Compose, service: str, key: str, what: str, *, value: str = "", expected: str = "", hint: str = ""
) -> Problem:
    """A problem at a key of a service; at the file where it has none."""
    found = next((one for one in compose.services if one.name == service), None)
    if found is None or key not in found.keys:
        line = found.line if found else 0
        return Problem(what=what, value=value, expected=expected, hint=hint, file=compose.document.file, line=line)
    return compose.document.problem(found.keys[key].key, what, value=value, expected=expected, hint=hint)

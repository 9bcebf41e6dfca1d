"""What the picture of a product shows: its services, which of them wait for which, and the queues between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.core.compose.depends_on import Condition, Dependency, cycles, read_depends_on
from ci.core.compose.model import Compose
from ci.core.settings import toml
from ci.core.settings.read import FILE
from ci.core.yaml.values import plain
from ci.errors import ConfigurationError, Problem

_STRENGTH = {Condition.STARTED: 0, Condition.HEALTHY: 1, Condition.COMPLETED: 1}
"""A condition implies those of the same or of less strength."""


@dataclass(frozen=True)
class Node:
    """A service; `image` is what it runs, or its Dockerfile if the product builds the image (`own`)."""

    name: str
    image: str
    own: bool
    dependencies: tuple[Dependency, ...]


@dataclass(frozen=True)
class Queue:
    """A queue from one service to another."""

    name: str
    source: str
    target: str


def nodes(compose: Compose) -> tuple[Node, ...]:
    """The services of a compose file.

    Raises:
        ConfigurationError: a `depends_on` is invalid, or services wait for each other in a circle.
    """
    found, problems = [], list[Problem]()
    for service in compose.services:
        dependencies: tuple[Dependency, ...] = ()
        if "depends_on" in service.keys:
            pair = service.keys["depends_on"]
            try:
                dependencies = read_depends_on(plain(pair.raw) or [])
            except ValueError as error:
                problems.append(
                    compose.document.problem(
                        pair.key,
                        f"`depends_on` of `{service.name}` is invalid",
                        expected=str(error),
                        hint="write a list of services, or a mapping of services with a `condition` each",
                    )
                )
        image = service.build.dockerfile if service.build else service.image
        found.append(Node(service.name, image, service.build is not None, dependencies))
    circle = next(iter(cycles({one.name: one.dependencies for one in found})), None)
    if circle:
        service = next(one for one in compose.services if one.name == circle[0])
        problems.append(
            compose.document.problem(
                service.keys["depends_on"].key,
                "Services wait for each other in a circle",
                value=" → ".join(circle),
                expected="no service that waits for itself, directly or not",
                hint=f"remove one of these services from the `depends_on` of another, such as `{circle[0]}`",
            )
        )
    if problems:
        raise ConfigurationError(*problems)
    return tuple(found)


def queues(settings: Mapping[str, str], names: frozenset[str]) -> tuple[Queue, ...]:
    """The queues of the setting `queues`, name to `from, from > to, to`; `names` are the services.

    Raises:
        ConfigurationError: a value is not of that form, or names no service.
    """
    found, problems = [], []
    for name, value in settings.items():
        ends = [[one.strip() for one in side.split(",")] for side in value.split(">")]
        unknown = [one for side in ends for one in side if one not in names]
        if len(ends) != 2 or unknown:  # noqa: PLR2004 - from and to
            problems.append(
                Problem(
                    what=f"The setting `queues` has an invalid value for `{name}`",
                    value=value,
                    file=FILE,
                    expected="names of services, senders > receivers: `web, clock > worker`",
                    hint=f"correct `{toml.key(name)}` below [tool.slipway.queues]",
                )
            )
            continue
        found += [Queue(name, source, target) for source in ends[0] for target in ends[1]]
    if problems:
        raise ConfigurationError(*problems)
    return tuple(found)


def shown_dependencies(services: tuple[Node, ...]) -> dict[str, tuple[Dependency, ...]]:
    """The dependencies of each service that are drawn: those that do not follow from others, to keep lines few.

    That `a` waits for `b` follows if `a` waits until `c` is healthy or has completed, and `c` itself waits for `b` with
    a condition of at least the same strength.
    """
    by_name = {one.name: one for one in services}

    def follows(dependency: Dependency, other: Dependency) -> bool:
        seen, remaining = set[str](), [other.service]
        while remaining:
            one = by_name.get(remaining.pop())
            if one is None or one.name in seen:
                continue
            seen.add(one.name)
            if any(
                further.service == dependency.service
                and _STRENGTH[further.condition] >= _STRENGTH[dependency.condition]
                for further in one.dependencies
            ):
                return True
            remaining += [further.service for further in one.dependencies]
        return False

    return {
        one.name: tuple(
            dependency
            for dependency in one.dependencies
            if not any(follows(dependency, other) for other in one.dependencies if other != dependency)
        )
        for one in services
    }

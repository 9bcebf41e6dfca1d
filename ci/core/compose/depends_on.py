"""`depends_on`: which services a service waits for, and until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Condition(StrEnum):
    """What a service must have reached before one that depends on it may start; compose's own names."""

    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


@dataclass(frozen=True)
class Dependency:
    """One entry of `depends_on`.

    `required`: without the other service this one does not start. `restart`: this one is restarted after the other was.
    """

    service: str
    condition: Condition = Condition.STARTED
    required: bool = True
    restart: bool = False


def read_depends_on(value: Any) -> tuple[Dependency, ...]:  # Any: YAML
    """The entries of `depends_on`, given as plain data: a list of names, or a mapping from name to options.

    Scalars are strings, as in the file: `"false"`, not False.

    Raises:
        ValueError: the value is neither; the message says what is expected.
    """
    if isinstance(value, list):
        return tuple(Dependency(str(name)) for name in value)
    if not isinstance(value, Mapping):
        raise ValueError(f"a list of services or a mapping of them, not {value!r}")  # noqa: TRY004 - as documented
    return tuple(_dependency(name, options) for name, options in value.items())


def _dependency(name: str, options: Any) -> Dependency:
    options = options or {}
    if not isinstance(options, Mapping):
        raise ValueError(f"a mapping with a `condition`, not {options!r}")  # noqa: TRY004 - as documented
    condition = options.get("condition") or Condition.STARTED
    if condition not in list(Condition):
        raise ValueError(f"one of {', '.join(Condition)}, not {condition!r}")
    return Dependency(
        name,
        Condition(condition),
        required=options.get("required") != "false",
        restart=options.get("restart") == "true",
    )


def transitive(dependencies: Mapping[str, Sequence[Dependency]], names: Iterable[str]) -> frozenset[str]:
    """The named services and all that they depend on, directly or not; names without an entry are dropped."""
    found, remaining = set[str](), list(names)
    while remaining:
        name = remaining.pop()
        if name not in found and name in dependencies:
            found.add(name)
            remaining += [one.service for one in dependencies[name]]
    return frozenset(found)


def cycles(dependencies: Mapping[str, Sequence[Dependency]]) -> list[tuple[str, ...]]:
    """Every cycle of services that depend on each other, once, from its first service back to it: `(a, b, a)`."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            cycle = (*path[path.index(name) :], name)
            found.setdefault(frozenset(cycle), cycle)
            return
        if name in done:
            return
        for one in dependencies.get(name, ()):
            walk(one.service, (*path, name))
        done.add(name)

    for name in dependencies:
        walk(name, ())
    return list(found.values())

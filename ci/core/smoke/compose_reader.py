"""Reads parts of a compose file as the plain data that a container gets, and collects the problems found."""

from collections.abc import Callable
from typing import Any, TypeVar

from ci.core.compose.model import Compose, Service
from ci.core.settings import toml
from ci.core.smoke.values import Values, fill
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Mapping, Node, Pair, Scalar, Sequence, is_null, resolved
from ci.errors import Problem

T = TypeVar("T")


class ComposeReader:
    """Reads a compose file with the given values of its expressions and variables; `problems` has each problem once."""

    def __init__(self, compose: Compose, values: Values) -> None:
        self.compose, self.values = compose, values
        self.problems: list[Problem] = []
        self._top_level = effective(compose.document.root)

    def plain(self, node: Node) -> Any:  # Any: strings, lists and dicts of them, and None
        """A node as plain data with its expressions and variables replaced; one without a value is a problem."""
        node = resolved(node)
        if isinstance(node, Sequence):
            return [self.plain(item) for item in node.items]
        if isinstance(node, Mapping):
            return {name: self.plain(pair.raw) for name, pair in effective(node).items()}
        if is_null(node):
            return None
        text, missing = fill(node.value, self.values)
        for name in missing.expressions:
            self._add_missing(node, f"No value for the Omnistrate expression `{name}`", name, "expressions")
        for name in missing.variables:
            self._add_missing(node, f"No value for the variable `{name}`", name, "variables")
        return text

    def parse(self, service: Service, key: str, parsing: Callable[[], T], default: T) -> T:
        """What `parsing` returns; the default, with a problem at the service's key, if it raises an error."""
        try:
            return parsing()
        except (ValueError, TypeError, AttributeError) as error:
            self.add(
                service,
                key,
                f"`{key}` of `{service.name}` is invalid",
                expected=str(error),
                hint="correct it as the compose specification says",
            )
            return default

    def entries(self, key: str) -> dict[str, Pair]:
        """The entries of a mapping at the top level of the file, such as `volumes`."""
        return effective(self._top_level[key].value) if key in self._top_level else {}

    def add(self, service: Service, key: str, what: str, *, value: str = "", expected: str, hint: str) -> None:
        """Add a problem at a key of a service."""
        self._add(problem_at(self.compose, service.name, key, what, value=value, expected=expected, hint=hint))

    def _add_missing(self, node: Scalar, what: str, name: str, table: str) -> None:
        hint = f'add to pyproject.toml, below [tool.slipway.smoke.{table}]: {toml.key(name)} = "…"'
        self._add(self.compose.document.problem(node, what, expected="a value for this run", hint=hint))

    def _add(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def problem_at(
    compose: Compose, service: str, key: str, what: str, *, value: str = "", expected: str, hint: str
) -> Problem:
    """A problem at a key of a service; at the service itself if it has no such key."""
    found = next((one for one in compose.services if one.name == service), None)
    if found is None or key not in found.keys:
        line = found.line if found else 0
        return Problem(what=what, value=value, expected=expected, hint=hint, file=compose.document.file, line=line)
    return compose.document.problem(found.keys[key].key, what, value=value, expected=expected, hint=hint)

"""The values that a smoke run puts in place of Omnistrate's expressions and compose's variables."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.core.compose.interpolation import interpolate
from ci.core.expressions import Expression, find


@dataclass(frozen=True)
class Values:
    """The values by name: secrets, other expressions, and variables of compose."""

    secrets: Mapping[str, str]
    expressions: Mapping[str, str]
    variables: Mapping[str, str]

    def of(self, expression: Expression) -> str | None:
        """The value of an expression; None if it has none."""
        return self.secrets.get(expression.secret) if expression.secret else self.expressions.get(expression.name)


@dataclass(frozen=True)
class Missing:
    """The names in a text that have no value."""

    expressions: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


def fill(text: str, values: Values) -> tuple[str, Missing]:
    """A value of a compose file as the container gets it, and the names in it that have no value.

    Expressions are replaced first, then compose's variables in the text between them: a value is never read again.
    """
    parts, unknown, variables, at = [], list[str](), list[str](), 0
    for found in find(text):
        between, missing = interpolate(text[at : found.start], values.variables)
        value = values.of(found)
        parts += [between, text[found.start : found.end] if value is None else value]
        unknown += [found.name] if value is None else []
        variables += missing
        at = found.end
    rest, missing = interpolate(text[at:], values.variables)
    return "".join([*parts, rest]), Missing(tuple(unknown), (*variables, *missing))

"""Omnistrate's expressions in a compose file, replaced where the file is run without Omnistrate.

`{{ $secrets.NAME }}`, `$secret.NAME`, `${{ secrets.NAME }}`; `{{ $sys.… }}`, `$sys.…`, `$var.…`, `$func.…`
(docs/omctl.md, "Expressions").
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ci.core.compose.interpolation import interpolate

_PATH = r"[A-Za-z_](?:[\w.\-\[\]]*[\w\]])?(?:\([^)]*\))?"
_EXPRESSION = re.compile(
    rf"\$\{{\{{\s*(?P<github>secrets\.{_PATH})\s*\}}\}}"
    rf"|\{{\{{\s*\$(?P<braced>(?:secrets?|sys|var|func)\.{_PATH})\s*\}}\}}"
    rf"|(?<!\$)\$(?P<bare>(?:secrets?|sys|var|func)\.{_PATH})"
)


@dataclass(frozen=True)
class Values:
    """What stands in for expressions and variables."""

    secrets: Mapping[str, str]
    expressions: Mapping[str, str]
    variables: Mapping[str, str]


@dataclass(frozen=True)
class Missing:
    """What a text names and nothing stands in for."""

    expressions: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


def expressions(text: str) -> tuple[str, ...]:
    """The expressions of a text, each once: `secrets.NAME` for every way to write a secret, else as written, bare."""
    return tuple(dict.fromkeys(_name(found) for found in _EXPRESSION.finditer(text)))


def replaced(text: str, value: Callable[[str], str | None]) -> str:
    """The text with each expression that has a value replaced."""

    def of(found: re.Match[str]) -> str:
        made = value(_name(found))
        return found.group() if made is None else made

    return _EXPRESSION.sub(of, text)


def filled(text: str, values: Values) -> tuple[str, Missing]:
    """A value of a compose file as the container gets it, and what of it could not be filled.

    Expressions first; then compose's own variables in what stands between them, so that no value is read as one.
    """
    made, unknown, variables, at = [], list[str](), list[str](), 0
    for found in _EXPRESSION.finditer(text):
        between, missing = interpolate(text[at : found.start()], values.variables)
        name = _name(found)
        value = expression_value(name, values)
        made += [between, found.group() if value is None else value]
        unknown += [name] if value is None else []
        variables += missing
        at = found.end()
    rest, missing = interpolate(text[at:], values.variables)
    return "".join([*made, rest]), Missing(tuple(unknown), (*variables, *missing))


def expression_value(name: str, values: Values) -> str | None:
    """What stands in for an expression; None where nothing does."""
    kind, _, rest = name.partition(".")
    return values.secrets.get(rest) if kind == "secrets" else values.expressions.get(name)


def _name(found: re.Match[str]) -> str:
    name = found["github"] or found["braced"] or found["bare"]
    return re.sub(r"^secret\.", "secrets.", name)

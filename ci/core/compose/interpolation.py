"""Variables in a compose file's values, replaced by the rules of the compose specification (12-interpolation.md).

`$NAME` and `${NAME}` are variables. A default, an error or a replacement may follow the name: `${NAME:-default}`,
`${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+replacement}`, `${NAME+replacement}`. With the colon,
an empty value counts as no value. The default and the replacement may contain variables. `$$` is a dollar sign.
"""

import re
from collections.abc import Mapping

_START = re.compile(r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?P<operator>:?[-?+]|(?=\})))")


DEEPEST = 50
"""How deep defaults may be nested; what is deeper stays as written, its first variable without a value."""


def interpolate(text: str, values: Mapping[str, str], depth: int = 0) -> tuple[str, tuple[str, ...]]:
    """The text with its variables replaced, and the names of those without a value, each once.

    A variable without a value stays as written, and so does anything else with a dollar sign, such as Omnistrate's
    `{{ $sys.id }}`.
    """
    parts: list[str] = []
    unresolved: list[str] = []
    at = 0
    while (found := _START.search(text, at)) is not None:
        parts.append(text[at : found.start()])
        end = found.end()
        missing: tuple[str, ...] = ()
        if found["dollar"]:
            part = "$"
        elif found["bare"]:
            part, missing = _bare(found["bare"], values, found.group())
        else:
            end = _closing_brace(text, end)
            part, missing = _braced(found, text[found.end() : end], values, text[found.start() : end + 1], depth)
            end += 1
        parts.append(part)
        unresolved += missing
        at = end
    return "".join(parts) + text[at:], tuple(dict.fromkeys(unresolved))


def _bare(name: str, values: Mapping[str, str], written: str) -> tuple[str, tuple[str, ...]]:
    return (values[name], ()) if name in values else (written, (name,))


def _braced(
    found: re.Match[str], rest: str, values: Mapping[str, str], written: str, depth: int
) -> tuple[str, tuple[str, ...]]:
    """The value of `${NAME…}`; `rest` is what follows the operator, `written` the whole."""
    name, operator = found["name"], found["operator"]
    if depth == DEEPEST:
        return written, (name,)
    has_value = name in values and (values[name] != "" or not operator.startswith(":"))
    if operator.endswith("+"):
        return interpolate(rest, values, depth + 1) if has_value else ("", ())
    if has_value:
        return values[name], ()
    return interpolate(rest, values, depth + 1) if operator.endswith("-") else (written, (name,))


def _closing_brace(text: str, start: int) -> int:
    """The position of the brace that closes the one before `start`; the text's end if none does."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)

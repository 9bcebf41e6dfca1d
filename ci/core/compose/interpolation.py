"""Variables in a compose file's values, by the rules of the compose specification (12-interpolation.md).

`$NAME`, `${NAME}`, and with a default, an error or a replacement: `${NAME:-default}`, `${NAME-default}`,
`${NAME:?message}`, `${NAME?message}`, `${NAME:+instead}`, `${NAME+instead}`; `$$` is a dollar sign. With the colon an
empty value counts as none. What stands behind the sign may hold variables again.
"""

import re
from collections.abc import Mapping

_START = re.compile(r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?P<sign>:?[-?+]|(?=\})))")


def interpolate(text: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with its variables replaced, and the names of those without a value, which stay as they stand.

    What is none of these forms, such as Omnistrate's `{{ $sys.id }}`, stays too.
    """
    done: list[str] = []
    missing: tuple[str, ...]
    unknown: list[str] = []
    at = 0
    while (found := _START.search(text, at)) is not None:
        done.append(text[at : found.start()])
        end = found.end()
        if found["dollar"]:
            made, missing = "$", ()
        elif found["bare"]:
            made, missing = _plain(found["bare"], values, found.group())
        else:
            end = _closing(text, end)
            made, missing = _braced(found, text[found.end() : end], values, text[found.start() : end + 1])
            end += 1
        done.append(made)
        unknown += missing
        at = end
    return "".join(done) + text[at:], tuple(dict.fromkeys(unknown))


def _plain(name: str, values: Mapping[str, str], written: str) -> tuple[str, tuple[str, ...]]:
    return (values[name], ()) if name in values else (written, (name,))


def _braced(found: re.Match[str], rest: str, values: Mapping[str, str], written: str) -> tuple[str, tuple[str, ...]]:
    name, sign = found["name"], found["sign"]
    there = name in values and (values[name] != "" or not sign.startswith(":"))
    if sign.endswith("+"):
        return interpolate(rest, values) if there else ("", ())
    if there:
        return values[name], ()
    return interpolate(rest, values) if sign.endswith("-") else (written, (name,))


def _closing(text: str, start: int) -> int:
    """Where the brace that was opened before `start` is closed; the text's end where it never is."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)

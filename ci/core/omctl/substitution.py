"""Compose's variables in one value, replaced as docker compose does it (compose-go v2, template/template.go).

`$NAME`, `${NAME}`, and `${NAME}` with a default (`:-`, `-`), an error (`:?`, `?`) or a replacement (`:+`, `+`). A colon
says that an empty value counts as none. `$$` is a dollar sign.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

_START = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?P<end>\})|(?P<operator>:?[-?+]))|(?P<invalid>\{))"
)
DEEPEST = 50
"""How deep defaults may be nested; what is deeper counts as invalid."""


class Substituted(NamedTuple):
    """A value with its variables replaced.

    `missing` are variables without a value where one is needed: docker compose takes an empty one, or fails for `?`.
    """

    value: str
    missing: tuple[str, ...] = ()
    invalid: bool = False
    """Whether docker compose refuses the value: it has a `${` that is not a variable."""


def substitute(text: str, variables: Mapping[str, str], depth: int = 0) -> Substituted:
    """The text with its variables replaced; linear in its length for each depth of nested defaults."""
    if depth > DEEPEST:
        return Substituted(text, invalid=True)
    parts: list[str] = []
    missing: list[str] = []
    invalid, at = False, 0
    while (found := _START.search(text, at)) is not None:
        parts.append(text[at : found.start()])
        at = found.end()
        if found["dollar"]:
            parts.append("$")
        elif found["invalid"]:
            invalid = True
        elif found["operator"] is None:
            name = found["bare"] or found["name"]
            parts.append(variables.get(name, ""))
            missing += () if name in variables else (name,)
        elif (end := _end(text, found.start(), at)) < 0:
            invalid = True
        else:
            inner = substitute(text[at:end], variables, depth + 1)
            one = _with_operator(variables.get(found["name"]), found["operator"], inner, found["name"])
            parts.append(one.value)
            missing += one.missing
            invalid, at = invalid or one.invalid, end + 1
    return Substituted("".join([*parts, text[at:]]), tuple(dict.fromkeys(missing)), invalid)


def braced(text: str) -> list[tuple[int, int]]:
    """Where each `${…}` of a text stands that is not in another, and is a variable or begins like one."""
    spans: list[tuple[int, int]] = []
    at = 0
    while (start := text.find("${", at)) >= 0:
        found = _START.match(text, start)
        at = start + 2
        if found and found["name"]:
            end = found.end() - 1 if found["end"] else _end(text, start, found.end())
            if end >= 0:
                spans.append((start, end + 1))
                at = end + 1
    return spans


def _end(text: str, start: int, at: int) -> int:
    """The brace that closes a variable, on its line; the line's last one if they don't pair, -1 if it has none."""
    stop = text.find("\n", at)
    stop = len(text) if stop < 0 else stop
    depth = 0
    for index in range(start, stop):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return text.rfind("}", at, stop)


def _with_operator(value: str | None, operator: str, inner: Substituted, name: str) -> Substituted:
    """A variable with an operator; `inner` is what follows that, which is replaced also where it is not used."""
    is_set = value is not None and (value != "" or not operator.startswith(":"))
    if operator.endswith("+"):
        return inner if is_set else Substituted(value or "", (), inner.invalid)
    if is_set:
        return Substituted(value or "", (), inner.invalid)
    return inner if operator.endswith("-") else Substituted("", (name,), inner.invalid)

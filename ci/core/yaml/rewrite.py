"""A scalar's text with parts of its value replaced, so that no other character of it changes where that can be."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ci.core.yaml.nodes import Scalar
from ci.core.yaml.properties import properties_of
from ci.core.yaml.quoting import quoted
from ci.core.yaml.text import BREAK

_SIMPLE = re.compile(r"[A-Za-z0-9_./@%+=~,-](?:[A-Za-z0-9_./@%+=~,: -]*[A-Za-z0-9_./@%+=~,-])?", re.ASCII)
"""What may be put into a plain scalar of block style: nothing in it is a comment, a key or an indicator."""
_SIMPLE_FLOW = re.compile(r"[A-Za-z0-9_./@%+=~-]+", re.ASCII)
_NOT_PLAIN = re.compile(r"\s#|:\s|:$|\s$|[\r\n\x85\u2028\u2029][ \t]*[\r\n\x85\u2028\u2029]")
"""A comment, a key, a blank at the end, or an empty line, which counts in a value."""
_FIRST = re.compile(r"[A-Za-z0-9_./]")
_NO_STRING = re.compile(
    r"~|null|true|false|yes|no|on|off|y|n|<<|=|"
    r"[-+]?[0-9][0-9_,.]*(?::[0-9]+)*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[-+]?0[xo][0-9a-f_]+|0b[01_]+|"
    r"[-+]?\.[0-9_]+(?:e[-+]?[0-9]+)?|[-+]?\.inf|\.nan|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T\t ].*)?",
    re.IGNORECASE,
)
"""Plain scalars that YAML 1.1 or 1.2 may read as something else than a string."""


class Part(NamedTuple):
    """A part of a scalar's value, and what it becomes."""

    old: str
    new: str


def rewritten(
    text: str, scalar: Scalar, value: str, parts: Sequence[Part], *, flow: bool
) -> list[tuple[int, int, str]]:
    """The edits `(start, end, new)` that give a scalar a value; it stays a string.

    `parts` are those of the old value that are replaced, in their order; `flow` says that it is in a flow collection.
    Only they change if they are in the text as in the value, and can be written in the scalar's style. Else the value
    is written in double quotes, on one line.
    """
    start = scalar.start + len(properties_of(text, scalar))
    raw = text[start : scalar.end]
    places = _places(raw, parts)
    if places is not None and all(
        _fits(raw, at, part, scalar.style, flow=flow) for at, part in zip(places, parts, strict=True)
    ):
        edits = [
            (start + at, start + at + len(part.old), _encoded(part.new, scalar.style))
            for at, part in zip(places, parts, strict=True)
        ]
        if scalar.style or _is_plain_string(_apply(raw, start, edits), value):
            return edits
    return [(start, scalar.end, quoted(value))]


def _places(raw: str, parts: Sequence[Part]) -> list[int] | None:
    """Where the parts stand in a scalar's text; None if one is not there."""
    places, at = list[int](), 0
    for part in parts:
        found = raw.find(part.old, at)
        if found < 0 or BREAK.search(part.old):
            return None
        places.append(found)
        at = found + len(part.old)
    return places


def _fits(raw: str, at: int, part: Part, style: str, *, flow: bool) -> bool:
    """Whether a part at an index of a scalar's text can be replaced there in the scalar's style."""
    new = part.new
    if style not in {"|", ">"} and BREAK.search(raw) and not (new and new == new.strip()):
        return False  # where lines are folded, blanks beside a line break don't count
    if style == '"':
        return True
    if not new.isprintable():
        return False
    if style == "'":
        return True
    if not style:
        return not new or bool((_SIMPLE_FLOW if flow else _SIMPLE).fullmatch(new))
    # Blanks at either end of a line of a block scalar may be its indentation, or count for how lines are folded.
    around = raw[at - 1 : at] + raw[at + len(part.old) : at + len(part.old) + 1]
    return (bool(new) and new == new.strip()) or len(around.strip()) == len("ab")


def _encoded(new: str, style: str) -> str:
    if style == '"':
        return quoted(new)[1:-1]
    return new.replace("'", "''") if style == "'" else new


def _is_plain_string(raw: str, value: str) -> bool:
    """Whether a plain scalar is still one, and its value a string to every reader."""
    return bool(_FIRST.match(raw)) and not _NOT_PLAIN.search(raw) and not _NO_STRING.fullmatch(value)


def _apply(raw: str, start: int, edits: Sequence[tuple[int, int, str]]) -> str:
    parts, at = list[str](), 0
    for begin, end, new in edits:
        parts += [raw[at : begin - start], new]
        at = end - start
    return "".join([*parts, raw[at:]])

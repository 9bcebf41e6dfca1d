"""Changes of a text by whole lines, and where each line of the result is from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ci.core.flatten.tree import Place
from ci.core.flatten.write import Line
from ci.core.yaml.document import Document
from ci.core.yaml.text import Origin

_EDITOR_BREAK = re.compile("\r\n|[\n\r]")


@dataclass(frozen=True)
class Edit:
    """Lines in place of `text[start:end]`.

    They get the column at which they begin from the text before `start`; with `whole`, they have it already, and are
    whole lines. `line` is the line of the main file that brings them in.
    """

    start: int
    end: int
    lines: tuple[Line, ...]
    line: int
    whole: bool = False


def comment(text: str, place: Place) -> Line:
    """A comment on a line of its own; what can't be printed is shown as `?`."""
    return Line("# " + "".join(one if one.isprintable() else "?" for one in text), place)


def indented(lines: Iterable[Line], column: int) -> tuple[Line, ...]:
    """Lines that begin at a column."""
    return tuple(Line(" " * column + line.text if line.text else "", line.place) for line in lines)


def apply(document: Document, edits: Sequence[Edit]) -> tuple[str, tuple[Origin, ...]]:
    """The changed text, and the origin of each of its lines; no two edits may overlap."""
    text, newline = document.text, document.newline
    parts: list[str] = []
    sources: list[tuple[int, Edit | None, int]] = []
    """For each part how long the result is before it, its edit, and where it stands in the text."""
    length = at = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        for part, source in ((text[at : edit.start], None), (_written(document, edit, newline), edit)):
            sources.append((length, source, at if source is None else edit.start))
            parts.append(part)
            length += len(part)
        at = edit.end
    sources.append((length, None, at))
    result = "".join([*parts, text[at:]])
    return result, _origins(document, result, sources)


def _written(document: Document, edit: Edit, newline: str) -> str:
    lines = [line.text for line in edit.lines]
    if edit.whole:
        before = "" if document.text[: edit.start].endswith(("\n", "\r")) or not edit.start else newline
        return before + "".join(f"{line}{newline}" for line in lines)
    column = edit.start - document.line_start(edit.start)
    return newline.join([*lines[:1], *(" " * column + line if line else "" for line in lines[1:])])


def _origins(document: Document, result: str, sources: list[tuple[int, Edit | None, int]]) -> tuple[Origin, ...]:
    """The origin of each line: that of the part in which its first character stands that is not blank."""
    starts = [0, *(found.end() for found in _EDITOR_BREAK.finditer(result))]
    found: list[Origin] = []
    part, used = 0, 0
    for start, end in pairwise([*starts, len(result)]):
        line = result[start:end]
        first = start + len(line) - len(line.lstrip())
        while part + 1 < len(sources) and sources[part + 1][0] <= first:
            part, used = part + 1, 0
        offset, edit, place = sources[part]
        if edit is None:
            found.append(document.origin(min(place + first - offset, len(document.text))))
            continue
        used = next((n for n, one in enumerate(edit.lines) if n >= used and one.text.strip() == line.strip()), used)
        origin = edit.lines[min(used, len(edit.lines) - 1)].place
        found.append(Origin(origin.file or document.file, origin.line or edit.line, edit.line))
        used += 1
    return tuple(found)

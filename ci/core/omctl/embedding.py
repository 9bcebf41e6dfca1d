"""`{{ $file:PATH }}`: the text of a file in place of a template, as omctl puts it there before it reads YAML.

omctl v1.10.5, cmd/build/build_from_repo.go, renderFileReferences. On each line the last template counts. The text of
its file, in which files are embedded first, stands in its place: its first line behind what the line has before the
template (but for a key that begins with `x-embed-$`), its other lines, if they are not empty, with the line's
indentation. A path is relative to the folder of the file that has the template.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_NAME = "$file:"
_KEY = "x-embed-$"
# Go's `\s` is these five characters, and its `(?m)^` follows a line feed alone.
_TEMPLATE = re.compile(r"(?P<indent>[ \t]++)?+(?P<key>[^\n\f\r]+)?\{\{[ \t]*\$file:(?P<path>[^\t\n\f\r }]+)[ \t]*\}\}")
DEEPEST = 20
"""How many files may embed each other in a row. omctl has no limit, and ends when its memory does."""
LONGEST = 4 * 2**20
"""How many characters a text may have with all files embedded."""


class Line(NamedTuple):
    """A line of a text with files embedded, and where it is from."""

    text: str
    file: str
    number: int
    """The line's number in `file`, counted from 1."""
    outer: int
    """The number of the line of the compose file that it is, or whose template it is from."""


class Template(NamedTuple):
    """A template of the compose file itself.

    `text` is what omctl replaces: the template, and what is before it on its line. What omctl puts there is at
    `start:end` of the embedded text. `line` is the template's in the compose file.
    """

    text: str
    start: int
    end: int
    line: int


class Unread(NamedTuple):
    """A template that can't be replaced: its path from the top of the source, and where it is."""

    path: str
    file: str
    number: int


@dataclass(frozen=True)
class Embedded:
    """A text as omctl embeds files in it; a template that can't be replaced is still there."""

    text: str
    lines: tuple[Line, ...] = field(repr=False, default=())
    """The lines of the text, if it has a template."""
    templates: tuple[Template, ...] = ()
    files: tuple[str, ...] = ()
    """The paths of all files that are embedded, nested ones as well, each once."""
    missing: tuple[Unread, ...] = ()
    """Templates whose file has no text here."""
    too_deep: tuple[Unread, ...] = ()
    """Templates that are nested too deep, as in a file that embeds itself, or make too long a text."""


def embed(text: str, file: str, files: Mapping[str, str]) -> Embedded:
    """The text of the compose file `file` with files embedded; `files` are texts by path from the top of the source."""
    if _NAME not in text:
        return Embedded(text)
    return _Embedding(files).embed(text, file)


class _Embedding:
    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._used: dict[str, None] = {}
        self._missing: dict[Unread, None] = {}
        self._too_deep: dict[Unread, None] = {}
        self._length = 0

    def embed(self, text: str, file: str) -> Embedded:
        lines: list[Line] = []
        templates: list[Template] = []
        at = 0
        for number, line in enumerate(text.split("\n"), start=1):
            new, replaced, rest = self._line(line, file, number, 0)
            if replaced:
                length = sum(len(one.text) + 1 for one in new) - 1 - rest
                templates.append(Template(replaced, at, at + length, number))
            at += sum(len(one.text) + 1 for one in new)
            lines += [one._replace(outer=number) for one in new]
        found = "\n".join([line.text for line in lines])
        return Embedded(
            found, tuple(lines), tuple(templates), tuple(self._used), tuple(self._missing), tuple(self._too_deep)
        )

    def _line(self, text: str, file: str, number: int, depth: int) -> tuple[list[Line], str, int]:
        """What becomes of a line, the part of it that is replaced, and the length of the rest behind that."""
        found = _TEMPLATE.match(text) if _NAME in text else None
        if found is None:
            return [Line(text, file, number, number)], "", 0
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), posixpath.normpath(found["path"])))
        inner = self._file(path, file, number, depth)
        if inner is None:
            return [Line(text, file, number, number)], "", 0
        indent, key = found["indent"] or "", found["key"] or ""
        key = "" if key.startswith(_KEY) else key
        lines = [one._replace(text=indent + one.text if one.text else "") for one in inner]
        lines[0] = Line(indent + key + inner[0].text, *((file, number, number) if key else inner[0][1:]))
        rest = text[found.end() :]
        lines[-1] = lines[-1]._replace(text=lines[-1].text + rest)
        self._length += sum(len(line.text) + 1 for line in lines)
        return lines, found.group(), len(rest)

    def _file(self, path: str, file: str, number: int, depth: int) -> list[Line] | None:
        """The lines of a file; None if they can't be embedded."""
        here = Unread(path, file, number)
        if path not in self._files:
            self._missing[here] = None
            return None
        if depth == DEEPEST or self._length > LONGEST:
            self._too_deep[here] = None
            return None
        self._used[path] = None
        return [
            one
            for at, line in enumerate(self._files[path].split("\n"), start=1)
            for one in self._line(line, path, at, depth + 1)[0]
        ]

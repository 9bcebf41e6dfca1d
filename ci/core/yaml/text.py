"""A file's text by its lines: where they begin and end, and problems with their place in it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ci.errors import Problem

BREAK_CHARACTERS = "\r\n\x85\u2028\u2029"
"""The characters of YAML 1.1's line breaks (https://yaml.org/spec/1.1/#b-break), which libyaml counts as such."""
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
BLANK = " \t" + BREAK_CHARACTERS
_EDITOR_BREAK = re.compile("\r\n|[\n\r]")
_AMBIGUOUS_BREAK = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Characters that `str.splitlines` counts as line breaks, and YAML or editors may not."""
_EXCERPT = 160
"""A problem shows at most this many characters of its line."""


class Origin(NamedTuple):
    """Where a line is from: its file and its number there; `outer` is the number of the line of the text's own file."""

    file: str
    number: int
    outer: int


@dataclass(frozen=True, eq=False)
class SourceText:
    """The text of a file; every position in it is an index into `text`."""

    text: str
    file: str
    origins: tuple[Origin, ...] = field(default=(), kw_only=True)
    """Of each line, where it is from, if other files are embedded in the text; `()` if all of it is from `file`."""

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins, by YAML's line breaks."""
        if _AMBIGUOUS_BREAK.search(self.text):
            return [0, *(found.end() for found in BREAK.finditer(self.text))]
        lines = self.text.splitlines(keepends=True)
        return [0, *accumulate(map(len, lines if self.text.endswith(("\n", "\r")) else lines[:-1]))]

    @cached_property
    def _editor_starts(self) -> list[int]:
        """Where each line begins, by the line breaks that editors count."""
        if not _AMBIGUOUS_BREAK.search(self.text):
            return self._starts
        return [0, *(found.end() for found in _EDITOR_BREAK.finditer(self.text))]

    def line_start(self, at: int) -> int:
        """Where the line with this position begins."""
        return self._starts[bisect_right(self._starts, at) - 1]

    def line_end(self, at: int) -> int:
        """The position after the break of the line with this position; the text's end for the last line."""
        after = bisect_right(self._starts, at)
        return self._starts[after] if after < len(self._starts) else len(self.text)

    def line_number(self, at: int) -> int:
        """The number of the line with this position, from 1, as an editor counts in `file`."""
        return self.origin(at).outer

    def origin(self, at: int) -> Origin:
        """Where the line with this position is from."""
        line = bisect_right(self._editor_starts, at)
        return self.origins[line - 1] if line <= len(self.origins) else Origin(self.file, line, line)

    @cached_property
    def newline(self) -> str:
        """The first line break of the text; a line feed where it has none."""
        found = BREAK.search(self.text)
        return found.group() if found else "\n"

    def problem_at(self, at: int, what: str, *, value: str = "", expected: str, hint: str) -> Problem:
        """A problem at a position of the text, with its line as excerpt."""
        line = bisect_right(self._editor_starts, at)
        begin = self._editor_starts[line - 1]
        end = self._editor_starts[line] if line < len(self._editor_starts) else len(self.text)
        excerpt = self.text[begin:end].rstrip()
        origin = self.origin(at)
        return Problem(
            what=what,
            value=value,
            expected=expected,
            hint=hint,
            file=origin.file,
            line=origin.number,
            column=at - begin + 1,
            excerpt=excerpt if len(excerpt) <= _EXCERPT else f"{excerpt[:_EXCERPT]} …",
        )


def break_at_end(text: str) -> str:
    """The line break that a text ends with, `""` if with none."""
    return "\r\n" if text.endswith("\r\n") else text[-1:] if BREAK.fullmatch(text[-1:]) else ""

"""A YAML text with its tree, its lines and its places, for the proof."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ci.core.proof.nodes import Alias, Node, Scalar
from ci.errors import Problem

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""A line break of YAML 1.1 (its production `b-break`)."""
BLANKS = " \t\r\n\x85\u2028\u2029"
"""White space of YAML 1.1."""
_EDITOR_BREAK = re.compile("\r\n|[\n\r]")
_MORE_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Characters that `str.splitlines` takes for line breaks beside `\\n` and `\\r`; YAML does for some."""
_LONGEST_EXCERPT = 160


@dataclass(frozen=True, eq=False)
class Document:
    """A text and the tree that was read from it; all its scalars, aliases and anchors' names, in their order."""

    text: str
    file: str
    root: Node
    aliases: tuple[Alias, ...] = ()
    anchors: tuple[str, ...] = ()
    scalars: tuple[Scalar, ...] = ()

    @cached_property
    def _line_starts(self) -> list[int]:
        """Where each line begins by YAML's line breaks."""
        if _MORE_BREAKS.search(self.text):
            return [0, *(found.end() for found in BREAK.finditer(self.text))]
        lines = self.text.splitlines(keepends=True)
        return [0, *accumulate(map(len, lines if self.text.endswith(("\n", "\r")) else lines[:-1]))]

    @cached_property
    def _editor_starts(self) -> list[int]:
        """Where each line begins for an editor."""
        if not _MORE_BREAKS.search(self.text):
            return self._line_starts
        return [0, *(found.end() for found in _EDITOR_BREAK.finditer(self.text))]

    def line_start(self, at: int) -> int:
        """Where the line that holds an index begins."""
        return self._line_starts[bisect_right(self._line_starts, at) - 1]

    def line_end(self, at: int) -> int:
        """The index behind the break of the line that holds an index."""
        following = bisect_right(self._line_starts, at)
        return self._line_starts[following] if following < len(self._line_starts) else len(self.text)

    def line(self, at: int) -> int:
        """The number of a line as an editor counts it, from 1."""
        return bisect_right(self._editor_starts, at)

    def excerpt(self, at: int) -> str:
        """The line that holds an index, shortened where it is very long."""
        found = _EDITOR_BREAK.search(self.text, at)
        line = self.text[self._editor_start(at) : found.start() if found else len(self.text)].rstrip()
        return line if len(line) <= _LONGEST_EXCERPT else f"{line[:_LONGEST_EXCERPT]} …"

    def problem(self, at: int, what: str, *, value: str = "", expected: str, hint: str) -> Problem:
        """A problem at an index of the text, with its line shown."""
        at = min(at, len(self.text))
        return Problem(
            what=what,
            value=value,
            expected=expected,
            hint=hint,
            file=self.file,
            line=self.line(at),
            column=at - self._editor_start(at) + 1,
            excerpt=self.excerpt(at),
        )

    def _editor_start(self, at: int) -> int:
        """Where the line that holds an index begins for an editor."""
        return self._editor_starts[self.line(at) - 1]

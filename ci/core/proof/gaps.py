"""What stands between two leaves of a YAML text, compared with what stands there in another: a part of the proof.

Where a key was removed or added, the gap between its neighbours is another: its lines must be those of the source, in
their order, less the lines of that key and the comments that belong to it (beside or inside it, directly above in its
column, below and deeper than it).
"""

import re
from collections.abc import Iterator

from ci.core.pin.comments import _COMMENTED_OUT as COMMENTED_OUT
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Mapping, Node, Sequence, walk

_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile(r"(?:(?<=\s)|(?<=^))#[^\r\n\x85\u2028\u2029]*")
Lines = list[tuple[str, int, bool]]
"""Lines with their place, and whether a pair that is gone or new stands in them."""


class Different(Exception):  # noqa: N818 - ends a walk; what comes after a difference can't be told apart
    """The text is another, where it must not be."""


class Gaps:
    """Two texts, and how far they were compared; each gap ends where the next leaf begins.

    Raises:
        Different: at the first difference.
    """

    def __init__(self, source: Document, result: Document) -> None:
        self.before, self.after = source, result
        self.at = self.at_after = 0
        self.dropped: list[tuple[int, int]] = []
        """Pairs of the source that are gone since `at`."""
        self.added: list[tuple[int, int]] = []
        self.grown = False
        """Whether they are the new items of an `environment`, and do not stand in place of what is gone."""
        self.flow = False
        """Whether the gap is one of a flow collection."""
        self.breaks = _breaks(source.text)

    def differ(self, at: int) -> None:
        """End the walk."""
        place = self.before.problem_at(min(at, len(self.before.text)), "")
        raise Different(f"line {place.line} is another than its source: {place.excerpt.strip()}")

    def bare(self, start: int, value: Node) -> None:
        """No comment stands in what is new."""
        leaves = [one for one in walk(value) if not isinstance(one, Mapping | Sequence)]
        if "#" in _outside(self.after.text, start, value.end, [(leaf.start, leaf.end) for leaf in leaves]):
            self.differ(self.at)

    def gap(self, to: int, to_after: int) -> None:
        """Compare what stands between the last leaves and the next ones."""
        text, text_after = self.before.text, self.after.text
        if not self.dropped and not self.added:
            if text[self.at : to] != text_after[self.at_after : to_after]:
                self.differ(self.at)
        elif self.flow:
            self.flow_gap(to, to_after)
        else:
            self.block_gap(to, to_after)
        self.at, self.at_after = to, to_after
        self.dropped, self.added, self.flow, self.grown = [], [], False, False

    def flow_gap(self, to: int, to_after: int) -> None:
        """In flow style the comments that are left are the source's, and nothing else is there but commas."""
        left = _outside(self.before.text, self.at, to, self.dropped)
        right = _outside(self.after.text, self.at_after, to_after, self.added)
        kept = iter(_COMMENT.findall(left))
        if any(comment not in kept for comment in _COMMENT.findall(right)):
            self.differ(self.at)
        bare = (re.sub(r"[\s,?:{}]", "", _COMMENT.sub("", part)) for part in (left, right))
        if len({*bare}) > 1:
            self.differ(self.at)
        for comment in _COMMENT.finditer(self.before.text, self.at, to):
            inside = any(start <= comment.start() < self.before.line_end(end) for start, end in self.dropped)
            if not inside and comment.group() not in right and not self.belongs(comment.start()):
                self.differ(comment.start())

    def block_gap(self, to: int, to_after: int) -> None:
        """The lines of the result's gap are lines of the source's, and what is missing belongs to what is gone."""
        if not self.one_is_gone(to, to_after):
            self.match_lines(to, to_after)
        if not self.breaks.issuperset(_BREAKS.findall(self.after.text, self.at_after, to_after)):
            self.differ(self.at)

    def one_is_gone(self, to: int, to_after: int) -> bool:
        """Whether the lines of one pair are gone, and nothing else."""
        if len(self.dropped) != 1 or self.added:
            return False
        (start, end), text = self.dropped[0], self.before.text
        begin, behind = self.before.line_start(start), self.before.line_end(end)
        if begin < self.at or behind > to or text[begin:start].strip():
            return False
        return text[self.at : begin] + text[behind:to] == self.after.text[self.at_after : to_after]

    def match_lines(self, to: int, to_after: int) -> None:
        """Find each line of the result in the source."""
        lines = list(self.lines(self.before, self.at, to, self.dropped))
        gone = next((index for index, line in enumerate(lines) if line[2]), len(lines))
        index = 0
        for line, _, is_added in self.lines(self.after, self.at_after, to_after, self.added):
            if is_added and self.grown:  # directly behind the items that there were
                if any(text.strip() for text, _, _ in lines[1:index]):
                    self.differ(self.at)
            elif is_added and self.dropped:
                index = self.stand_instead(lines, index, gone)
            elif not is_added:
                last = to_after == len(self.after.text) and not _BREAKS.search(line)
                index = self.find(line, lines, index, last=last)
        for text, start, is_dropped in lines[index:]:
            self.may_go(text, start, is_dropped=is_dropped)

    def stand_instead(self, lines: Lines, index: int, gone: int) -> int:
        """What is new stands where that stood which is gone; behind the line of the source that it has reached."""
        if any(text.strip() for text, _, is_dropped in lines[gone:index] if not is_dropped):
            self.differ(self.at)
        for text, start, _ in lines[index:gone]:
            self.may_go(text, start, is_dropped=False)
        return max(index, gone)

    def find(self, line: str, lines: Lines, index: int, *, last: bool) -> int:
        """Behind the line of the source that a line of the result is; those between them may go."""
        for at in range(index, len(lines)):
            text, start, is_dropped = lines[at]
            if text == line or (last and text.rstrip("\r\n\x85\u2028\u2029") == line):
                return at + 1
            self.may_go(text, start, is_dropped=is_dropped)
        if line.strip():
            self.differ(self.at)
        return len(lines)

    def lines(
        self, document: Document, start: int, end: int, spans: list[tuple[int, int]]
    ) -> Iterator[tuple[str, int, bool]]:
        """The lines of a gap, each with its place and whether a pair that is gone or new stands in it."""
        at = start
        while at < end:
            stop = min(document.line_end(at), end)
            line = document.text[at:stop]
            inside = [
                (max(first, at) - at, min(last, stop) - at) for first, last in spans if first < stop and at < last
            ]
            rest = _outside(line, 0, len(line), inside)
            beside = bool(inside) and document is self.after and bool(rest.strip("-?: \t\r\n\x85\u2028\u2029"))
            yield (rest if beside else line), at, bool(inside) and not beside
            at = stop

    def may_go(self, line: str, start: int, *, is_dropped: bool) -> None:
        """A line that is gone held a pair that is gone, or a comment that belonged to it, or nothing."""
        if is_dropped or not line.strip() or self.belongs(start + len(line) - len(line.lstrip())):
            return
        self.differ(start)

    def belongs(self, at: int) -> bool:
        """Whether a comment belongs to a pair that is gone: directly above in its column, or below and deeper."""
        column = at - self.before.line_start(at)
        for start, end in self.dropped:
            begin = self.before.line_start(start)
            own = len(self.before.text[begin : start + 1]) - len(self.before.text[begin : start + 1].lstrip())
            if at > end and column > own:
                return True
            lines = _BREAKS.split(self.before.text[at:start])[:-1] if at < start and column == own else []
            if lines and all(one.strip().startswith("#") and not COMMENTED_OUT.match(one) for one in lines):
                return True
        return False


def _breaks(text: str) -> set[str]:
    """The kinds of line breaks in a text."""
    both = text.count("\r\n")
    found = {one for one in "\x85\u2028\u2029" if one in text} | ({"\r\n"} if both else set())
    return found | {one for one in "\r\n" if text.count(one) > both}


def _outside(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> str:
    """A stretch of text without some spans in it."""
    parts = []
    for first, last in sorted(spans):
        parts.append(text[start:first])
        start = last
    return "".join([*parts, text[start:end]])

"""What stands between two leaves of a text, compared with what stands there in the pinned text.

Where no key is removed or added, both are equal, byte for byte. Where one is, the gap that must be found is computed:
the gap of the source less the lines that go (`ci.core.proof.comments`), and the new lines exactly where they belong.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ci.core.proof.comments import removed_lines
from ci.core.proof.document import BLANKS, BREAK, Document
from ci.core.proof.flow import flow_gap_differs


class Mismatch(Exception):  # noqa: N818 - it ends the comparison: what follows a mismatch can't be told apart
    """The pinned text is not what it must be at an index of the source, and at one of the pinned text."""

    def __init__(self, at: int, at_after: int) -> None:
        super().__init__()
        self.at, self.at_after = at, at_after


class Removed(NamedTuple):
    """A key that is gone, with its span in the source."""

    start: int
    end: int
    name: str


class Added(NamedTuple):
    """What is new, with its span in the pinned text, and where it belongs.

    `instead_of` is the name of the key in whose place it stands. `behind` says that it may stand on the line below what
    is before it, `above` on the line above what follows it, and `filler` that it is the ` {}` of an emptied mapping.
    """

    start: int
    end: int
    instead_of: str = ""
    behind: bool = False
    above: bool = False
    filler: bool = False


class Gap(NamedTuple):
    """A gap in both texts, and what is gone from it and new in it."""

    start: int
    end: int
    start_after: int
    end_after: int
    removed: Sequence[Removed] = ()
    added: Sequence[Added] = ()
    flow: bool = False
    """Whether it is in a flow collection."""
    breaks_in_value: int = 0
    """How many line breaks at its begin are a part of the value before it, which is a block scalar."""


class Gaps:
    """The gaps of a text and of its pinned text."""

    def __init__(self, source: Document, result: Document) -> None:
        self._source, self._result = source, result
        self._breaks = set(BREAK.findall(source.text))

    def compare(self, gap: Gap) -> None:
        """Compare one gap.

        Raises:
            Mismatch: it is not what it must be.
        """
        before = self._source.text[gap.start : gap.end]
        after = self._result.text[gap.start_after : gap.end_after]
        if not gap.removed and not gap.added:
            if before != after:
                _raise_mismatch(before, after, gap)
        elif gap.flow:
            removed = [(one.start, one.end) for one in gap.removed]
            added = [(one.start, one.end) for one in gap.added]
            if flow_gap_differs(self._source, self._result, gap[:4], removed, added):
                raise Mismatch(gap.start, gap.start_after)
        else:
            self._compare_block(gap)

    def _compare_block(self, gap: Gap) -> None:
        """Compare a gap of block style in which something is gone or new."""
        is_last = gap.end == len(self._source.text)
        if not is_last and not gap.added and len(gap.removed) == 1:  # the usual one, at less cost
            first, last = self._removed_span(gap, gap.removed[0], is_replaced=False)
            expected = self._source.text[gap.start : first] + self._source.text[last : gap.end]
            if expected == self._result.text[gap.start_after : gap.end_after]:
                return
        replaced = {one.instead_of for one in gap.added}
        spans = [self._removed_span(gap, one, is_replaced=one.name in replaced) for one in gap.removed]
        spans_after = [self._added_span(gap, one) for one in gap.added]
        expected, places = _without(self._source.text, gap.start, gap.end, spans)
        found, places_after = _without(self._result.text, gap.start_after, gap.end_after, spans_after)
        if is_last and not _ends_with_break(self._source.text):
            expected, found = self._without_break_at_end(gap, expected, found)
        if expected != found:
            _raise_mismatch(expected, found, gap)
        length = len(expected)
        for one, place in zip(gap.added, places_after, strict=True):
            allowed = _line_places(expected, one)
            allowed |= {
                min(at, length) for key, at in zip(gap.removed, places, strict=True) if key.name == one.instead_of
            }
            if not one.filler and min(place, length) not in allowed:
                raise Mismatch(gap.start, one.start)

    def _without_break_at_end(self, gap: Gap, expected: str, found: str) -> tuple[str, str]:
        """The two texts of a last gap whose source has no line break at its end: neither has the result.

        A new line at the end stands behind a break. Blank lines at the end go with a key that was the last, but for the
        breaks that are a part of the value of a block scalar before it.
        """
        if any(one.end == gap.end_after and not one.filler for one in gap.added):
            return _without_last_break(expected), _without_last_break(found)
        if not _ends_with_break(expected):
            return expected, found
        content = len(expected.rstrip(BLANKS))
        breaks = [0, *(one.end() for one in BREAK.finditer(expected))]
        if content or not gap.breaks_in_value:
            first = BREAK.search(expected, content)
            return expected[: first.start() if first else len(expected)], found
        return expected[: breaks[min(gap.breaks_in_value, len(breaks) - 1)]], found

    def _removed_span(self, gap: Gap, one: Removed, *, is_replaced: bool) -> tuple[int, int]:
        """The span of the source that goes with a key; a key that shares its line with an indicator leaves that."""
        text, start = self._source.text, one.start
        begin = self._source.line_start(start)
        head = text[begin:start].rstrip(" \t")
        if head.endswith("?") and begin + len(head) < start:  # `? key`
            start = begin + len(head) - 1
        if not text[begin:start].strip(" "):
            return removed_lines(self._source, start, one.end, gap.start)
        return start, one.end if is_replaced else gap.end

    def _added_span(self, gap: Gap, one: Added) -> tuple[int, int]:
        """The span of what is new: whole lines with nothing else on them, if it begins its line."""
        text = self._result.text
        begin, end = self._result.line_start(one.start), self._result.line_end(one.end)
        if one.filler or text[begin : one.start].strip(" " if one.instead_of else " -"):
            return one.start, one.end
        if text[one.end : end].strip(BLANKS) or not self._breaks.issuperset(BREAK.findall(text, begin, end)):
            raise Mismatch(gap.start, one.start)
        return begin, end


def _line_places(gap: str, one: Added) -> set[int]:
    """Where in a gap the lines of what is new may begin, by the lines around it."""
    first = BREAK.search(gap)
    places = {first.end() if first else len(gap)} if one.behind else set()
    return places | ({len(gap.rstrip(" "))} if one.above else set())


def _without(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """A stretch of a text without some spans, and where each of these was in what is left."""
    parts: list[str] = []
    places: dict[tuple[int, int], int] = {}
    length, at = 0, start
    for span in sorted(spans):
        parts.append(text[at : max(at, span[0])])
        length += len(parts[-1])
        places[span] = length
        at = max(at, min(span[1], end))
    return "".join([*parts, text[at:end]]), [places[span] for span in spans]


def _raise_mismatch(expected: str, found: str, gap: Gap) -> None:
    same = next((at for at, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), -1)
    same = min(len(expected), len(found)) if same < 0 else same
    raise Mismatch(min(gap.start + same, gap.end), min(gap.start_after + same, gap.end_after))


def _ends_with_break(text: str) -> bool:
    return BREAK.fullmatch(text[-1:]) is not None


def _without_last_break(text: str) -> str:
    if text.endswith("\r\n"):
        return text[:-2]
    return text[:-1] if _ends_with_break(text) else text

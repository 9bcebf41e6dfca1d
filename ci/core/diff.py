"""A unified diff of two strings, for people and for `patch`, in time that is linear in their lines.

The standard library's is quadratic where lines repeat, as they do in a compose file. Here lines that both texts have
once are matched first (patience diff), and only what is between two of them is compared line by line. A long stretch
without such a line is shown as removed and added: a diff that is right and longer than need be.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

_LINE = re.compile(r".*?(?:\r\n|\n|\r|\Z)", re.DOTALL)
"""A line with its break: of the breaks that `str.splitlines` counts, only those that `patch` knows."""
_CONTEXT = 3
"""How many equal lines are shown before and after what differs."""
_MOST_PAIRS = 100_000
"""How many pairs of lines are compared in a stretch without a line that both texts have once."""
_DEEPEST = 20

Lines: TypeAlias = Sequence[str]
Span: TypeAlias = tuple[int, int, int, int]
"""A stretch of both texts: start and end in the first, start and end in the second."""


def unified(before: str, after: str, before_name: str, after_name: str) -> str:
    """The unified diff, `""` for equal strings; line breaks count, and a missing one at the end is marked."""
    if before == after:
        return ""
    one, other = _lines(before), _lines(after)
    parts = [f"--- {before_name}\n+++ {after_name}\n"]
    for hunk in _hunks(_differing(one, other)):
        parts += _hunk(one, other, hunk)
    return "".join(parts)


def _lines(text: str) -> list[str]:
    return [line for line in _LINE.findall(text) if line]


def _differing(one: Lines, other: Lines) -> list[Span]:
    """The stretches that differ, in their order."""
    found: list[Span] = []
    at, at_other = 0, 0
    for start, start_other in [*_matched(one, other, (0, len(one), 0, len(other)), 0), (len(one), len(other))]:
        if start > at or start_other > at_other:
            found.append((at, start, at_other, start_other))
        at, at_other = start + 1, start_other + 1
    return found


def _matched(one: Lines, other: Lines, span: Span, depth: int) -> Iterator[tuple[int, int]]:
    """The pairs of equal lines of a stretch that are not shown as differing, both rising."""
    start, end, start_other, end_other = span
    while start < end and start_other < end_other and one[start] == other[start_other]:
        yield start, start_other
        start, start_other = start + 1, start_other + 1
    tail = 0
    while end - tail > start and end_other - tail > start_other and one[end - tail - 1] == other[end_other - tail - 1]:
        tail += 1
    end, end_other = end - tail, end_other - tail
    anchors = _anchors(one, other, (start, end, start_other, end_other)) if depth < _DEEPEST else []
    if anchors:
        for anchor, anchor_other in anchors:
            yield from _matched(one, other, (start, anchor, start_other, anchor_other), depth + 1)
            yield anchor, anchor_other
            start, start_other = anchor + 1, anchor_other + 1
        yield from _matched(one, other, (start, end, start_other, end_other), depth + 1)
    elif 0 < (end - start) * (end_other - start_other) <= _MOST_PAIRS:
        matcher = SequenceMatcher(None, one[start:end], other[start_other:end_other], autojunk=False)
        for first, second, length in matcher.get_matching_blocks():
            yield from ((start + first + index, start_other + second + index) for index in range(length))
    yield from ((end + index, end_other + index) for index in range(tail))


def _anchors(one: Lines, other: Lines, span: Span) -> list[tuple[int, int]]:
    """The longest rising run of pairs of lines that each of both stretches has once."""
    start, end, start_other, end_other = span
    counts, counts_other = Counter(one[start:end]), Counter(other[start_other:end_other])
    place = {line: index for index, line in enumerate(other[start_other:end_other], start_other)}
    pairs = [(at, place[one[at]]) for at in range(start, end) if counts[one[at]] == counts_other[one[at]] == 1]
    lasts: list[int] = []
    """By length, the least second index that a rising run of this length ends with, and the pair that it is."""
    ends: list[int] = []
    previous: list[int] = []
    for index, (_, second) in enumerate(pairs):
        length = bisect_left(lasts, second)
        previous.append(ends[length - 1] if length else -1)
        lasts[length : length + 1] = [second]
        ends[length : length + 1] = [index]
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(pairs[index])
        index = previous[index]
    return run[::-1]


def _hunks(differing: Sequence[Span]) -> Iterator[list[Span]]:
    """The stretches that are shown together, since few equal lines are between them."""
    hunk: list[Span] = []
    for span in differing:
        if hunk and span[0] - hunk[-1][1] > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(span)
    if hunk:
        yield hunk


def _hunk(one: Lines, other: Lines, spans: Sequence[Span]) -> Iterator[str]:
    """The text of a hunk."""
    before = min(_CONTEXT, spans[0][0])
    end = min(spans[-1][1] + _CONTEXT, len(one))
    start, start_other = spans[0][0] - before, spans[0][2] - before
    length, length_other = end - start, spans[-1][3] + end - spans[-1][1] - start_other
    yield f"@@ -{_range(start, length)} +{_range(start_other, length_other)} @@\n"
    at = start
    for first, last, first_other, last_other in spans:
        yield from (_shown(" ", line) for line in one[at:first])
        yield from (_shown("-", line) for line in one[first:last])
        yield from (_shown("+", line) for line in other[first_other:last_other])
        at = last
    yield from (_shown(" ", line) for line in one[at:end])


def _range(start: int, length: int) -> str:
    """A range of lines as `patch` has it: an empty one begins with the line before it."""
    return f"{start + bool(length)}" if length == 1 else f"{start + bool(length)},{length}"


def _shown(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith(("\n", "\r")) else f"{sign}{line}\n\\ No newline at end of file\n"

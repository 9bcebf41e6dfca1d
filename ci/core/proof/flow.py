"""Gaps in flow collections (`{a: 1, b: 2}`) from which a key is removed, or to which one is added.

White space around what is removed or added is free; a comma too many is not, and neither is a comment that is missing.
"""

import re
from collections.abc import Iterable

from ci.core.proof.comments import first_comment_above
from ci.core.proof.document import Document

Spans = list[tuple[int, int]]
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n\x85\u2028\u2029]*")
_FREE = re.compile(r"[\s,?:{}]")
"""What a gap may have beside comments: white space, and indicators, whose effect shows in the leaves around them."""


def flow_gap_differs(
    source: Document, result: Document, gap: tuple[int, int, int, int], removed: Spans, added: Spans
) -> bool:
    """Whether a gap is not what it must be; `gap` is its span in the source and in the result."""
    start, end, start_after, end_after = gap
    before = _outside(source.text, start, end, removed)
    after = _outside(result.text, start_after, end_after, added)
    behind = source.text[max([start, *(last for _, last in removed)]) : end]
    behind_after = result.text[max([start_after, *(last for _, last in added)]) : end_after]
    if _bare(before) != _bare(after) or (_has_last_comma(behind_after) and not _has_last_comma(behind)):
        return True
    stays = [
        found.group()
        for found in _COMMENT.finditer(source.text, start, end)
        if not any(_goes(source, found.start(), span, start) for span in removed)
    ]
    kept = _COMMENT.findall(after)
    all_comments = iter(_COMMENT.findall(source.text, start, end))
    return not all(comment in all_comments for comment in kept) or not _is_within(stays, kept)


def _goes(source: Document, comment: int, span: tuple[int, int], floor: int) -> bool:
    """Whether a comment goes with a pair: in it, beside its end, or directly above it in its column."""
    start, end = span
    line = source.line_start(start)
    above = first_comment_above(source, line, start - line, floor)
    return above <= comment < line or start <= comment < source.line_end(end)


def _is_within(some: Iterable[str], every: Iterable[str]) -> bool:
    """Whether `every` has all of `some`, in their order."""
    rest = iter(every)
    return all(one in rest for one in some)


def _bare(gap: str) -> str:
    return _FREE.sub("", _COMMENT.sub("", gap))


def _has_last_comma(gap: str) -> bool:
    """Whether the gap behind a collection's last pair has a comma before the closing bracket."""
    return re.sub(r"\s", "", _COMMENT.sub("", gap)).startswith((",}", ",]"))


def _outside(text: str, start: int, end: int, spans: Spans) -> str:
    """A stretch of a text without some spans."""
    parts = []
    for first, last in sorted(spans):
        parts.append(text[start:first])
        start = last
    return "".join([*parts, text[start:end]])

"""Removing a pair from a mapping in flow style, `{a: b, c: d}`: one comma is removed with it."""

import re

from ci.core.pin.comments import start_of_comments_above
from ci.core.pin.edits import Edit
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Pair
from ci.core.yaml.properties import properties_of
from ci.core.yaml.text import BREAK_CHARACTERS

_COMMENT_OR_COMMA = re.compile(rf"(?:^|(?<=\s))#[^{BREAK_CHARACTERS}]*|(?P<comma>,)")


def cut_from_flow(document: Document, pair: Pair, start: int) -> list[Edit]:
    """Remove a pair that begins at `start`.

    The comma after it is removed; for the last pair, the one before it. A pair alone on its lines is removed with them
    and with the comments above it. A pair that is an item of a sequence, `[a: b]`, becomes `{}`.
    """
    text, owner, end = document.text, pair.owner, pair.end
    if text[owner.start + len(properties_of(text, owner))] != "{":
        return [Edit(start, end, "{}")]
    before, after = _neighbours(pair)
    comma_end = end_of_comma(text, end, after)
    edit, own_lines = _cut_with_comma(document, start, comma_end or end, before, after, has_comma=bool(comma_end))
    if comma_end or not before:
        return [edit]
    return _cut_comma_before(text, before, start, edit, own_lines=own_lines)


def end_of_comma(text: str, start: int, end: int) -> int:
    """The position after the first comma of a span that is not in a comment; 0 if there is none."""
    for found in _COMMENT_OR_COMMA.finditer(text, start, end):
        if found["comma"]:
            return found.end()
    return 0


def _neighbours(pair: Pair) -> tuple[int, int]:
    """The end of the pair before (0 for none), and the start of the pair after or of the closing brace."""
    items = pair.owner.items
    at = next(index for index, (key, _) in enumerate(items) if key is pair.key)
    before = max(items[at - 1][0].end, items[at - 1][1].end) if at else 0
    after = items[at + 1][0].start if at + 1 < len(items) else pair.owner.end - 1
    return before, after


def _cut_with_comma(
    document: Document, start: int, end: int, before: int, after: int, *, has_comma: bool
) -> tuple[Edit, bool]:
    """The edit that removes a pair up to `end`, and whether whole lines are removed.

    If something else is on its lines, blanks after its comma are removed too.
    """
    text = document.text
    line_start, line_end = document.line_start(start), document.line_end(end)
    rest = text[end:line_end].strip()
    if not text[line_start:start].strip() and (not rest or rest.startswith("#")) and line_end <= after + 1:
        begin = start_of_comments_above(document, line_start, start - line_start, before)
        return Edit(begin, line_end, ""), True
    if has_comma:
        gap = text[end:after]
        end += len(gap) - len(gap.lstrip(" \t"))
    return Edit(start, end, ""), False


def _cut_comma_before(text: str, before: int, start: int, edit: Edit, *, own_lines: bool) -> list[Edit]:
    """The edits that remove the last pair with the comma before it, which other lines or a comment may separate."""
    comma_end = end_of_comma(text, before, start)
    if not own_lines and not text[comma_end:start].strip(" \t"):
        return [Edit(comma_end - 1, edit.end, "")]
    return [Edit(comma_end - 1, comma_end, ""), edit]

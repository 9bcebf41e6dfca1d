"""Removing a pair from a mapping, with the comments that belong to it."""

import re

from ci.core.pin.comments import end_of_comments_below, start_of_comments_above
from ci.core.pin.cut_flow import cut_from_flow
from ci.core.pin.edits import Edit, Removal
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Pair
from ci.core.yaml.text import break_at_end
from ci.errors import ConfigurationError

_EXPLICIT_KEY = re.compile(r"\?[ \t]+$")
"""The indicator before a key that is written as `? key`."""


def cut(document: Document, removal: Removal) -> list[Edit]:
    """Remove a pair, or write the replacement in its place.

    In block style whole lines are removed, with the comments that belong to the pair (`ci.core.pin.comments`); in flow
    style one comma is removed too.

    Raises:
        ConfigurationError: the pair shares its line with something that must stay.
    """
    pair, replacement = removal
    start = _start(document, pair)
    if pair.owner.flow:
        return [Edit(start, pair.end, replacement)] if replacement else cut_from_flow(document, pair, start)
    if document.text[document.line_start(start) : start].strip(" "):
        return [_cut_within_line(document, pair, start, replacement)]
    return [_cut_lines(document, pair, start, replacement)]


def _start(document: Document, pair: Pair) -> int:
    """Where a pair begins, `? ` before its key included."""
    start = pair.key.start
    found = _EXPLICIT_KEY.search(document.text, document.line_start(start), start)
    return found.start() if found else start


def _cut_lines(document: Document, pair: Pair, start: int, replacement: str) -> Edit:
    """Remove the lines of a pair that is first in its line, with its comments."""
    line_start = document.line_start(start)
    indent = start - line_start
    before = max((value.end for key, value in pair.owner.items if key.start < start), default=0)
    begin = start_of_comments_above(document, line_start, indent, before)
    end = end_of_comments_below(document, document.line_end(pair.end), indent)
    if not replacement:
        return Edit(begin, end, "")
    return Edit(begin, end, " " * indent + replacement + break_at_end(document.text[begin:end]))


def _cut_within_line(document: Document, pair: Pair, start: int, replacement: str) -> Edit:
    """Remove a pair that does not begin its line, such as the first of a mapping in a sequence, `- build: .`."""
    if replacement:
        return Edit(start, pair.end, replacement)
    following = [key.start for key, _ in pair.owner.items if key.start > start]
    if not following:
        raise ConfigurationError(
            document.problem(
                pair.key,
                f"`{pair.key.value}` does not begin its line",
                expected="the key alone at the start of a line",
                hint=f"write `{pair.key.value}` on a line of its own",
            )
        )
    return Edit(start, following[0], "")

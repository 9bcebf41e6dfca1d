"""Edits of a text by span, and how they are applied."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Pair, Scalar, walk
from ci.core.yaml.text import BLANK, BREAK, break_at_end
from ci.errors import ConfigurationError


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`."""

    start: int
    end: int
    new: str


class Removal(NamedTuple):
    """A pair to remove, and the pair's text to write in its place, `""` for none."""

    pair: Pair
    replacement: str = ""


class NewValue(NamedTuple):
    """A pair whose scalar gets a new value."""

    pair: Pair
    value: str


def apply(document: Document, edits: Iterable[Edit]) -> str:
    """The text with all edits applied.

    The same edit twice counts once; insertions at one position keep their order; removals may overlap. A text that ends
    without a line break still does.

    Raises:
        ConfigurationError: text is to be written where another edit removes or replaces.
    """
    text = document.text
    parts: list[str] = []
    at = 0
    removed_from = len(text)
    """Where the removal that reaches to `at` begins."""
    ordered = sorted(dict.fromkeys(edits), key=lambda one: (one.start, one.end))
    for edit in ordered:
        start = edit.start
        if start < at:
            if edit.new:
                raise conflict(document, edit.start)
            start = at
        parts += [text[at:start], edit.new]
        if edit.new:
            removed_from = len(text)
        elif start > at:
            removed_from = start
        at = max(at, edit.end)
    result = "".join([*parts, text[at:]])
    if at < len(text):
        return result
    replaced = {(edit.start, edit.end) for edit in ordered if edit.new}
    return _keep_missing_break(document, result, removed_from, replaced)


def _keep_missing_break(
    document: Document, result: str, removed_from: int, replaced: Collection[tuple[int, int]]
) -> str:
    """The result without blank lines and line break at its end, where the source has no break and its end was removed.

    A block scalar keeps the line breaks that are a part of its value, unless it is `replaced`.
    """
    if not document.text or break_at_end(document.text) or not break_at_end(result):
        return result
    last = len(document.text[:removed_from].rstrip(BLANK))
    ends = (one for one in walk(document.root) if isinstance(one, Scalar) and one.is_block and one.end == last)
    kept = sum(len(one.value) - len(one.value.rstrip("\n")) for one in ends if (one.start, one.end) not in replaced)
    end = len(result.rstrip(BLANK))
    breaks = list(BREAK.finditer(result, end))
    return result[: breaks[kept - 1].end() if 0 < kept <= len(breaks) else breaks[0].start()]


def conflict(document: Document, at: int) -> ConfigurationError:
    """The error for a place that would need two different texts."""
    return ConfigurationError(
        document.problem_at(
            at,
            "An anchor or a merge shares this place among services that need different values",
            expected="an own `build` and `image` for each service that is built",
            hint="write the key out in each of these services",
        )
    )

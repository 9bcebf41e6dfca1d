"""Templates that stay in the pinned file: omctl embeds the same text there as in the source.

What is pinned is the text with all files embedded. Where an edit touches what a template stands for, that stays written
out, as omctl would embed it: the template would bring the old text back. Every other template is put back as it is
written, so that the pinned file differs from its source only where it must.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from ci.core.compose.model import Compose
from ci.core.pin.edits import Edit
from ci.core.yaml.text import break_at_end


def template_edits(compose: Compose, edits: Iterable[Edit]) -> list[Edit]:
    """The edits that put back each template whose text no other edit touches. Linear, but for sorting."""
    templates = compose.original.templates if compose.original else ()
    if not templates:
        return []
    ordered = sorted((edit for edit in edits if edit.start < edit.end or edit.new), key=lambda edit: edit.start)
    starts = [edit.start for edit in ordered]
    furthest = list(accumulate((_reach(edit) for edit in ordered), max, initial=-1))
    """How far the edits reach, up to each of them."""
    return [Edit(start, end, text) for start, end, text in templates if furthest[bisect_left(starts, end)] <= start]


def _reach(edit: Edit) -> int:
    """Where an edit ends, one more for a text that would stand on the line of a template behind it."""
    return edit.end + (bool(edit.new) and not break_at_end(edit.new))

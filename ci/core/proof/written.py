"""The second question of the proof: how is the result written?

Both trees are walked side by side. Each leaf, and what stands between two leaves, is compared as text: comments, blank
lines, quotes, line ends, anchors, tags, the order of keys. Only the pinned places may differ, each as its kind allows.
Equal stretches of text are compared as such first; the walk goes into what differs.

Not compared: white space and the place of line breaks beside what is removed from a flow collection or added to it, the
order of new variables, and whether a replaced value was a block scalar.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ci.core.proof.differences import Difference
from ci.core.proof.document import Document
from ci.core.proof.gaps import Mismatch
from ci.core.proof.nodes import Alias, Node
from ci.core.proof.places import PinnedPlaces
from ci.core.proof.walk import Walk


@dataclass
class Written:
    """The first difference, and each alias with the node in its place, whose meaning is to be compared."""

    differences: list[Difference] = field(default_factory=list)
    aliases: list[tuple[Alias, Node]] = field(default_factory=list)


def compare_text(source: Document, result: Document, places: PinnedPlaces) -> Written:
    """Compare two texts outside of the pinned places, up to the first difference."""
    walk = Walk(source, result, places)
    try:
        walk.node(source.root, result.root, is_compared=False)
        walk.gap(len(source.text), len(result.text))
    except Mismatch as mismatch:
        return Written([_difference(source, result, mismatch)], walk.aliases)
    return Written([*_anchor_differences(walk)], walk.aliases)


def _anchor_differences(walk: Walk) -> Iterator[Difference]:
    """Anchors that stand more often than before, or that a pinned value lost without their moving elsewhere."""
    before, after = Counter(walk.source.anchors), Counter(walk.result.anchors)
    for name in after - before:
        at = walk.source.text.find(f"&{name}")
        yield Difference(f"the anchor `&{name}` is defined once more than before", max(at, 0), has_anchor=True)
    for node in walk.freed:
        if after[node.anchor or ""] < before[node.anchor or ""]:
            yield Difference(f"the anchor `&{node.anchor}` is missing", node.start, has_anchor=True)


def _difference(source: Document, result: Document, mismatch: Mismatch) -> Difference:
    at, at_after = min(mismatch.at, len(source.text)), min(mismatch.at_after, len(result.text))
    line, line_after = source.excerpt(at).strip(), result.excerpt(at_after).strip()
    what = f"line {source.line(at)} is not what it must be"
    if "=" not in line_after and '"' not in line_after:  # no variable that is new: its value may be a secret
        what += f"; line {result.line(at_after)} of the result is {line_after!r}"
    return Difference(what, at, any(sign in line + line_after for sign in "&*"))

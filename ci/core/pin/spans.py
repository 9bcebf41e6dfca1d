"""The spans of a text that a pin removes, and the aliases that remain outside of them."""

from bisect import bisect_right
from collections.abc import Iterable

from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Node, Pair, Value

Aliases = dict[Value, list[Alias]]
"""The aliases of anchored nodes, in the order of the text."""


class RemovedSpans:
    """The spans of removed pairs, searched by position."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._spans = sorted((pair.key.start, pair.end) for pair in pairs)
        self._starts = [start for start, _ in self._spans]

    def contain(self, node: Node) -> bool:
        """Whether a node is inside of one of the spans."""
        at = bisect_right(self._starts, node.start) - 1
        return at >= 0 and node.start < self._spans[at][1]


def remaining_aliases(document: Document, removed: RemovedSpans) -> Aliases:
    """The aliases that are not removed, by the node that they stand for; a node may have none."""
    found: Aliases = {}
    for alias in document.aliases:
        remaining = found.setdefault(alias.target, [])
        if not removed.contain(alias):
            remaining.append(alias)
    return found

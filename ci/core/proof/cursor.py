"""How far two texts are compared while their trees are walked, and what is removed and added since."""

from ci.core.proof.document import BREAK, Document
from ci.core.proof.gaps import Added, Gap, Gaps, Mismatch, Removed
from ci.core.proof.nodes import Node, Scalar, key_name

Pair = tuple[Node, Node]


class Cursor:
    """A place in the source and the same place in the result.

    `removed` and `added` are the changes since, for the next gap; `flow` says that this one is in a flow collection.
    """

    def __init__(self, source: Document, result: Document) -> None:
        self.source, self.result = source, result
        self.text, self.text_after = source.text, result.text
        self.at = self.at_after = 0
        self.removed: list[Removed] = []
        self.added: list[Added] = []
        self.flow = False
        self.breaks_in_value = 0
        self._gaps = Gaps(source, result)

    def gap(self, to: int, to_after: int) -> None:
        """Compare what stands before two leaves, and go on there."""
        if not self.removed and not self.added:
            if self.text[self.at : to] != self.text_after[self.at_after : to_after]:
                self._gaps.compare(Gap(self.at, to, self.at_after, to_after))
        else:
            changes = self.removed, self.added, self.flow, self.breaks_in_value
            self._gaps.compare(Gap(self.at, to, self.at_after, to_after, *changes))
            self.removed, self.added = [], []
        self.at, self.at_after, self.flow, self.breaks_in_value = to, to_after, False, 0

    def leaf(self, one: Node, other: Node) -> None:
        """Compare the gap before two nodes whose own text is compared, and go behind them."""
        self.gap(one.start, other.start)
        self.at, self.at_after = one.end, other.end
        self.breaks_in_value = _breaks_in_value(one)

    def differ(self, one: Node | None = None, other: Node | None = None) -> None:
        """End the comparison at two nodes, or where it is.

        Raises:
            Mismatch: always.
        """
        raise Mismatch(one.start if one else self.at, other.start if other else self.at_after)

    def is_same_column(self, one: Node, other: Node) -> bool:
        """Whether equal texts mean the same: over several lines they do if they begin in the same column."""
        if (isinstance(one, Scalar) and not one.style) or not BREAK.search(self.text, one.start, one.end):
            return True
        column = one.start - self.source.line_start(one.start)
        return column == other.start - self.result.line_start(other.start)

    def run(self, pairs: tuple[Pair, ...], others: tuple[Pair, ...]) -> bool:
        """Compare a run of pairs as one text, and go behind it if it is the same."""
        if len(others) < len(pairs):
            return False
        first, last, first_after, last_after = pairs[0][0], pairs[-1][1], others[0][0], others[-1][1]
        if self.text[first.start : last.end] != self.text_after[first_after.start : last_after.end]:
            return False
        column = first.start - self.source.line_start(first.start)
        if column != first_after.start - self.result.line_start(first_after.start):
            return False
        self.gap(first.start, first_after.start)
        self.at, self.at_after = last.end, last_after.end
        self.breaks_in_value = _breaks_in_value(last)
        return True

    def remove(self, pair: Pair, *, flow: bool) -> None:
        """Note a pair of the source that is gone; `flow` says that it was in a flow mapping."""
        key, value = pair
        self.removed.append(Removed(key.start, max(key.end, value.end), key_name(key) or ""))
        self.flow = flow


def _breaks_in_value(node: Node) -> int:
    """How many line breaks the value of a block scalar ends with; 0 for any other node."""
    if not isinstance(node, Scalar) or node.style not in {"|", ">"}:
        return 0
    return len(node.value) - len(node.value.rstrip("\n"))

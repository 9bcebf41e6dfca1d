"""Anchors in a text that a pin removes: what their other aliases stand for is moved to the first of these."""

from bisect import bisect_right
from collections.abc import Iterable

from ci.core.pin.edits import PROPERTIES, Edit
from ci.core.yaml.nodes import BREAK, Alias, Document, Mapping, Node, Pair, Scalar, Value, walk
from ci.core.yaml.values import quoted
from ci.errors import ConfigurationError, Problem

_FLOW = frozenset(",[]{}")


class Spans:
    """Spans of a text that go, to be asked whether something stands in one."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.spans = sorted((pair.key.start, pair.end) for pair in pairs)

    def hold(self, node: Node) -> bool:
        """Whether a node stands in one of them."""
        at = bisect_right(self.spans, (node.start, len(self.spans) and self.spans[-1][1] + 1)) - 1
        return at >= 0 and node.start < self.spans[at][1]


def uses(document: Document) -> dict[int, list[Alias]]:
    """The aliases of each anchored node, by its identity, in the order of the text."""
    found: dict[int, list[Alias]] = {}
    for alias in document.aliases:
        found.setdefault(id(alias.target), []).append(alias)
    return found


def keep_alive(document: Document, removed: Iterable[Pair], gone: Spans, left: dict[int, list[Alias]]) -> list[Edit]:
    """Move each anchored node of `removed` to its first alias that stays; `left` has those that stay.

    Raises:
        ConfigurationError: one can't be moved as it stands.
    """
    edits: list[Edit] = []
    if not any(gone.hold(alias.target) for alias in document.aliases):
        return edits
    for pair in removed:
        inside_of = -1
        for node in (*walk(pair.key), *walk(pair.written)):
            if isinstance(node, Alias) or node.anchor is None or id(node) not in left or node.end <= inside_of:
                continue
            first = left[id(node)][0]
            inside_of = node.end
            if not _self_contained(node, first, gone, left):
                raise ConfigurationError(_unmovable(document, node, pair, first))
            new = move(document, node, first)
            if new is None:
                raise ConfigurationError(_unmovable(document, node, pair, first))
            edits.append(Edit(first.start, first.end, new))
    return edits


def move(document: Document, node: Value, alias: Alias) -> str | None:
    """The text of an anchored node, to stand in place of an alias; None where it can't stand there as it is."""
    text = document.text[node.start : node.end]
    block = isinstance(node, Scalar) and node.style in {"|", ">"}
    if not BREAK.search(text) and (isinstance(node, Scalar) or node.flow) and not block:
        if isinstance(node, Scalar) and node.style == "" and _FLOW & {*node.value}:
            return f"&{node.anchor} {quoted(node.value)}"
        return text
    place = _place(document.root, alias)
    if block or place is None or isinstance(node, Scalar) or node.flow:
        return None
    found = PROPERTIES.match(document.text, node.start, node.end)
    begin = document.line_start(found.end() if found else node.start)
    body = document.text[begin : node.end]
    if found is None or document.text[begin : found.end()].strip(" "):
        return None
    was, now = found.end() - begin, place.start - document.line_start(place.start) + 2
    lines = BREAK.split(body)
    if any(line[:was].strip(" ") for line in lines):
        return None
    newline = document.newline
    return f"&{node.anchor}{newline}" + newline.join(" " * now + line[was:] if line[was:] else "" for line in lines)


def _place(root: Node, alias: Alias) -> Node | None:
    """The key of a block mapping whose value the alias is."""
    for node in walk(root):
        if isinstance(node, Mapping) and not node.flow:
            for key, value in node.items:
                if value is alias:
                    return key
    return None


def _self_contained(node: Value, first: Alias, gone: Spans, left: dict[int, list[Alias]]) -> bool:
    """Whether all that a node holds can move with it."""
    inside = {id(one) for one in walk(node)}
    for one in walk(node):
        if isinstance(one, Alias) and id(one.target) not in inside and gone.hold(one.target):
            return False
        if one is not node and any(use.start < first.start for use in left.get(id(one), ())):
            return False
    return True


def _unmovable(document: Document, node: Value, pair: Pair, alias: Alias) -> Problem:
    return document.problem(
        node,
        f"The anchor `&{node.anchor}` stands in a `{pair.key.value}`, which goes, and is used elsewhere",
        value=f"*{node.anchor} in line {document.line(alias)}",
        expected="an anchor outside, such as in an `x-` field at the top of the file",
        hint="define it there, and use it in both places",
    )

"""Anchors inside of removed pairs: where aliases remain, the anchored value moves to the first of them."""

from collections.abc import Iterable, Iterator

from ci.core.pin.edits import Edit
from ci.core.pin.moved import moved_text
from ci.core.pin.spans import Aliases, RemovedSpans
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Pair, Scalar, Value, walk
from ci.errors import ConfigurationError, Problem


def move_anchors(document: Document, removed: Iterable[Pair], spans: RemovedSpans, remaining: Aliases) -> list[Edit]:
    """The edits that move each anchored value of the removed pairs, with its anchor, to its first remaining alias.

    `remaining` has the aliases that stay; a value without one is not moved.

    Raises:
        ConfigurationError: a value cannot be moved with its text unchanged.
    """
    if not any(spans.contain(alias.target) for alias in document.aliases):
        return []
    edits: list[Edit] = []
    for pair in removed:
        for node in _used_elsewhere(pair, remaining):
            alias = remaining[node][0]
            text = moved_text(document, node, alias) if is_self_contained(node, alias, spans, remaining) else None
            if text is None:
                raise ConfigurationError(_cannot_move(document, node, pair, alias))
            edits.append(Edit(alias.start, alias.end, text))
    return edits


def split_anchors(document: Document, nodes: Iterable[Value], spans: RemovedSpans, remaining: Aliases) -> list[Edit]:
    """The edits that take the anchor from each node, which grows, and move its old value to its first remaining alias.

    Raises:
        ConfigurationError: a value cannot be moved with its text unchanged.
    """
    edits: list[Edit] = []
    for node in nodes:
        if not remaining.get(node):
            continue
        alias = remaining[node][0]
        text = moved_text(document, node, alias) if is_self_contained(node, alias, spans, remaining) else None
        if text is None:
            raise ConfigurationError(_cannot_split(document, node, alias))
        edits += [Edit(alias.start, alias.end, text), _without_anchor(document, node)]
    return edits


def _without_anchor(document: Document, node: Value) -> Edit:
    """The edit that takes the anchor from a collection without a tag, and the blanks on one side of it."""
    begin, end, text = node.start, node.start + len(f"&{node.anchor}"), document.text
    if isinstance(node, Scalar) or not node.flow:
        return Edit(len(text[:begin].rstrip(" ")), end, "")
    return Edit(begin, len(text) - len(text[end:].lstrip(" ")), "")


def _used_elsewhere(pair: Pair, remaining: Aliases) -> Iterator[Value]:
    """The anchored nodes of a pair that have remaining aliases; one inside of another moves with it."""
    moved_to = -1
    for node in (*walk(pair.key), *walk(pair.raw)):
        if isinstance(node, Alias) or node.anchor is None or node.end <= moved_to or not remaining.get(node):
            continue
        moved_to = node.end
        yield node


def is_self_contained(node: Value, destination: Alias, removed: RemovedSpans, remaining: Aliases) -> bool:
    """Whether everything inside of a node can move with it to the place of an alias.

    It cannot if the node has an alias of another removed anchor, or an inner anchor that is used before `destination`.
    """
    inside = set(walk(node))
    for one in inside:
        if isinstance(one, Alias):
            if one.target not in inside and removed.contain(one.target):
                return False
        elif one is not node and any(use.start < destination.start for use in remaining.get(one, ())):
            return False
    return True


def _cannot_split(document: Document, node: Value, alias: Alias) -> Problem:
    return document.problem(
        node,
        f"The `environment` with the anchor `&{node.anchor}` needs other variables than where its alias stands",
        value=f"*{node.anchor} in line {document.line(alias)}",
        expected="an `environment` that can be written in both places",
        hint="define it in an `x-` field at the top of the file, and merge it in both places: `<<: *name`",
    )


def _cannot_move(document: Document, node: Value, pair: Pair, alias: Alias) -> Problem:
    return document.problem(
        node,
        f"The anchor `&{node.anchor}` is inside of a `{pair.key.value}`, which is removed, and is used elsewhere",
        value=f"*{node.anchor} in line {document.line(alias)}",
        expected="an anchor outside of it, such as in an `x-` field at the top of the file",
        hint="define the value there, and use it in both places",
    )

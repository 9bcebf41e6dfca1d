"""Whether two YAML parsers read a text as the same: PyYAML, which the edit uses, and ruamel.yaml, which the proof uses.

The edit lists the events that it read (`ci.core.events`), and the list is compared with the proof's own tree. Only
these differences are harmless: where an empty node is marked (its neighbours are compared), where a block collection
ends (it ends with its last leaf), and the value of a scalar that holds a template, which each side masks for itself.
"""

from collections.abc import Iterable

from ci.core.events import Event, Kind
from ci.core.proof.document import Document
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence
from ci.errors import ConfigurationError

EXPECTED = "text that every YAML parser reads the same"
HINT = "write this line with quotes around its value, spaces for indentation, and no YAML directive"
_LONGEST = 60


def require_agreement(document: Document, listing: Iterable[Event]) -> None:
    """Compare a document with the events that another parser read in its text.

    Raises:
        ConfigurationError: the two differ; the first place where they do.
    """
    todo: list[Node | None] = [document.root]
    """What is still to come, the next one last; None is the end of a collection."""
    for event in listing:
        if not todo:
            raise _disagreement(document, None, event)
        node = todo.pop()
        if isinstance(node, Scalar):
            found = (Kind.SCALAR, node.start, node.end, node.value, node.tag, node.anchor, node.style)
            if event == found or _is_same_scalar(document, node, event):
                continue
            raise _disagreement(document, node, event)
        if not _is_same(node, event):
            raise _disagreement(document, node, event)
        if isinstance(node, Mapping):
            todo.append(None)
            for key, value in reversed(node.items):
                todo += (value, key)
        elif isinstance(node, Sequence):
            todo.append(None)
            todo += reversed(node.items)
    if todo:
        raise _disagreement(document, todo[-1], None)


def _is_same(node: Alias | Mapping | Sequence | None, event: Event) -> bool:
    """Whether a node is what an event says; the end of a collection is None."""
    if node is None:
        return event.kind in {Kind.MAPPING_END, Kind.SEQUENCE_END}
    if isinstance(node, Alias):
        return event[:4] == (Kind.ALIAS, node.start, node.end, node.name)
    kind, opening = (Kind.MAPPING, "{") if isinstance(node, Mapping) else (Kind.SEQUENCE, "[")
    found = (kind, node.start, node.tag, node.anchor, opening if node.flow else "")
    is_end_same = not node.flow or event.end == node.end
    return is_end_same and found == (event.kind, event.start, event.tag, event.anchor, event.style)


def _is_same_scalar(document: Document, scalar: Scalar, event: Event) -> bool:
    """Whether a scalar that is not equal to its event is an empty one, or holds a template."""
    if (event.kind, event.tag, event.anchor, event.style) != (Kind.SCALAR, scalar.tag, scalar.anchor, scalar.style):
        return False
    if scalar.start == scalar.end and event.start == event.end:
        return scalar.value == event.value == ""
    is_place_same = (event.start, event.end) == (scalar.start, scalar.end)
    return is_place_same and "$file:" in document.text[scalar.start : scalar.end]


def _disagreement(document: Document, node: Node | None, event: Event | None) -> ConfigurationError:
    places = [one.start for one in (node, event) if one]
    return ConfigurationError(
        document.problem(
            min(places, default=len(document.text)),
            "Two YAML parsers read this place differently",
            value=f"PyYAML reads {_event_text(event)}, ruamel.yaml {_node_text(node)}",
            expected=EXPECTED,
            hint=HINT,
        )
    )


def _event_text(event: Event | None) -> str:
    if event is None:
        return "nothing more"
    return _described(event.kind.value, event.value, event.tag, event.anchor)


def _node_text(node: Node | None) -> str:
    if node is None:
        return "the end of a collection"
    if isinstance(node, Alias):
        return _described(Kind.ALIAS.value, node.name, None, None)
    kind = Kind.MAPPING if isinstance(node, Mapping) else Kind.SEQUENCE
    if isinstance(node, Scalar):
        return _described(Kind.SCALAR.value, node.value, node.tag, node.anchor)
    return _described(kind.value, "", node.tag, node.anchor)


def _described(kind: str, value: str, tag: str | None, anchor: str | None) -> str:
    parts = [f"the {kind}" if kind.startswith("end") else f"{'an' if kind[0] == 'a' else 'a'} {kind}"]
    parts += [repr(value if len(value) <= _LONGEST else f"{value[:_LONGEST]} …")] if value else []
    parts += [f"with the tag {tag}"] if tag else []
    parts += [f"with the anchor &{anchor}"] if anchor else []
    return " ".join(parts)

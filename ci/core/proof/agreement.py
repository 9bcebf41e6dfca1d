"""Whether two YAML parsers read a text as the same: PyYAML, which the edit uses, and ruamel.yaml, which the proof uses.

The edit lists the events that it read (`ci.core.events`), and the list is compared with the proof's own tree. Only
these differences are harmless: where an empty node is marked (its neighbours are compared), where a block collection
ends (it ends with its last leaf), and the value of a scalar that holds a template, which each side masks for itself.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from ci.core.events import Event, Kind
from ci.core.proof.document import Document
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence
from ci.errors import ConfigurationError

EXPECTED = "text that every YAML parser reads the same"
HINT = "write this line with quotes around its value, spaces for indentation, and no YAML directive"
_LONGEST = 60
_SCALAR, _MAPPING, _SEQUENCE = Kind.SCALAR, Kind.MAPPING, Kind.SEQUENCE  # read once: an enum's member is slow to find
_ENDS = (Kind.MAPPING_END, Kind.SEQUENCE_END)


def require_agreement(document: Document, listing: Iterable[Event]) -> None:
    """Compare a document with the events that another parser read in its text.

    Raises:
        ConfigurationError: the two differ; the first place where they do.
    """
    events = iter(listing)
    open_: list[Iterator[Node]] = [iter((document.root,))]
    """What is still to come of each collection that has begun, the innermost last."""
    while open_:
        for node in open_[-1]:
            event = next(events, None)
            if isinstance(node, Scalar):
                found = (_SCALAR, node.start, node.end, node.value, node.tag, node.anchor, node.style)
                if event != found and not _is_same_scalar(document, node, event):
                    raise _disagreement(document, node, event)
                continue
            if event is None or not _is_same(node, event):
                raise _disagreement(document, node, event)
            if not isinstance(node, Alias):
                children = chain.from_iterable(node.items) if isinstance(node, Mapping) else iter(node.items)
                open_.append(children)
                break
        else:
            open_.pop()
            event = next(events, None)
            is_end = event is not None and event[0] in _ENDS
            if is_end != bool(open_) or (event and not is_end):
                raise _disagreement(document, None, event)


def _is_same(node: Alias | Mapping | Sequence, event: Event) -> bool:
    """Whether an alias or the begin of a collection is what an event says."""
    if isinstance(node, Alias):
        return event[:4] == (Kind.ALIAS, node.start, node.end, node.name)
    kind, opening = (_MAPPING, "{") if isinstance(node, Mapping) else (_SEQUENCE, "[")
    found = (kind, node.start, node.tag, node.anchor, opening if node.flow else "")
    is_end_same = not node.flow or event.end == node.end
    return is_end_same and found == (event.kind, event.start, event.tag, event.anchor, event.style)


def _is_same_scalar(document: Document, scalar: Scalar, event: Event | None) -> bool:
    """Whether a scalar that is not equal to its event is an empty one, or holds a template."""
    if event is None or (event.kind, event.tag, event.anchor, event.style) != (
        _SCALAR,
        scalar.tag,
        scalar.anchor,
        scalar.style,
    ):
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

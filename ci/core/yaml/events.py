"""The events of a document, for a reader that must not know its nodes: the proof."""

from ci.core.events import Event, Kind
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Mapping, Node, Scalar

_SCALAR, _ALIAS = Kind.SCALAR, Kind.ALIAS  # read once: an enum's member is slow to find, and a file has thousands
_MAPPING, _MAPPING_END, _SEQUENCE, _SEQUENCE_END = Kind.MAPPING, Kind.MAPPING_END, Kind.SEQUENCE, Kind.SEQUENCE_END


def listing(document: Document) -> list[Event]:
    """The events of a document in the order of its text, as `ci.core.events.Event` describes them.

    A mapping's keys and values follow its start event, alternating. An alias is an event of its own; its target is not
    repeated. The time is linear in the size of the text, and nothing recurses.
    """
    found: list[Event] = []
    todo: list[Node | Event] = [document.root]
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar):
            found.append(Event(_SCALAR, node.start, node.end, node.value, node.tag, node.anchor, node.style))
        elif isinstance(node, Event):
            found.append(node)
        elif isinstance(node, Alias):
            found.append(Event(_ALIAS, node.start, node.end, node.name))
        elif isinstance(node, Mapping):
            style = "{" if node.flow else ""
            found.append(Event(_MAPPING, node.start, node.end, "", node.tag, node.anchor, style))
            todo.append(Event(_MAPPING_END, node.end, node.end))
            for key, value in reversed(node.items):
                todo += (value, key)
        else:
            style = "[" if node.flow else ""
            found.append(Event(_SEQUENCE, node.start, node.end, "", node.tag, node.anchor, style))
            todo.append(Event(_SEQUENCE_END, node.end, node.end))
            todo += reversed(node.items)
    return found

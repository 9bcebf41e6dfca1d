"""Places in small YAML texts, for the tests of the edit."""

from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Node, Pair
from ci.core.yaml.parse import read


def document(text: str) -> Document:
    """The text as a document."""
    return read(text, "compose.yaml")


def pair(source: Document, *path: str) -> Pair:
    """The pair at a path of keys, merges resolved."""
    node: Node = source.root
    for key in path:
        found = effective(node)[key]
        node = found.raw
    return found

"""YAML nodes as plain Python values."""

from typing import Any

from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Node, Scalar, Sequence, is_null, resolved


def plain(node: Node) -> Any:  # Any: strings, None, and lists and dicts of them
    """A node as plain Python values, aliases and merges resolved.

    A null is None. Every other scalar is a string, also `true` and `012`: types are not resolved.
    """
    node = resolved(node)
    if isinstance(node, Scalar):
        return None if is_null(node) else node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {name: plain(pair.raw) for name, pair in effective(node).items()}

"""`environment`, `args` and `labels`, which compose allows as a mapping and as a list of `NAME=value`."""

from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Mapping, Node, resolved
from ci.core.yaml.values import plain


def names_and_values(node: Node) -> dict[str, str | None]:
    """The value of each name; None where the name has no value. Empty for a node of any other form."""
    value = plain(node)
    if isinstance(value, dict):
        return value
    found: dict[str, str | None] = {}
    for item in value if isinstance(value, list) else []:
        name, equals, rest = str(item).partition("=")
        found[name] = rest if equals else None
    return found


def names_and_nodes(node: Node) -> dict[str, Node | None]:
    """The raw node of each name's value; None for the names of a list, whose items hold name and value together."""
    node = resolved(node)
    if isinstance(node, Mapping):
        return {name: pair.raw for name, pair in effective(node).items()}
    return dict.fromkeys(names_and_values(node))

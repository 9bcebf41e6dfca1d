"""Limits of what a file may contain: depth of nesting, and the size that its aliases expand to.

They are checked before anything recurses over the tree, in time linear in the size of the text.
"""

from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Mapping, Node, Sequence, Value
from ci.core.yaml.text import SourceText
from ci.errors import ConfigurationError, Problem

MAX_DEPTH = 100
"""How many collections may be nested; the compose files of Docker's own samples have ten levels."""
_MAX_NODES = 1_000_000
_MAX_GROWTH = 20
"""With its aliases expanded a file may have `_MAX_NODES` nodes, or this many times its own, whichever is more."""


def check_depth(source: SourceText, depth: int, at: int) -> None:
    """Refuse a collection that is nested too deep.

    Raises:
        ConfigurationError: `depth` is more than `MAX_DEPTH`.
    """
    if depth > MAX_DEPTH:
        raise ConfigurationError(
            source.problem_at(
                at,
                f"Nested too deep: more than {MAX_DEPTH} collections in each other",
                expected=f"at most {MAX_DEPTH}",
                hint="write it flatter",
            )
        )


def check_aliases(document: Document, nodes: int) -> None:
    """Refuse aliases that expand to too much; `nodes` is the number of nodes in the text.

    Raises:
        ConfigurationError: with its aliases expanded, the document is nested too deep or has too many nodes.
    """
    size: dict[Value, int] = {}
    height: dict[Value, int] = {}
    targets = dict.fromkeys(alias.target for alias in document.aliases)
    for target in sorted(targets, key=lambda one: one.end):  # by end: one that another contains or uses comes first
        size[target], height[target] = _expanded(target, size, height)
        check_depth(document, height[target], target.start)
    expanded = nodes + sum(size[alias.target] for alias in document.aliases)
    if expanded > max(_MAX_NODES, _MAX_GROWTH * nodes):
        worst = max(document.aliases, key=lambda alias: size[alias.target])
        raise ConfigurationError(_too_large(document, worst, expanded))


def _expanded(target: Value, size: dict[Value, int], height: dict[Value, int]) -> tuple[int, int]:
    """The number of nodes and the depth of a node with its aliases expanded, those of its aliases' targets given."""
    todo: list[tuple[Node, int]] = [(target, 1)]
    count, deepest = 0, 1
    while todo:
        node, depth = todo.pop()
        if isinstance(node, Alias):
            count += size[node.target]
            deepest = max(deepest, depth + height[node.target])
            continue
        count, deepest = count + 1, max(deepest, depth)
        if isinstance(node, Mapping):
            todo += [(part, depth + 1) for pair in node.items for part in pair]
        elif isinstance(node, Sequence):
            todo += [(part, depth + 1) for part in node.items]
    return count, deepest


def _too_large(document: Document, worst: Alias, expanded: int) -> Problem:
    return document.problem(
        worst,
        "Aliases of aliases expand to too many nodes",
        value=f"{expanded} nodes",
        expected=f"at most {_MAX_NODES} nodes, or {_MAX_GROWTH} times those in the text",
        hint="write the values out where an alias is inside of what other aliases repeat; compose refuses it too",
    )

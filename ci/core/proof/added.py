"""What may be written where the pin adds a key: nothing that could be read as anything but what it is."""

import re
from dataclasses import replace

from ci.core.proof.document import BREAK, Document
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence, is_merge

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_STRINGS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""Plain scalars that YAML 1.1 or 1.2 reads as a boolean or as null."""


def is_plain_addition(document: Document, pair: tuple[Node, Node]) -> bool:
    """Whether a new pair has no comment, no tag and no anchor but in what was copied, and keys that are strings."""
    key, value = pair
    if not _is_string(key):
        return False
    todo, leaves = [value], [key]
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            todo += [one for _, one in node.items]
            leaves += [one for one, _ in node.items]
            if not all(_is_string(one) or is_merge(one) for one, _ in node.items):
                return False
        elif isinstance(node, Sequence):
            todo += node.items
        else:
            leaves.append(node)
    between, at = [], key.end
    for leaf in sorted(leaves, key=lambda one: one.start):
        between.append(document.text[at : leaf.start])
        at = max(at, leaf.end)
    return "#" not in "".join([*between, document.text[at : value.end]])


def is_own_line_mapping(document: Document, at: int, mapping: Node) -> bool:
    """Whether a mapping that took the place of an alias behind `at` has no comment; of block style, its own lines."""
    if not isinstance(mapping, Mapping):
        return False
    between = document.text[at : mapping.start]
    begins_line = mapping.flow or BREAK.search(between) is not None
    no_more = not between.strip(": \r\n\x85\u2028\u2029")
    return begins_line and no_more and is_plain_addition(document, (replace(_BEFORE, end=mapping.start), mapping))


def merges_alias(alias: Node, node: Node) -> bool:
    """Whether a node is a mapping that begins with a merge of what an alias stands for: `<<: *a` for `*a`."""
    if not isinstance(alias, Alias) or not isinstance(node, Mapping) or not node.items:
        return False
    key, value = node.items[0]
    return is_merge(key) and isinstance(value, Alias) and value.name == alias.name


_BEFORE = Scalar(0, 0, "environment", None, None, "")


def _is_string(key: Node) -> bool:
    """Whether a new key is a string to every reader: in quotes, or a plain word that means nothing else."""
    if not isinstance(key, Scalar) or key.tag or key.anchor:
        return False
    return key.style in {'"', "'"} or (
        _PLAIN_KEY.fullmatch(key.value) is not None and key.value.lower() not in _NOT_STRINGS
    )

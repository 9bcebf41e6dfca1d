"""The proof's tree of a YAML text: what each node is and where it stands, as the text has it.

Nodes are compared and hashed by identity: the same value at two places is two nodes. Nothing changes a node once it is
made; that they are not frozen is for speed alone, since frozen ones take three times as long to make. Anchors,
aliases, merges (`<<`) and tags stay as they are written; `ci.core.proof.meaning` resolves them. `start` and `end` are
indices of characters in the text, and enclose a node's anchor and tag. A block collection ends with its last leaf, a
block scalar with its last character that is not blank, and an empty node has `start == end`.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(slots=True, eq=False)
class Scalar:
    """A scalar: its value with quotes, escapes and folding resolved, and its style (`""`, `'`, `"`, `|` or `>`)."""

    start: int
    end: int
    value: str
    tag: str | None
    anchor: str | None
    style: str


@dataclass(slots=True, eq=False)
class Mapping:
    """A mapping: its keys and values as written, in the order of the text."""

    start: int
    end: int
    items: tuple[tuple["Node", "Node"], ...]
    tag: str | None
    anchor: str | None
    flow: bool


@dataclass(slots=True, eq=False)
class Sequence:
    """A sequence and its items."""

    start: int
    end: int
    items: tuple["Node", ...]
    tag: str | None
    anchor: str | None
    flow: bool


@dataclass(slots=True, eq=False)
class Alias:
    """`*name`, and the node that it stands for."""

    start: int
    end: int
    name: str
    target: "Value"


Value: TypeAlias = Scalar | Mapping | Sequence
"""A node that stands for itself."""
Node: TypeAlias = Value | Alias


def deref(node: Node) -> Value:
    """The node that an alias stands for; any other node is its own."""
    return node.target if isinstance(node, Alias) else node


def is_merge(key: Node) -> bool:
    """Whether a key is YAML 1.1's merge key: `<<`, plain or with the tag `!!merge`."""
    if not isinstance(key, Scalar) or key.value != "<<":
        return False
    return key.tag == "tag:yaml.org,2002:merge" or (key.tag is None and key.style == "")


def key_name(key: Node) -> str | None:
    """The text of a key that is written as a scalar; None for any other key."""
    return key.value if key.__class__ is Scalar else None

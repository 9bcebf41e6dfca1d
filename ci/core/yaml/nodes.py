"""The nodes of a YAML tree; each knows its span in the text.

An alias is a node of its own that refers to its target, so that both can be read: the raw node, as the text has it, and
the resolved one. Nodes compare and hash by identity, so they can be keys of dictionaries. The tree is read only: a
change is made in the text (`ci.core.pin`). `ci.core.yaml.parse` makes the tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_STANDARD = "tag:yaml.org,2002:"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
MERGE_KEY = "<<"


@dataclass(slots=True, eq=False)
class Located:
    """What every node has.

    `start` and `end` are indices into the text; the span includes the anchor and the tag. A block collection ends with
    its last leaf. `tag` is the full tag (`tag:yaml.org,2002:str`), None where the text has none; `anchor` is the name.
    """

    start: int
    end: int
    tag: str | None
    anchor: str | None


@dataclass(slots=True, eq=False)
class Scalar(Located):
    """A scalar; `style` is `""` if it is plain, else its first character: `'`, `"`, `|` or `>`."""

    value: str
    style: str

    @property
    def is_block(self) -> bool:
        """Whether it is a block scalar, `|` or `>`."""
        return self.style in {"|", ">"}


@dataclass(slots=True, eq=False)
class Mapping(Located):
    """A mapping: its pairs of raw nodes, in the order of the text; `flow` means `{…}`."""

    items: list[tuple["Node", "Node"]]
    flow: bool
    effective_keys: dict[str, "Pair"] | None = field(default=None, repr=False)
    """Kept by `ci.core.yaml.merges.effective` once it is computed."""


@dataclass(slots=True, eq=False)
class Sequence(Located):
    """A sequence: its raw items, in the order of the text; `flow` means `[…]`."""

    items: list["Node"]
    flow: bool


@dataclass(slots=True, eq=False)
class Alias(Located):
    """`*name`, and the node that has the anchor `&name`."""

    name: str
    target: "Value"


Value = Scalar | Mapping | Sequence
Node = Value | Alias


class Pair(NamedTuple):
    """A key of a mapping with its raw value; `owner` is the mapping whose text has the key."""

    key: Scalar
    raw: Node
    owner: Mapping

    @property
    def value(self) -> Value:
        """The value, an alias resolved."""
        return resolved(self.raw)

    @property
    def end(self) -> int:
        """The index after the pair's last character."""
        return max(self.raw.end, self.key.end)


def resolved(node: Node) -> Value:
    """The target of an alias; any other node itself."""
    return node.target if isinstance(node, Alias) else node


def is_null(node: Node) -> bool:
    """Whether a node is a null: empty, `~`, `null`, or tagged `!!null`."""
    if not isinstance(node, Scalar):
        return False
    return node.tag == f"{_STANDARD}null" or (node.tag is None and node.style == "" and node.value in _NULLS)


def is_merge(key: Node) -> bool:
    """Whether a key is YAML 1.1's merge key: a plain `<<`. A quoted one is an ordinary string."""
    if not isinstance(key, Scalar) or key.value != MERGE_KEY:
        return False
    return key.tag == f"{_STANDARD}merge" or (key.tag is None and key.style == "")


def own(node: Mapping, name: str) -> Pair | None:
    """The pair with this key in the mapping's own text, merged mappings aside."""
    for key, value in node.items:
        if isinstance(key, Scalar) and key.value == name:
            return Pair(key, value, node)
    return None


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text; the targets of aliases are not entered."""
    todo: list[Node] = [node]
    while todo:
        one = todo.pop()
        yield one
        if isinstance(one, Mapping):
            for key, value in reversed(one.items):
                todo += (value, key)
        elif isinstance(one, Sequence):
            todo += reversed(one.items)

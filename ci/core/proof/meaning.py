"""What a YAML document means, for the proof: anchors, aliases, merges and `extends` resolved by code of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, Value

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Token = int
"""A value, resolved: equal values have one token."""


@dataclass
class Meaning:
    """A document with aliases and merges resolved; values as tokens that both documents share."""

    document: Document
    tokens: dict[object, Token]
    known: dict[int, Token] = field(default_factory=dict)
    merged: dict[int, dict[object, Node]] = field(default_factory=dict)

    def keys(self, node: Node | None) -> dict[object, Node]:
        """The values of a mapping by key, merges resolved; a key that is no scalar is its token."""
        if isinstance(node, Alias):
            node = node.target
        known = self.merged.get(id(node))
        if known is not None:
            return known
        if not isinstance(node, Mapping):
            return {}
        found: dict[object, Node] = {}
        inherited: list[Node] = []
        for key, value in node.items:
            if not isinstance(key, Scalar):
                found[self.token(key)] = value
            elif key.value == "<<" and key.style == "" and key.tag in {None, _tag("merge")}:
                meant = deref(value)
                inherited += meant.items if isinstance(meant, Sequence) else [value]
            else:
                found[key.value] = value
        for one in inherited:
            for name, value in self.keys(one).items():
                found.setdefault(name, value)
        self.merged[id(node)] = found
        return found

    def child(self, node: Node | None, *path: object) -> Node | None:
        """What stands below a node."""
        for key in path:
            node = self.keys(node).get(key)
        return node

    def token(self, node: Node) -> Token:
        """What a node means."""
        meant = deref(node)
        if meant is None:
            return -1
        if id(meant) in self.known:
            return self.known[id(meant)]
        shape: object
        if isinstance(meant, Scalar):
            shape = (meant.tag, meant.style == "", meant.value)
        elif isinstance(meant, Sequence):
            shape = (meant.tag, tuple([self.token(item) for item in meant.items]))
        else:
            shape = (meant.tag, frozenset((name, self.token(value)) for name, value in self.keys(meant).items()), None)
        self.known[id(meant)] = made = self.tokens.setdefault(shape, len(self.tokens))
        return made

    def services(self) -> dict[object, Node]:
        """The services by name."""
        return self.keys(self.child(self.document.root, "services"))

    def chain(self, services: dict[object, Node], name: object) -> list[Node]:
        """A service and those it extends, itself first."""
        found: list[Node] = []
        while name in services and len(found) <= len(services):
            found.append(services[name])
            extends = self.keys(services[name]).get("extends")
            base = deref(self.child(extends, "service") or extends)
            name = base.value if isinstance(base, Scalar) else None
        return found

    def layers(self, node: Node | None) -> Iterator[Mapping]:
        """A mapping and all that is merged into it."""
        todo: list[Node | None] = [node]
        seen: set[int] = set()
        while todo:
            one = deref(todo.pop())
            if isinstance(one, Sequence):
                todo += one.items
            if not isinstance(one, Mapping) or id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            todo += [
                value for key, value in one.items if isinstance(key, Scalar) and key.value == "<<" and not key.style
            ]

    def variables(self, node: Node | None) -> dict[object, Token]:
        """`environment` in its one form, each value with its token; a list gives texts."""
        meant = deref(node)
        if isinstance(meant, Mapping):
            return {name: self.token(value) for name, value in self.keys(meant).items()}
        found: dict[object, Token] = {}
        for item in meant.items if isinstance(meant, Sequence) else []:
            text = deref(item)
            name, sign, rest = (text.value if isinstance(text, Scalar) else "").partition("=")
            found[name] = self.text(rest) if sign else self.tokens.setdefault((None, True, ""), len(self.tokens))
        return found

    def text(self, value: str) -> Token:
        """The token of a text in quotes."""
        return self.tokens.setdefault((None, False, value), len(self.tokens))


def deref(node: Node | None) -> Value | None:
    """What a node stands for, where it is an alias."""
    return node.target if isinstance(node, Alias) else node


def _tag(name: str) -> str:
    return f"tag:yaml.org,2002:{name}"


def value_of(node: Node | None) -> str | None:
    """The text of a scalar, None for null and for what is none."""
    meant = deref(node)
    if not isinstance(meant, Scalar) or (meant.style == "" and meant.tag is None and meant.value in _NULLS):
        return None
    return meant.value

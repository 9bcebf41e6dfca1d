"""What a compose file means: aliases, merges and `extends` resolved, and values that can be compared.

YAML 1.1's merge key: a mapping's own keys win over merged ones, and the earlier of several merged mappings over the
later. Compose's `extends`: a service's own keys win over those of the service that it extends.
"""

import re
from collections.abc import Hashable, Iterator
from typing import TypeAlias

from ci.core.proof.document import Document
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence, Value, deref, is_merge, key_name
from ci.errors import ConfigurationError

Token: TypeAlias = int
"""A value with all in it resolved: two values have the same token if they mean the same."""
Tokens: TypeAlias = dict[Hashable, Token]
Keys: TypeAlias = dict[Hashable, Node]
LONGEST_CHAIN = 100
"""How many services may extend each other in a row."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_PINNED = frozenset({"build", "image", "env_file", "environment"})
"""Keys of a service that the pin changes: they are compared service by service (`ci.core.proof.services`)."""
_STRING = re.compile(r"[A-Za-z_$/].*|.*/.*", re.DOTALL)
_NOT_STRINGS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class Meaning:
    """The meaning of a document. Two documents that are compared share `tokens`."""

    def __init__(self, document: Document, tokens: Tokens) -> None:
        self.document = document
        self._tokens = tokens
        self._token: dict[Value, Token] = {}
        self._keys: dict[Mapping, Keys] = {}
        self._fragments: frozenset[Mapping] | None = None

    def keys(self, node: Node | None) -> Keys:
        """The values of a mapping by key, merges resolved; empty for any other node.

        A key that is no scalar is a tuple with its token.
        """
        node = None if node is None else deref(node)
        if not isinstance(node, Mapping):
            return {}
        known = self._keys.get(node)
        if known is not None:
            return known
        found: Keys = {}
        merged: list[Node] = []
        for key, value in node.items:
            written = deref(key)
            if not isinstance(written, Scalar) or (written.value in found and isinstance(key, Alias)):
                found[("key", self.token(key))] = value
            elif written.value == "<<" and is_merge(key):
                meant = deref(value)
                merged += meant.items if isinstance(meant, Sequence) else [value]
            else:
                found[written.value] = value
        for one in merged:
            for name, value in self.keys(one).items():
                found.setdefault(name, value)
        self._keys[node] = found
        return found

    def child(self, node: Node | None, *path: str) -> Node | None:
        """The value below a mapping by the keys of a path, None where there is none."""
        for key in path:
            node = self.keys(node).get(key)
        return node

    def token(self, node: Node | None) -> Token:
        """What a node means.

        A scalar is its text, its tag, and whether it is plain and might be no string: `012`, `"012"` and `10` are three
        values. The order of keys does not count, and neither does where a merged key stands. Of a service, and of what
        is merged into one, the pinned keys do not count.
        """
        if node is None:
            return -1
        meant = deref(node)
        known = self._token.get(meant)
        if known is not None:
            return known
        value: Hashable
        if isinstance(meant, Scalar):
            value = (meant.tag, meant.style == "" and not is_string(meant.value), meant.value)
        elif isinstance(meant, Sequence):
            value = (meant.tag, tuple([self.token(item) for item in meant.items]))
        else:
            keys = self.keys(meant)
            if self._is_fragment(meant):
                keys = {key: one for key, one in keys.items() if key not in _PINNED}
            value = (meant.tag, frozenset([(key, self.token(one)) for key, one in keys.items()]), None)
        made = self._token[meant] = self._tokens.setdefault(value, len(self._tokens))
        return made

    def _is_fragment(self, node: Mapping) -> bool:
        """Whether a mapping is a service, or merged into one."""
        if self._fragments is None:
            self._fragments = frozenset()  # what is asked for while they are looked for: a key that is no scalar
            services = self.services().values()
            self._fragments = frozenset(layer for service in services for layer in self.layers(service))
        return node in self._fragments

    def services(self) -> Keys:
        """The services by name, in the order of the file."""
        return self.keys(self.child(self.document.root, "services"))

    def chain(self, services: Keys, name: Hashable) -> list[Node]:
        """A service and those it extends, itself first.

        Raises:
            ConfigurationError: more than `LONGEST_CHAIN` services extend each other, or one extends itself.
        """
        found: list[Node] = []
        while name in services:
            found.append(services[name])
            if len(found) > LONGEST_CHAIN:
                raise ConfigurationError(
                    self.document.problem(
                        found[0].start,
                        f"More than {LONGEST_CHAIN} services extend each other in a row",
                        expected=f"at most {LONGEST_CHAIN}, and none that extends itself",
                        hint="remove one `extends`, and write its keys out",
                    )
                )
            extends = self.keys(services[name]).get("extends")
            if extends is None:
                break
            name = text_of(self.keys(extends).get("service", extends))
        return found

    def layers(self, node: Node | None) -> Iterator[Mapping]:
        """A mapping and all mappings that are merged into it, each once."""
        todo: list[Node] = [] if node is None else [node]
        seen: set[Mapping] = set()
        while todo:
            one = deref(todo.pop())
            if isinstance(one, Sequence):
                todo += one.items
            elif isinstance(one, Mapping) and one not in seen:
                seen.add(one)
                yield one
                todo += [value for key, value in one.items if key_name(key) == "<<" and is_merge(key)]

    def place_of(self, node: Node, *names: str) -> int:
        """Where the first of some keys stands in a mapping or in one merged into it; where the mapping does if none."""
        for layer in self.layers(node):
            for key, _ in layer.items:
                if key_name(key) in names:
                    return key.start
        return node.start

    def variables(self, node: Node | None) -> dict[Hashable, Token]:
        """An `environment`, as a mapping or a list, by name; a value of a list is a string."""
        meant = None if node is None else deref(node)
        if isinstance(meant, Mapping):
            return {name: self.token(value) for name, value in self.keys(meant).items()}
        found: dict[Hashable, Token] = {}
        for item in meant.items if isinstance(meant, Sequence) else []:
            one = deref(item)
            name, sign, value = (one.value if isinstance(one, Scalar) else "").partition("=")
            found[name] = self.string(value) if sign else self._tokens.setdefault((None, True, ""), len(self._tokens))
        return found

    def string(self, value: str) -> Token:
        """The token of a string in quotes."""
        return self._tokens.setdefault((None, False, value), len(self._tokens))


def text_of(node: Node | None) -> str | None:
    """The text of a scalar; None for null and for any other node."""
    meant = None if node is None else deref(node)
    if not isinstance(meant, Scalar) or (meant.style == "" and meant.tag is None and meant.value in _NULLS):
        return None
    return meant.value


def is_string(plain: str) -> bool:
    """Whether a plain scalar is a string to every reader of YAML 1.1 and 1.2, as it would be in quotes."""
    return _STRING.fullmatch(plain) is not None and plain.lower() not in _NOT_STRINGS


def has_anchor(node: Node | None) -> bool:
    """Whether a node is an alias or has an anchor."""
    return isinstance(node, Alias) or (node is not None and node.anchor is not None)

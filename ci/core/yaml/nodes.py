"""YAML as a tree of nodes that know their place in the text: how it is written, and what it means.

An alias is a node of its own that knows the node it stands for, so that both can be told: the text as it is written
(anchors, aliases and merges as such) and the document as it is read (`effective`, `Pair.value`). Nothing is ever
written through the tree: it finds places, and `ci.core.pin.pin` edits the text. `ci.core.yaml.parse` makes it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ci.errors import Problem

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""A line break as YAML 1.1 has it (its `b-break`), and as the parser counts them."""
_EDITOR_BREAK = re.compile("\r\n|[\n\r]")
_UNUSUAL_BREAK = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What some count as a break, and others not; `str.splitlines` counts all of them."""
_TAG = "tag:yaml.org,2002:"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_SHOWN = 160


@dataclass(slots=True, eq=False)
class Place:
    """What every node has: where it is written. `start` and `end` are indices into the text, anchor and tag included.

    A block collection ends with its last leaf. `anchor` is its name, and `tag` the tag in full, if it has one.
    """

    start: int
    end: int
    tag: str | None
    anchor: str | None


@dataclass(slots=True, eq=False)
class Scalar(Place):
    """A scalar; `style` is `""` for a plain one, else its first character: `'`, `"`, `|` or `>`."""

    value: str
    style: str


@dataclass(slots=True, eq=False)
class Mapping(Place):
    """A mapping; keys and values as they are written, in their order."""

    items: list[tuple["Node", "Node"]]
    flow: bool


@dataclass(slots=True, eq=False)
class Sequence(Place):
    """A sequence."""

    items: list["Node"]
    flow: bool


@dataclass(slots=True, eq=False)
class Alias(Place):
    """`*anchor`, and the node that it stands for."""

    name: str
    target: "Value"


Value = Scalar | Mapping | Sequence
"""A node that means itself."""
Node = Value | Alias


class Pair(NamedTuple):
    """A key of a mapping with its value as it is written, and the mapping in whose text it stands."""

    key: Scalar
    written: Node
    owner: Mapping

    @property
    def value(self) -> Value:
        """The value, an alias resolved."""
        return resolved(self.written)

    @property
    def end(self) -> int:
        """Index behind the pair's last character."""
        return max(self.written.end, self.key.end)


@dataclass(frozen=True, eq=False)
class Document:
    """A YAML text with its root node, and every alias in it, in the order of the text."""

    text: str
    file: str
    root: Node
    aliases: tuple[Alias, ...] = ()
    templates: tuple[tuple[int, int], ...] = ()
    """Where `{{ $file:… }}` stands in place of YAML, in the order of the text (`ci.core.yaml.templates`)."""
    alias_keys: list[Alias] = field(default_factory=list, repr=False)
    """Keys written as aliases, of the mappings that were asked for what is effective in them."""
    _seen: dict[int, dict[str, Pair]] = field(default_factory=dict, repr=False)

    @cached_property
    def _opaque(self) -> frozenset[int]:
        return frozenset(start for start, _ in self.templates)

    def is_template(self, node: Node) -> bool:
        """Whether a template stands where the node should."""
        return node.start in self._opaque

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins, as an editor counts them."""
        if not _UNUSUAL_BREAK.search(self.text):
            return self._starts
        return [0, *(found.end() for found in _EDITOR_BREAK.finditer(self.text))]

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins, as the parser counts them."""
        if _UNUSUAL_BREAK.search(self.text):
            return [0, *(found.end() for found in BREAK.finditer(self.text))]
        lines = self.text.splitlines(keepends=True)
        return [0, *accumulate(map(len, lines if self.text.endswith(("\n", "\r")) else lines[:-1]))]

    def line_start(self, at: int) -> int:
        """Where the line that holds an index begins."""
        return self._starts[bisect_right(self._starts, at) - 1]

    def line_end(self, at: int) -> int:
        """Behind the break of the line that holds an index."""
        after = bisect_right(self._starts, at)
        return self._starts[after] if after < len(self._starts) else len(self.text)

    @cached_property
    def newline(self) -> str:
        """The text's line break: its first."""
        found = BREAK.search(self.text)
        return found.group() if found else "\n"

    def line(self, node: Node) -> int:
        """The node's line, counted from 1."""
        return bisect_right(self._lines, node.start)

    def effective(self, node: Node) -> dict[str, Pair]:
        """As `effective`, and remembered: fragments are merged into many services."""
        node = resolved(node)
        known = self._seen.get(id(node))
        if known is None:
            known = self._seen[id(node)] = self._effective(node) if isinstance(node, Mapping) else {}
        return known

    def _effective(self, node: Mapping) -> dict[str, Pair]:
        found: dict[str, Pair] = {}
        merges: list[Mapping] = []
        for key, value in node.items:
            if isinstance(key, Scalar):
                if key.value == "<<" and is_merge(key):
                    merges += merged(value)
                else:
                    found[key.value] = Pair(key, value, node)
            elif isinstance(key, Alias):
                self.alias_keys.append(key)
        for other in merges:
            for name, pair in self.effective(other).items():
                found.setdefault(name, pair)
        return found

    def problem(self, node: Node, what: str, *, value: str = "", expected: str = "", hint: str = "") -> Problem:
        """A problem at the node's place, with its line shown."""
        return self.problem_at(node.start, what, value=value, expected=expected, hint=hint)

    def problem_at(self, at: int, what: str, *, value: str = "", expected: str = "", hint: str = "") -> Problem:
        """A problem at an index of the text."""
        line = bisect_right(self._lines, at)
        begin = self._lines[line - 1]
        end = self._lines[line] if line < len(self._lines) else len(self.text)
        shown = self.text[begin:end].rstrip()
        return Problem(
            what=what,
            value=value,
            expected=expected,
            hint=hint,
            file=self.file,
            line=line,
            column=at - begin + 1,
            excerpt=shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} …",
        )


def resolved(node: Node) -> Value:
    """What an alias stands for; any other node is itself."""
    return node.target if isinstance(node, Alias) else node


def is_null(node: Node) -> bool:
    """Whether a node is YAML's null: empty, `~`, `null`."""
    if not isinstance(node, Scalar):
        return False
    return node.tag == f"{_TAG}null" or (node.tag is None and node.style == "" and node.value in _NULLS)


def is_merge(key: Node) -> bool:
    """Whether a key is the merge key, `<<`; in quotes it is a text like any other."""
    if not isinstance(key, Scalar) or key.value != "<<":
        return False
    return key.tag == f"{_TAG}merge" or (key.tag is None and key.style == "")


def merged(value: Node) -> list[Mapping]:
    """The mappings that the value of a merge key brings, the winning one first."""
    value = resolved(value)
    items: list[Node] = value.items if isinstance(value, Sequence) else [value]
    return [one for item in items if isinstance(one := resolved(item), Mapping)]


def layers(node: Node) -> Iterator[Mapping]:
    """A mapping and those merged into it, at any depth, the winning one first; each once."""
    seen: set[int] = set()
    todo: list[Value] = [resolved(node)]
    while todo:
        one = todo.pop()
        if not isinstance(one, Mapping) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        merges = [value for key, value in one.items if isinstance(key, Scalar) and key.value == "<<" and is_merge(key)]
        todo += reversed([other for value in merges for other in merged(value)])


def effective(node: Node) -> dict[str, Pair]:
    """The keys of a mapping with merges resolved: its own first, then those merged; none for any other node.

    YAML 1.1's merge: a mapping's own keys win, and the earlier of a list over the later.
    """
    found: dict[str, Pair] = {}
    seen: set[int] = set()
    todo: list[Node] = [node]
    while todo:
        layer = resolved(todo.pop())
        if not isinstance(layer, Mapping) or id(layer) in seen:
            continue
        seen.add(id(layer))
        merges: list[Mapping] = []
        for key, value in layer.items:
            if not isinstance(key, Scalar):
                continue
            name = key.value
            if name == "<<" and is_merge(key):
                merges += merged(value)
            elif name not in found:
                found[name] = Pair(key, value, layer)
        todo += reversed(merges)
    return found


def own(node: Mapping, name: str) -> Pair | None:
    """The key that stands in the mapping's own text."""
    for key, value in node.items:
        if isinstance(key, Scalar) and key.value == name:
            return Pair(key, value, node)
    return None


def walk(node: Node) -> Iterator[Node]:
    """Every node of a text, in its order; what an alias stands for is not entered."""
    todo: list[Node] = [node]
    while todo:
        one = todo.pop()
        yield one
        if isinstance(one, Mapping):
            for key, value in reversed(one.items):
                todo += (value, key)
        elif isinstance(one, Sequence):
            todo += reversed(one.items)

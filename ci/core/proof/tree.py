"""Builds the proof's tree from a parser's events."""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ci.core.proof.document import BLANKS, Document
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence, Value
from ci.errors import ConfigurationError

DEEPEST = 100
"""How many collections may enclose each other, aliases resolved. Compose files of real products have about ten."""
MOST_NODES, MOST_TIMES = 1_000_000, 20
"""Resolved, aliases may make of a text this many nodes, or this many times the nodes it has, whichever is more."""
_LONGEST_TAG = 1_000
"""How far before an anchor its node's tag is looked for."""
_EMBED = "x-embed-$"
"""The key of a template, which omctl removes with it: it may stand in a mapping more than once."""
_INDICATOR = re.compile("[:?-]")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n\x85\u2028\u2029]*")
_TAG_BEFORE = re.compile(r"![^\s,\[\]{}]*(?:\s|\s#[^\r\n]*(?=[\r\n]))+$")
_TAG_BEHIND = re.compile(r"&\S+(?:\s|\s#[^\r\n]*(?=[\r\n]))+!")


class Tree:
    """The tree of one text under construction."""

    def __init__(self, bare: Document, templates: dict[int, int], shift: int) -> None:
        self._bare = bare
        self._text = bare.text
        self._templates = templates
        self._shift = shift
        self._aliases: list[Alias] = []
        self._anchors: dict[str, tuple[Value | None, int, int]] = {}
        """Each anchor's node (None while it is open), how many nodes it unfolds to, and how deep it is."""
        self._names: list[str] = []
        """The names of all anchors, in the order of the text."""
        self._scalars: list[Scalar] = []

    def read(self, events: Iterator[Any]) -> Document:  # noqa: C901, PLR0912, PLR0915 - one loop: calls cost
        """The document of a parser's events.

        Raises:
            ConfigurationError: as `ci.core.proof.read.read`.
            ruamel.yaml.error.YAMLError: the parser does not read the text.
        """
        text, shift, templates, anchors, scalars = (
            self._text, self._shift, self._templates, self._anchors, self._scalars,
        )  # fmt: skip
        open_: list[tuple[Any, int, list[Node], int, int]] = []
        """Collections that have begun: event, start, and the items, nodes and depth of what they are in."""
        top: list[Node] = []
        items, nodes, depth, begin_end, written = top, 0, 0, 0, 0
        for event in events:
            kind = event.__class__
            if kind is ScalarEvent:
                start, end = event.start_mark.index + shift, event.end_mark.index + shift
                value, style, anchor = event.value, event.style or "", event.anchor
                if anchor and event.ctag:
                    start = self._start(start)
                if start == end:
                    start = end = _empty(text, items[-1].end if items else begin_end, start)
                elif style == "|" or style == ">":  # noqa: PLR1714 - a set costs; the mark is behind blank lines
                    end = start + len(text[start:end].rstrip(BLANKS))
                elif templates and start in templates:
                    value = text[start:end]
                node = Scalar(start, end, value, event.ctag and event.tag, anchor, style)
                items.append(node)
                scalars.append(node)
                if anchor:
                    anchors[anchor] = (node, 1, 0)
                    self._names.append(anchor)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                begin, start, outer, nodes_before, depth_before = open_.pop()
                end = items[-1].end if items and not begin.flow_style else event.end_mark.index + shift
                made = self._collection(begin, start, end, items)
                written, nodes, depth = written + len(items), nodes + len(items), depth + 1
                if made.anchor:
                    anchors[made.anchor] = (made, nodes + 1, depth)
                outer.append(made)
                items, nodes = outer, nodes + nodes_before
                depth = max(depth, depth_before)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start, begin_end = event.start_mark.index + shift, event.end_mark.index + shift
                if event.anchor and event.ctag:
                    start = self._start(start)
                open_.append((event, start, items, nodes, depth))
                if event.anchor:
                    anchors[event.anchor] = (None, 0, 0)
                    self._names.append(event.anchor)
                if len(open_) > DEEPEST:
                    raise self._too_deep(start)
                items, nodes, depth = [], 0, 0
            elif kind is AliasEvent:
                alias, more, below = self._alias(event)
                items.append(alias)
                nodes, depth = nodes + more - 1, max(depth, below)
                if depth + len(open_) > DEEPEST:
                    raise self._too_deep(alias.start)
            elif kind is DocumentStartEvent and top:
                raise self._several(event.start_mark.index + shift)
        if nodes > max(MOST_NODES, MOST_TIMES * (written + 1)):
            raise self._too_large(nodes)
        root = top[0] if top else self._bare.root
        found = tuple(self._aliases), tuple(self._names), tuple(self._scalars)
        return Document(self._text, self._bare.file, root, *found)

    def _start(self, mark: int) -> int:
        """Where a node with a tag and an anchor starts: the pure parser's mark is at the anchor, the tag before it."""
        if self._text[mark] != "&" or _TAG_BEHIND.match(self._text, mark):
            return mark
        found = _TAG_BEFORE.search(self._text, max(0, mark - _LONGEST_TAG), mark)
        return found.start() if found else mark

    def _collection(self, begin: Any, start: int, end: int, items: list[Node]) -> Mapping | Sequence:
        """A collection that has ended. Any: an event of C has no types."""
        tag, anchor, flow = begin.ctag and begin.tag, begin.anchor, bool(begin.flow_style)
        if begin.__class__ is SequenceStartEvent:
            return Sequence(start, end, tuple(items), tag, anchor, flow)
        names = [key.value for key in items[::2] if key.__class__ is Scalar]
        pairs = tuple(zip(items[::2], items[1::2], strict=True))
        if len({*names}) < len(names):
            self._check_keys(pairs)
        return Mapping(start, end, pairs, tag, anchor, flow)

    def _alias(self, event: Any) -> tuple[Alias, int, int]:  # Any: an event of C has no types
        """An alias, how many nodes it stands for, and how deep these are."""
        start, end = event.start_mark.index + self._shift, event.end_mark.index + self._shift
        target, nodes, depth = self._anchors.get(event.anchor, (None, 0, 0))
        if target is None:
            defined = event.anchor in self._anchors
            raise ConfigurationError(
                self._bare.problem(
                    start,
                    "An alias is inside of what it stands for" if defined else "An alias has no anchor",
                    value=f"*{event.anchor}",
                    expected=f"the anchor `&{event.anchor}` above it, on a node that ends above it",
                    hint="correct the name, or write the value out",
                )
            )
        alias = Alias(start, end, event.anchor, target)
        self._aliases.append(alias)
        return alias, nodes, depth

    def _check_keys(self, pairs: tuple[tuple[Node, Node], ...]) -> None:
        """Refuse a mapping that has a key twice."""
        seen: dict[str, Scalar] = {}
        for key, _ in pairs:
            if not isinstance(key, Scalar):
                continue
            if key.value in seen and not (self._templates and key.value.startswith(_EMBED)):
                first = self._bare.line(seen[key.value].start)
                raise ConfigurationError(
                    self._bare.problem(
                        key.start,
                        "A mapping has a key twice",
                        value=f"{key.value!r}, first in line {first}",
                        expected="each key once",
                        hint="remove one of the two",
                    )
                )
            seen.setdefault(key.value, key)

    def _too_large(self, nodes: int) -> ConfigurationError:
        return ConfigurationError(
            self._bare.problem(
                self._aliases[-1].start,
                "Aliases of aliases stand for too many nodes",
                value=f"{nodes} nodes" if nodes < 10**12 else "more than 10^12 nodes",
                expected=f"at most {MOST_NODES}, or {MOST_TIMES} times those of the text",
                hint="write out what is used, or remove aliases",
            )
        )

    def _too_deep(self, at: int) -> ConfigurationError:
        return ConfigurationError(
            self._bare.problem(
                at,
                f"More than {DEEPEST} collections enclose each other",
                expected=f"at most {DEEPEST}, with aliases resolved",
                hint="nest the file less deeply",
            )
        )

    def _several(self, at: int) -> ConfigurationError:
        return ConfigurationError(
            self._bare.problem(
                at,
                "A second YAML document begins",
                expected="one document",
                hint="merge the documents into one, or remove the others",
            )
        )


def _empty(text: str, at: int, mark: int) -> int:
    """Where an empty node stands: behind the first indicator between the node before it and its own mark.

    Parsers differ in their mark: the C parser's is behind the indicator, the pure one's at or behind the next token.
    """
    gap = _COMMENT.sub(lambda found: " " * len(found.group()), text[at:mark])
    found = _INDICATOR.search(gap)
    return at + found.end() if found else at

"""A YAML text read into a tree of nodes.

PyYAML's C parser (libyaml) accepts what compose itself accepts, and is fast (docs/decisions/0003-yaml-parser.md). Its
events are used, not its nodes: an event has every anchor and alias with its place, and a tree built from events in a
loop is limited neither by Python's stack nor by C's.
"""

from typing import Any

from yaml import CSafeLoader, MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ci.core.yaml.document import Document
from ci.core.yaml.duplicates import duplicate_keys
from ci.core.yaml.limits import check_aliases, check_depth
from ci.core.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, Value, is_null
from ci.core.yaml.templates import masked
from ci.core.yaml.text import BLANK, Origin, SourceText
from ci.core.yaml.unreadable import character_problem, syntax_problem
from ci.errors import ConfigurationError, Problem

_BYTE_ORDER_MARK = "\ufeff"


def read(text: str, file: str, origins: tuple[Origin, ...] = ()) -> Document:
    """Read one YAML document; `file` is its name in problems, `origins` where its lines are from, if not all from it.

    Raises:
        ConfigurationError: the text is not YAML, is empty, has several documents or is nested too deep; an alias has no
            target, is inside its own target or expands to too many nodes; a mapping has a key twice (each place).
    """
    source = SourceText(text, file, origins=origins)
    shift = 1 if text.startswith(_BYTE_ORDER_MARK) else 0
    to_parse, templates = masked(text)
    builder = _TreeBuilder(source, dict(templates), shift)
    try:
        builder.build(CSafeLoader(to_parse[shift:]))
    except MarkedYAMLError as error:
        raise ConfigurationError(syntax_problem(source, error, shift)) from error
    except (YAMLError, UnicodeEncodeError) as error:
        raise ConfigurationError(character_problem(source, error)) from error
    root = builder.items[0] if builder.items else None
    if root is None or (is_null(root) and root.start == root.end):
        raise ConfigurationError(
            Problem(
                what="The file is empty",
                value=file,
                file=file,
                expected="a YAML document",
                hint="check the file's path and content",
            )
        )
    aliases, keys = tuple(builder.aliases), frozenset(builder.alias_keys)
    document = Document(text, file, root, aliases, keys, templates, origins=origins)
    if builder.aliases:
        check_aliases(document, builder.node_count())
    duplicates = list(duplicate_keys(document, (one for one in builder.closed if isinstance(one, Mapping))))
    if duplicates:
        raise ConfigurationError(*duplicates)
    return document


class _TreeBuilder:
    """Builds the tree from the parser's events.

    `items` are the nodes of the collection that is open at present; in the end, the document's root alone. `closed` has
    every collection, those inside of another before it.
    """

    def __init__(self, source: SourceText, templates: dict[int, int], shift: int) -> None:
        self.items: list[Node] = []
        self.aliases: list[Alias] = []
        self.alias_keys: list[Alias] = []
        self.closed: list[Mapping | Sequence] = []
        self._source = source
        self._text = source.text
        self._templates = templates
        self._shift = shift
        """The parser's index 0 in the text."""
        self._anchors: dict[str, Value] = {}
        self._open: list[tuple[Mapping | Sequence, list[Node]]] = []
        """The open collections, outermost first, each with the `items` of the collection around it."""

    def build(self, parser: Any) -> None:  # Any: the C parser has no types; so have its events, below
        """Take all of the parser's events."""
        handlers = {
            ScalarEvent: self._scalar,
            AliasEvent: self._alias,
            MappingStartEvent: self._begin_mapping,
            SequenceStartEvent: self._begin_sequence,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            DocumentStartEvent: self._begin_document,
        }
        while (event := parser.get_event()).__class__ is not StreamEndEvent:
            if handler := handlers.get(event.__class__):
                handler(event)

    def node_count(self) -> int:
        """The number of nodes in the text."""
        return 1 + sum(len(one.items) * (2 if isinstance(one, Mapping) else 1) for one in self.closed)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index + self._shift, event.end_mark.index + self._shift
        style = event.style
        if style in {"|", ">"}:
            end = start + len(self._text[start:end].rstrip(BLANK))
        elif start == end:
            start = end = self._empty_scalar(start)
        value = self._text[start:end] if start in self._templates else event.value
        node = Scalar(start, end, event.tag, event.anchor, value, style)
        self.items.append(node)
        if event.anchor:
            self._anchors[event.anchor] = node  # YAML allows an anchor twice: later aliases mean the later one

    def _empty_scalar(self, at: int) -> int:
        """The position of an empty scalar: after its indicator. The parser may report where the next token begins."""
        if not self.items or self._text[at - 1] in ":-":
            return at
        end = self.items[-1].end
        gap = len(self._text[end:at].rstrip())
        return end + (gap if self._text[end + gap - 1] == ":" else 0)

    def _begin_mapping(self, event: Any) -> None:
        start = event.start_mark.index + self._shift
        self._begin(Mapping(start, start, event.tag, event.anchor, [], bool(event.flow_style)))

    def _begin_sequence(self, event: Any) -> None:
        start = event.start_mark.index + self._shift
        self._begin(Sequence(start, start, event.tag, event.anchor, [], bool(event.flow_style)))

    def _begin(self, collection: Mapping | Sequence) -> None:
        self.items.append(collection)
        self._open.append((collection, self.items))
        self.items = []
        check_depth(self._source, len(self._open), collection.start)
        if collection.anchor:
            self._anchors[collection.anchor] = collection

    def _end(self, event: Any) -> None:
        collection, outer = self._open.pop()
        items, self.items = self.items, outer
        if isinstance(collection, Mapping):
            collection.items = list(zip(items[::2], items[1::2], strict=True))
        else:
            collection.items = items
        block = items and not collection.flow
        collection.end = items[-1].end if block else event.end_mark.index + self._shift
        self.closed.append(collection)

    def _alias(self, event: Any) -> None:
        start, end, name = event.start_mark.index + self._shift, event.end_mark.index + self._shift, event.anchor
        target = self._anchors.get(name)
        if target is None:
            raise ConfigurationError(
                self._source.problem_at(
                    start,
                    "An alias without an anchor",
                    value=f"*{name}",
                    expected=f"an anchor `&{name}` above it",
                    hint="correct the alias's name, or move the anchor above its first use",
                )
            )
        if any(collection is target for collection, _ in self._open):
            raise ConfigurationError(
                self._source.problem_at(
                    start,
                    "An alias inside of its own anchor's value",
                    value=f"*{name}",
                    expected="an alias outside of the value that it stands for",
                    hint="remove the alias; compose refuses it too",
                )
            )
        alias = Alias(start, end, None, None, name, target)
        if self._open and isinstance(self._open[-1][0], Mapping) and len(self.items) % 2 == 0:
            self.alias_keys.append(alias)
        self.aliases.append(alias)
        self.items.append(alias)

    def _begin_document(self, event: Any) -> None:
        if self.items:
            raise ConfigurationError(
                self._source.problem_at(
                    event.start_mark.index + self._shift,
                    "A second YAML document begins",
                    expected="one document: omctl reads the first alone, and compose merges them",
                    hint="merge the documents into one, or remove the others",
                )
            )

"""A YAML text read into a tree of places; the only file that knows the parser.

PyYAML's C parser (libyaml 0.2.5) reads what compose itself reads, and fast (docs/decisions/0003-yaml-parser.md says why
it is not ruamel.yaml's). Its events are taken, not its own nodes: an event knows every anchor and alias with its place,
and building the tree in a loop bounds nothing by Python's or C's stack.
"""

import re
from collections.abc import Iterator
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

from ci.core.yaml.nodes import Alias, Document, Mapping, Node, Scalar, Sequence, Value, is_null
from ci.core.yaml.templates import EMBED, shadow
from ci.errors import ConfigurationError, Problem

BOM = "\ufeff"
DEEPEST = 100
"""How many collections may stand in each other; Docker's own files have ten."""
_FEW, _TIMES = 1_000_000, 20
"""A file may mean this many nodes, or so many times those that stand in its text, whichever is more."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def read(text: str, file: str) -> Document:
    """Read one YAML document.

    Raises:
        ConfigurationError: the text is no YAML, is empty, has several documents, is nested too deep, an alias stands
            for nothing, for itself or for far too much, or a key stands twice (each place).
    """
    shift = 1 if text.startswith(BOM) else 0
    written, templates = shadow(text)
    reading = _Reading(Document(text, file, Scalar(0, 0, None, None, "", ""), (), templates), shift)
    try:
        reading.all(CSafeLoader(written[shift:]))
    except MarkedYAMLError as error:
        raise ConfigurationError(_unreadable(reading.blank, error, shift)) from error
    except (YAMLError, UnicodeEncodeError) as error:
        raise ConfigurationError(_uncharacteristic(reading.blank, error)) from error
    if reading.root is None or (is_null(reading.root) and reading.root.start == reading.root.end):
        raise ConfigurationError(
            Problem(what="The file is empty", file=file, expected="a compose file", hint="check the path")
        )
    document = Document(text, file, reading.root, tuple(reading.aliases), templates)
    if reading.aliases:
        _bound(document, reading.nodes)
    twice = list(_duplicates(document, reading.closed))
    if twice:
        raise ConfigurationError(*twice)
    return document


class _Reading:
    """The tree under construction."""

    def __init__(self, blank: Document, shift: int) -> None:
        self.blank = blank
        self.shift = shift
        self.root: Node | None = None
        self.aliases: list[Alias] = []
        self.nodes = 0
        self.closed: list[Mapping | Sequence] = []
        """Every collection, those inside another before it."""

    def all(self, parser: Any) -> None:  # noqa: C901, PLR0912, PLR0915 - one loop: calls cost. Any: no types
        text, shift, get, opaque = self.blank.text, self.shift, parser.get_event, dict(self.blank.templates)
        anchors: dict[str, Value] = {}
        open_: list[tuple[Mapping | Sequence, list[Node]]] = []
        top: list[Node] = []
        items = top
        closed = self.closed
        node: Value
        while True:
            event = get()
            kind = event.__class__
            if kind is ScalarEvent:
                start, end, style = event.start_mark.index + shift, event.end_mark.index + shift, event.style
                if style in {"|", ">"}:  # a block scalar ends with its last line
                    end = start + len(text[start:end].rstrip(" \t\r\n\x85\u2028\u2029"))
                elif start == end and items and text[start - 1] not in ":-":  # marked where the next node begins
                    behind = len(text[items[-1].end : start].rstrip())
                    start = end = items[-1].end + (behind if text[items[-1].end + behind - 1] == ":" else 0)
                value = text[start:end] if opaque and start in opaque else event.value
                node = Scalar(start, end, event.tag, event.anchor, value, style)
                items.append(node)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                start, flow = event.start_mark.index + shift, bool(event.flow_style)
                made = (Mapping if kind is MappingStartEvent else Sequence)(
                    start, start, event.tag, event.anchor, [], flow
                )
                node = made
                items.append(node)
                open_.append((made, items))
                if len(open_) > DEEPEST:
                    raise ConfigurationError(self.blank.problem_at(start, **_too_deep()))
                items = []
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                collection, outer = open_.pop()
                if isinstance(collection, Mapping):
                    collection.items = list(zip(items[::2], items[1::2], strict=True))
                else:
                    collection.items = items
                collection.end = items[-1].end if items and not collection.flow else event.end_mark.index + shift
                closed.append(collection)
                items = outer
                continue
            elif kind is AliasEvent:
                items.append(self._alias(event, anchors, open_))
                continue
            elif kind is DocumentStartEvent and top:
                raise ConfigurationError(self.blank.problem_at(event.start_mark.index + shift, **_several()))
            elif kind is StreamEndEvent:
                break
            else:
                continue
            if event.anchor:
                anchors[event.anchor] = node  # one that stands twice means the later, for what follows it
        self.root = top[0] if top else None
        self.nodes = 1 + sum(len(one.items) * (2 if isinstance(one, Mapping) else 1) for one in closed)

    def _alias(
        self, event: Any, anchors: dict[str, Value], open_: list[tuple[Mapping | Sequence, list[Node]]]
    ) -> Alias:
        start, end, name = event.start_mark.index + self.shift, event.end_mark.index + self.shift, event.anchor
        target = anchors.get(name)
        if target is None:
            raise ConfigurationError(
                self.blank.problem_at(
                    start,
                    "An alias stands for nothing",
                    value=f"*{name}",
                    expected=f"an anchor `&{name}` above it",
                    hint="mend the name, or move the anchor above its first use",
                )
            )
        if any(one is target for one, _ in open_):
            raise ConfigurationError(
                self.blank.problem_at(
                    start,
                    "An anchor holds itself",
                    value=f"*{name}",
                    expected="an alias outside of what its anchor stands for",
                    hint="take the alias out; compose refuses it too",
                )
            )
        alias = Alias(start, end, None, None, name, target)
        self.aliases.append(alias)
        return alias


def _too_deep() -> dict[str, str]:
    return {
        "what": f"Nested too deep: more than {DEEPEST} collections in each other",
        "expected": f"at most {DEEPEST}",
        "hint": "write it flatter",
    }


def _several() -> dict[str, str]:
    return {
        "what": "A second document begins",
        "expected": "one YAML document: of several, omctl reads the first alone, and compose merges them",
        "hint": "merge the documents into one, or remove the others",
    }


def _unreadable(document: Document, error: MarkedYAMLError, shift: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    at = min((mark.index if mark else 0) + shift, len(document.text))
    found = document.problem_at(at, f"Not readable as YAML: {error.problem or error.context}")
    hint = "mend the line shown, or the one above it"
    if "{{" in found.excerpt:
        hint = "put what begins with a template into quotes; of them only `{{ $file:… }}` is replaced before it is read"
    if document.text[at : at + 1] == "\t":
        hint = "indent with spaces: YAML takes no tab there"
    return document.problem_at(at, found.what, expected="one YAML document", hint=hint)


def _uncharacteristic(document: Document, error: Exception) -> Problem:
    found = _CONTROL.search(document.text)
    return document.problem_at(
        found.start() if found else 0,
        "Not readable as YAML: " + (f"the character U+{ord(found.group()):04X} must not stand in it" if found else ""),
        value="" if found else str(error),
        expected="text without control characters",
        hint="remove it, or write it as an escape in double quotes",
    )


def _bound(document: Document, nodes: int) -> None:
    """What aliases unfold to is bounded: in depth, and in the number of nodes."""
    size: dict[int, int] = {}
    height: dict[int, int] = {}
    targets = {id(alias.target): alias.target for alias in document.aliases}
    for target in sorted(targets.values(), key=lambda one: one.end):  # those inside another, or used in it, come first
        size[id(target)] = height[id(target)] = 0
        todo: list[tuple[Node, int]] = [(target, 1)]
        count, deepest = 0, 1
        while todo:
            node, depth = todo.pop()
            if isinstance(node, Alias):
                count += size[id(node.target)]
                deepest = max(deepest, depth + height[id(node.target)])
                continue
            count, deepest = count + 1, max(deepest, depth)
            if isinstance(node, Mapping):
                todo += [(part, depth + 1) for pair in node.items for part in pair]
            elif isinstance(node, Sequence):
                todo += [(part, depth + 1) for part in node.items]
        size[id(target)], height[id(target)] = count, deepest
        if deepest > DEEPEST:
            raise ConfigurationError(document.problem(target, **_too_deep()))
    meant = nodes + sum(size[id(alias.target)] for alias in document.aliases)
    if meant > max(_FEW, _TIMES * nodes):
        worst = max(document.aliases, key=lambda alias: size[id(alias.target)])
        raise ConfigurationError(
            document.problem(
                worst,
                "Aliases of aliases unfold to far too much",
                value=f"{meant} nodes",
                expected="an alias for what is used, not for what uses others many times over",
                hint="write it out; compose refuses it too",
            )
        )


def _duplicates(document: Document, closed: list[Mapping | Sequence]) -> Iterator[Problem]:
    for node in closed:
        if not isinstance(node, Mapping):
            continue
        keys = [key for key, _ in node.items if isinstance(key, Scalar)]
        if len({key.value for key in keys}) == len(keys):
            continue
        first: dict[str, Scalar] = {}
        for key in keys:
            if key.value not in first:
                first[key.value] = key
            elif not (key.value.startswith(EMBED) and document.templates):
                yield document.problem(
                    key,
                    "A key stands twice",
                    value=f"{key.value!r}, first in line {document.line(first[key.value])}",
                    expected="each key once in a mapping",
                    hint="remove one of the two",
                )

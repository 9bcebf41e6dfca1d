"""YAML as a tree of nodes that know their place in the text; the only file that knows the parser.

PyYAML's C composer (libyaml 0.2.5) reads what compose itself reads, and fast (docs/decisions/0003-yaml-parser.md says
why it is not ruamel.yaml's). Nothing is ever written through it: it finds places, and `ci.core.pin` edits the text. An
alias is composed to the very node that its anchor made, so a node that starts before its own key is an alias.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from yaml import CSafeLoader, MarkedYAMLError, YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ci.errors import ConfigurationError, Problem

__all__ = [
    "Document",
    "MappingNode",
    "Node",
    "Pair",
    "ScalarNode",
    "SequenceNode",
    "effective",
    "is_alias",
    "pairs",
    "read",
]

BOM = "\ufeff"
_MERGE = "tag:yaml.org,2002:merge"


class Pair(NamedTuple):
    """A key of a mapping with its value, and the mapping in whose text it stands."""

    key: Any  # a Node of the parser, which is untyped
    value: Any
    owner: Any


class Document(NamedTuple):
    """A YAML text with its root node; node positions count characters of `text`, less `shift`."""

    text: str
    file: str
    root: Any
    shift: int

    def start(self, node: Any) -> int:  # Any: an untyped node, here and below
        """Index in `text` of the node's first character, its anchor or tag included."""
        return int(node.start_mark.index) + self.shift

    def end(self, node: Any) -> int:
        """Index behind the node's last character; for a block collection, behind its last leaf's."""
        if isinstance(node, ScalarNode) or node.flow_style:
            end = int(node.end_mark.index) + self.shift
            while end > self.start(node) and self.text[end - 1] in " \t\r\n":  # a block scalar ends with its line
                end -= 1
            return end
        last = node.value[-1]
        key, value = last if isinstance(last, tuple) else (None, last)
        if key is not None and is_alias(key, value):
            return self.alias_span(key)[1]
        if self.start(value) < self.start(node):  # an alias as the last item of a sequence
            return len(self.text[: int(node.end_mark.index) + self.shift].rstrip())
        return self.end(value)

    def alias_span(self, key: Any) -> tuple[int, int]:
        """Where `*name` stands as the value of `key`."""
        at = self.text.index("*", self.end(key))
        end = at
        while end < len(self.text) and self.text[end] not in " \t\r\n,]}":
            end += 1
        return at, end

    def line(self, node: Any) -> int:
        """The node's line, counted from 1."""
        return int(node.start_mark.line) + 1

    def problem(self, node: Any, what: str, *, value: str = "", right: str = "", do: str = "") -> Problem:
        """A problem at the node's place, with its line shown."""
        at = self.start(node)
        begin = max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1
        shown = self.text[begin:].splitlines()[0][:160] if at < len(self.text) else ""
        return Problem(
            what=what,
            value=value,
            right=right,
            do=do,
            file=self.file,
            line=self.line(node),
            column=at - begin + 1,
            excerpt=shown.rstrip(),
        )


def read(text: str, file: str) -> Document:
    """Read one YAML document.

    Raises:
        ConfigurationError: the text is no YAML, is empty, has several documents, or a key stands twice (each place).
    """
    shift = 1 if text.startswith(BOM) else 0
    try:
        root = CSafeLoader(text[shift:]).get_single_node()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        shown = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
        raise ConfigurationError(
            Problem(
                what=f"Not readable as YAML: {error.problem or error.context}",
                file=file,
                line=mark.line + 1 if mark else 0,
                column=mark.column + 1 if mark else 0,
                excerpt=shown[:160],
                right="one YAML document",
                do="mend the line shown, or the one above it",
            )
        ) from error
    except YAMLError as error:
        raise ConfigurationError(
            Problem(what=f"Not readable as YAML: {error}", file=file, do="mend the file")
        ) from error
    if root is None:
        raise ConfigurationError(
            Problem(what="The file is empty", file=file, right="a compose file", do="check the path")
        )
    document = Document(text, file, root, shift)
    twice = list(_duplicates(document))
    if twice:
        raise ConfigurationError(*twice)
    return document


def pairs(node: Any) -> list[tuple[Any, Any]]:
    """The `(key, value)` nodes of a mapping as they stand; none for anything else."""
    return list(node.value) if isinstance(node, MappingNode) else []


def is_alias(key: Any, value: Any) -> bool:
    """Whether the value of `key` is written as an alias: its node then stands before the key."""
    return bool(value.start_mark.index < key.start_mark.index)


def effective(node: Any) -> dict[str, Pair]:
    """The keys of a mapping with merges resolved: its own first, then those merged, the earlier of a list winning."""
    found: dict[str, Pair] = {}
    merged: list[Any] = []
    for key, value in pairs(node):
        if key.tag == _MERGE:
            merged += value.value if isinstance(value, SequenceNode) else [value]
        elif isinstance(key, ScalarNode):
            found[key.value] = Pair(key, value, node)
    for other in merged:
        for name, pair in effective(other).items():
            found.setdefault(name, pair)
    return found


def _duplicates(document: Document) -> Iterator[Problem]:
    seen: set[int] = set()
    todo = [document.root]
    while todo:
        node = todo.pop()
        if id(node) in seen or isinstance(node, ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, SequenceNode):
            todo += node.value
            continue
        first: dict[tuple[str, str], Any] = {}
        for key, value in node.value:
            todo += (key, value)
            if isinstance(key, ScalarNode) and (name := (str(key.tag), key.value)) in first:
                yield document.problem(
                    key,
                    "A key stands twice",
                    value=f"{key.value!r}, first in line {document.line(first[name])}",
                    right="each key once in a mapping",
                    do="remove one of the two",
                )
            elif isinstance(key, ScalarNode):
                first[name] = key

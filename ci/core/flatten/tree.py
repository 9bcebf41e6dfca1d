"""A compose file's values, apart from the text that they are written in.

A value keeps how it was written, so that it can be written again as the same value, and where. Two values are equal if
YAML and compose read them as the same; how and where they are written does not count.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Node, is_merge, is_null, resolved
from ci.core.yaml.quoting import quoted
from ci.core.yaml.text import BREAK
from ci.errors import ConfigurationError

_STANDARD = "tag:yaml.org,2002:"
_STRING = re.compile(r"[A-Za-z_/$]|\.{1,2}/")
_NOT_STRINGS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})


class Override(StrEnum):
    """What a tag says of a value over one that it inherits."""

    NONE = ""
    RESET = "!reset"
    """The inherited value is removed, and this one too."""
    OVERRIDE = "!override"
    """The inherited value is removed, and this one taken."""


class Place(NamedTuple):
    """A file of the source, and a line in it, counted from 1."""

    file: str
    line: int


NOWHERE = Place("", 0)


@dataclass(frozen=True)
class Leaf:
    """A scalar; `plain` is whether it may be a number or the like, and `tag` the full tag, `""` if it has none.

    `text` is how it is written, on one line; `is_literal` is whether the text was a block scalar `|`.
    """

    value: str
    plain: bool = False
    tag: str = ""
    null: bool = False
    override: Override = Override.NONE
    text: str = field(default="", compare=False)
    is_literal: bool = field(default=False, compare=False)
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Items:
    """A sequence."""

    items: tuple["Value", ...]
    override: Override = Override.NONE
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Keys:
    """A mapping, its merges resolved; `written` has the text of each key that is not a plain name."""

    items: dict[str, "Value"]
    override: Override = Override.NONE
    written: dict[str, str] = field(default_factory=dict, compare=False)
    place: Place = field(default=NOWHERE, compare=False)

    def with_items(self, items: dict[str, "Value"], *others: "Keys") -> "Keys":
        """The same mapping with other items, whose keys are written as here or in `others`."""
        written = {name: text for one in (*others, self) for name, text in one.written.items() if name in items}
        return Keys(items, self.override, written, self.place)


Value = Leaf | Items | Keys


def string(value: str, place: Place) -> Leaf:
    """A string in double quotes."""
    return Leaf(value, text=quoted(value), place=place)


def read_value(document: Document, node: Node) -> Value:
    """The value of a node; the problems of what has no place in one are raised.

    Raises:
        ConfigurationError: a key that is an alias or no scalar, a template, or a tag that is not YAML's or compose's.
    """
    place = Place(*document.origin(node.start)[:2])
    node = resolved(node)
    override, tag = _tags(document, node)
    if isinstance(node, nodes.Mapping) and _is_expression(document, node):
        text = document.text[node.start : node.end]
        return Leaf(text, plain=True, text=text, place=place)
    if isinstance(node, nodes.Scalar):
        return _leaf(document, node, tag, override, place)
    if tag:
        raise _unsupported(document, node, f"The tag `{tag}` of a collection")
    if isinstance(node, nodes.Sequence):
        return Items(tuple(read_value(document, item) for item in node.items), override, place)
    check_keys(document, node)
    found = effective(node)
    written = {name: document.text[pair.key.start : pair.key.end] for name, pair in found.items()}
    return Keys({name: read_value(document, pair.raw) for name, pair in found.items()}, override, written, place)


def check_keys(document: Document, node: nodes.Mapping) -> None:
    """Refuse a mapping with a key that has no name.

    Raises:
        ConfigurationError: a key is an alias or a collection.
    """
    for key, _ in node.items:
        if not isinstance(key, nodes.Scalar):
            raise _unsupported(document, key, "A key that is an alias or a collection")


def _leaf(document: Document, node: nodes.Scalar, tag: str, override: Override, place: Place) -> Leaf:
    if document.is_template(node):
        raise _unsupported(document, node, "A template `{{ $file:… }}`")
    plain = not node.style and not is_string(node.value)
    text = node.value
    if not node.style and (BREAK.search(document.text[node.start : node.end]) or not node.value):
        text = quoted(node.value) if node.value else ""
    elif node.style in {"'", '"'}:
        text = document.text[node.start : node.end]
        text = quoted(node.value) if BREAK.search(text) else text[text.index(node.style) :]
    elif node.is_block:
        text = quoted(node.value)
    if tag:
        plain, text = False, f"!!{tag.removeprefix(_STANDARD)} {quoted(node.value)}"
    return Leaf(node.value, plain, tag, is_null(node), override, text, node.style == "|", place)


def is_string(plain: str) -> bool:
    """Whether a scalar without quotes is a string to every reader of YAML, and so the same as in quotes."""
    return _STRING.match(plain) is not None and plain.lower() not in _NOT_STRINGS


def _tags(document: Document, node: nodes.Value) -> tuple[Override, str]:
    """The node's tag, as one of compose's or one of YAML's."""
    if node.tag in {Override.RESET, Override.OVERRIDE}:
        return Override(node.tag), ""
    if node.tag and not node.tag.startswith(_STANDARD):
        raise _unsupported(document, node, f"The tag `{node.tag}`")
    return Override.NONE, node.tag or ""


def _is_expression(document: Document, node: nodes.Mapping) -> bool:
    """Whether a mapping is an expression without quotes, such as `{{ $sys.id }}`: to YAML a mapping as a key."""
    text = document.text[node.start : node.end]
    return node.flow and text.startswith("{{") and text.endswith("}}") and not BREAK.search(text)


def _unsupported(document: Document, node: Node, what: str) -> ConfigurationError:
    return ConfigurationError(
        document.problem(
            node,
            f"{what} can't be written into another file",
            expected="plain keys and values in a service that `extends` one of another file, and in what it extends",
            hint="write the value out",
        )
    )


def has_merge(node: nodes.Mapping) -> bool:
    """Whether a mapping merges others in its own text."""
    return any(is_merge(key) for key, _ in node.items)

"""Edits of a YAML text by span: what to cut, and what to put there, in the file's own line ends and indentation."""

import re
from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any, NamedTuple

from ci.core.yaml_tree import Document, Pair, is_alias, pairs
from ci.errors import ConfigurationError, Problem

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+)+")
"""An anchor or a tag before a value; it stays where it is, since others may refer to it."""


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`."""

    start: int
    end: int
    new: str


def apply(document: Document, edits: Iterable[Edit]) -> str:
    """The text with all edits made; the same edit twice counts once, insertions at one place keep their order.

    Raises:
        ConfigurationError: two edits overlap, so that one would undo the other.
    """
    text, at, parts = document.text, 0, []
    for edit in sorted(dict.fromkeys(edits), key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise ConfigurationError(
                Problem(
                    what="One text would have to become two: a node shared by an anchor is used by services that need"
                    " different images",
                    value=text[edit.start : edit.end].splitlines()[0][:80] if edit.end > edit.start else edit.new,
                    file=document.file,
                    line=text.count("\n", 0, edit.start) + 1,
                    right="an own `build` and `image` for each service that is built",
                    do="write the key out in each of these services",
                )
            )
        parts += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, text[at:]])


def replace_value(document: Document, pair: Pair, new: str) -> Edit:
    """Put `new` in place of a scalar value or an alias, keeping quotes, anchor and tag."""
    if is_alias(pair.key, pair.value):
        return Edit(*document.alias_span(pair.key), new)
    start, end = document.start(pair.value), document.end(pair.value)
    if found := _PROPERTIES.match(document.text, start, end):
        start = found.end()
    quote = document.text[start] if document.text[start : start + 1] in {'"', "'"} else ""
    return Edit(start, end, f"{quote}{new}{quote}")


def remove_pair(document: Document, pair: Pair, instead: str = "") -> Edit:
    """Cut a key with its value, and the comments that belong to it; put `instead` where it stood.

    In block style the whole lines go: a comment beside the value, those inside it, and a comment block directly above
    the key in the key's own column. In flow style one comma goes too.
    """
    text, key = document.text, pair.key
    start = document.start(key)
    end = document.alias_span(key)[1] if is_alias(key, pair.value) else max(document.end(pair.value), document.end(key))
    if pair.owner.flow_style:
        return _cut_from_flow(document, pair, end, instead)
    begin = _line_start(text, start)
    if text[begin:start].strip(" "):
        raise ConfigurationError(
            document.problem(
                key,
                f"`{key.value}` does not begin its line",
                right="the key alone at the start of a line",
                do="put it on a line of its own",
            )
        )
    indent = text[begin:start]
    end = _line_end(text, end)
    while (line := _line(text, end)).strip().startswith("#") and _indent(line) > len(indent):
        end = _line_end(text, end)
    while (
        begin
        and (line := _line(text, _line_start(text, begin - 1))).strip().startswith("#")
        and _indent(line) == len(indent)
    ):
        begin = _line_start(text, begin - 1)
    if not instead:
        return Edit(begin, end, "")
    return Edit(begin, end, indent + instead + _ending(text[begin:end]))


def insert_pair(document: Document, node: Any, new: str, *, last: bool = False) -> Edit:
    """Put the line `new` into a collection, as its first item or as its last, indented like the others."""
    text = document.text
    items = [pair[0] for pair in pairs(node)] or list(node.value)
    if node.flow_style:
        begin = document.text.index(
            "{" if pairs(node) or text[document.end(node) - 1] == "}" else "[", document.start(node)
        )
        if last and items:
            inner = len(text[begin : document.end(node) - 1].rstrip()) + begin
            comma = "" if text[inner - 1] == "," else ","
            return Edit(inner, inner, f"{comma} {new.removeprefix('- ')}")
        return Edit(begin + 1, begin + 1, new.removeprefix("- ") + (", " if items else ""))
    first = document.start(items[0])
    indent = text[_line_start(text, first) : first]
    if last:
        at = _line_end(text, document.end(node))
        if not text[:at].endswith(("\n", "\r")):
            return Edit(at, at, _newline(document) + indent + new)
        return Edit(at, at, indent + new + _newline(document))
    if indent.strip(" "):
        at = first
        return Edit(at, at, new + _newline(document) + " " * len(indent))
    at = _line_start(text, first)
    return Edit(at, at, indent + new + _newline(document))


def item_block(document: Document, place: Pair, key: str, entries: Mapping[str, str]) -> str:
    """A mapping `key` with `entries`, to stand in place of `place`."""
    values = {name: dumps(value, ensure_ascii=False) for name, value in entries.items()}
    if not values:
        return ""
    if place.owner.flow_style:
        return f"{key}: {{{', '.join(f'{name}: {value}' for name, value in values.items())}}}"
    start = document.start(place.key)
    indent = " " * (start - _line_start(document.text, start) + 2)
    newline = _newline(document)
    return f"{key}:" + "".join(f"{newline}{indent}{name}: {value}" for name, value in values.items())


def _cut_from_flow(document: Document, pair: Pair, end: int, instead: str) -> Edit:
    text, start = document.text, document.start(pair.key)
    if instead:
        return Edit(start, end, instead)
    if found := re.compile(r"\s*,\s*").match(text, end):
        return Edit(start, found.end(), "")
    before = text[:start].rstrip()
    return Edit(len(before) - 1 if before.endswith(",") else start, end, "")


def _newline(document: Document) -> str:
    return _ending(document.text) or "\n"


def _ending(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found.group() if found else ""


def _line_start(text: str, at: int) -> int:
    """Where the line that holds index `at` begins; for an index on a line end, the line that it ends."""
    if at and text[at - 1 : at + 1] == "\r\n":
        at -= 1
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    """Behind the line end of the line that holds index `at`."""
    found = re.compile(r"\r\n|\n|\r").search(text, at)
    return found.end() if found else len(text)


def _line(text: str, at: int) -> str:
    return text[at : _line_end(text, at)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))

"""Inserting pairs and items, in the indentation and with the line breaks of their neighbours."""

from ci.core.pin.cut_flow import end_of_comma
from ci.core.pin.edits import Edit
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Mapping, Node, Pair, Scalar, Sequence
from ci.core.yaml.text import break_at_end
from ci.errors import ConfigurationError


def insert_after(document: Document, pair: Pair, new: str) -> Edit:
    """Insert the text of a pair after another one: on a line of its own, in flow style after a comma."""
    if pair.owner.flow:
        return Edit(pair.end, pair.end, f"{_comma_after(document.text, pair.end)}{new}")
    return _insert_line(document, pair.end, " " * _indent_after(document, pair) + new)


def add_items(document: Document, node: Mapping | Sequence, new: list[str]) -> Edit:
    """Insert items after the last one of a collection; `new` are their texts, without the dash of a sequence.

    Raises:
        ConfigurationError: a collection in block style begins within a line, so that its indentation is not known.
    """
    if node.flow:
        return _add_to_flow(document, node, ", ".join(new))
    text = document.text
    start = _first(node).start
    line_start = document.line_start(start)
    indent = text[line_start:start]
    if isinstance(node, Sequence):
        indent = indent.rpartition("-")[0] if "-" in indent else indent
        new = [f"- {one}" for one in new]
    if indent.strip(" "):
        raise ConfigurationError(
            document.problem_at(
                start,
                "Entries must be added here, but the first one is not on a line of its own",
                expected="each entry on a line of its own",
                hint="begin the first entry on a new line",
            )
        )
    newline = break_at_end(text[start : document.line_end(start)]) or document.newline
    lines = [indent + one for one in new]
    if isinstance(node, Mapping) and isinstance(last := node.items[-1][1], Scalar) and last.is_block:
        # Before the first entry: blank lines after a block scalar may be a part of it.
        return Edit(line_start, line_start, "".join(line + newline for line in lines))
    return _insert_line(document, node.end, newline.join(lines))


def _add_to_flow(document: Document, node: Mapping | Sequence, new: str) -> Edit:
    """Insert after the last item and before the closing bracket; a trailing comma stays before what is new."""
    text = document.text
    if not node.items:
        inside = text.index("{" if isinstance(node, Mapping) else "[", node.start) + 1
        return Edit(inside, inside, new)
    last = node.items[-1]
    end = max(last[0].end, last[1].end) if isinstance(last, tuple) else last.end
    if comma_end := end_of_comma(text, end, node.end - 1):
        return Edit(comma_end, comma_end, f" {new}")
    return Edit(end, end, f"{_comma_after(text, end)}{new}")


def _comma_after(text: str, end: int) -> str:
    """The comma behind an item; behind an empty value, whose colon it must not touch: `A:,` is a string."""
    return " , " if text[end - 1] == ":" else ", "


def _indent_after(document: Document, pair: Pair) -> int:
    """The indentation of a new pair: its neighbour's, or that of the next one if its neighbour begins within a line."""
    line_start = document.line_start(pair.key.start)
    if document.text[line_start : pair.key.start].strip(" "):
        following = [key.start for key, _ in pair.owner.items if key.start > pair.key.start]
        if following:
            return following[0] - document.line_start(following[0])
    return pair.key.start - line_start


def _insert_line(document: Document, end: int, new: str) -> Edit:
    """Insert a line after the one that holds `end`, with its line break."""
    at = document.line_end(end)
    newline = break_at_end(document.text[document.line_start(end) : at])
    return Edit(at, at, new + newline) if newline else Edit(at, at, document.newline + new)


def _first(node: Mapping | Sequence) -> Node:
    first = node.items[0]
    return first[0] if isinstance(first, tuple) else first

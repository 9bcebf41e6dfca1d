"""Environment variables as YAML text, in the style of the text around them."""

from collections.abc import Iterable, Mapping

from ci.core.compose.name_values import names_and_nodes, names_and_values
from ci.core.pin.replace import is_json
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Pair, Scalar
from ci.core.yaml.quoting import key, quoted
from ci.core.yaml.text import BREAK

INDENT = 2
"""The indentation of new entries, beyond the key `environment`."""


def items_text(node: nodes.Mapping | nodes.Sequence, entries: Mapping[str, str]) -> list[str]:
    """The text of each entry as a new item of a collection: `NAME=value` in a sequence, a pair in a mapping."""
    if isinstance(node, nodes.Sequence):
        return [quoted(f"{name}={value}") for name, value in entries.items()]
    json = node.flow and any(isinstance(one, Scalar) and one.style == '"' for one, _ in node.items)
    return list(lines_text(entries, json=json).values())


def lines_text(entries: Mapping[str, str | None], *, json: bool = False) -> dict[str, str]:
    """The text of each entry as a pair of a mapping, by name; with `json`, all names are quoted."""
    return {
        name: f"{quoted(name) if json else key(name)}:" + ("" if value is None else f" {quoted(value)}")
        for name, value in entries.items()
    }


def copied_lines(text: str, environment: Pair) -> dict[str, str]:
    """The entries of an `environment` as pairs of a mapping, by name.

    A scalar on one line and without an anchor is copied as written; every other value is written in double quotes.
    """
    found = lines_text(names_and_values(environment.raw))
    for name, node in names_and_nodes(environment.raw).items():
        if isinstance(node, Scalar) and node.anchor is None:
            raw = text[node.start : node.end]
            if not BREAK.search(raw):
                found[name] = f"{key(name)}: {raw}".rstrip()
    return found


def environment_text(document: Document, neighbour: Pair, lines: Iterable[str]) -> str:
    """The text of an `environment` in place of a neighbour or after it."""
    name = '"environment"' if is_json(neighbour) else "environment"
    space = " " if neighbour.owner.flow else ""
    return f"{name}:{space}{mapping_text(document, neighbour, lines)}"


def mapping_text(document: Document, neighbour: Pair, lines: Iterable[str]) -> str:
    """Pairs as a mapping, to follow a key in the neighbour's indentation; in flow style if the neighbour is."""
    if neighbour.owner.flow:
        return f"{{{', '.join(lines)}}}"
    start = document.line_start(neighbour.key.start)
    indent = " " * (neighbour.key.start - start + INDENT)
    found = BREAK.search(document.text, start)
    newline = found.group() if found else document.newline
    return "".join(f"{newline}{indent}{line}" for line in lines)

"""Values as lines of YAML in block style."""

from collections.abc import Iterator
from typing import NamedTuple

from ci.core.flatten.tree import Items, Keys, Leaf, Place, Value
from ci.core.yaml.quoting import key as key_text

_STEP = "  "


class Line(NamedTuple):
    """A line without its break, and where it is from."""

    text: str
    place: Place


def entry(name: str, value: Value, written: str = "") -> Iterator[Line]:
    """A key with its value; `written` is how the key was written, if that is known."""
    name = written or key_text(name)
    if isinstance(value, Leaf):
        yield from _leaf(f"{name}:", value)
    elif not value.items:
        yield Line(f"{name}: {'[]' if isinstance(value, Items) else '{}'}", value.place)
    else:
        yield Line(f"{name}:", value.place)
        yield from _indented(lines(value))


def entries(value: Keys) -> Iterator[Line]:
    """All keys of a mapping with their values."""
    for name, one in value.items.items():
        yield from entry(name, one, value.written.get(name, ""))


def items(values: tuple[Value, ...]) -> Iterator[Line]:
    """The items of a list."""
    for value in values:
        if isinstance(value, Leaf):
            yield from _leaf("-", value)
        elif not value.items:
            yield Line(f"- {'[]' if isinstance(value, Items) else '{}'}", value.place)
        else:
            first, *rest = lines(value)
            yield Line(f"- {first.text}", first.place)
            yield from _indented(rest)


def lines(value: Keys | Items) -> Iterator[Line]:
    """A collection that is not empty."""
    return items(value.items) if isinstance(value, Items) else entries(value)


def _leaf(before: str, leaf: Leaf) -> Iterator[Line]:
    if leaf.is_literal and _is_simple(leaf.value):
        body = leaf.value.removesuffix("\n")
        yield Line(f"{before} |{'' if leaf.value.endswith(chr(10)) else '-'}", leaf.place)
        for number, line in enumerate(body.split("\n"), 1):
            yield Line(f"{_STEP}{line}" if line else "", Place(leaf.place.file, leaf.place.line + number))
    else:
        text = leaf.text or ("null" if before == "-" else "")
        yield Line(f"{before} {text}".rstrip(), leaf.place)


def _is_simple(text: str) -> bool:
    """Whether a text can be a block scalar as it is: printable, no white space at its begin, one break at its end."""
    body = text.removesuffix("\n")
    printable = all(one.isprintable() or one in "\n\t" for one in text)
    return bool(body) and printable and not body.startswith((" ", "\t", "\n")) and not body.endswith("\n")


def _indented(found: Iterator[Line] | list[Line]) -> Iterator[Line]:
    for line in found:
        yield Line(f"{_STEP}{line.text}" if line.text else "", line.place)

"""Removing a pair of block style: whole lines, with the comments that belong to it."""

import pytest
from places import document, pair

from ci.core.pin.cut import cut
from ci.core.pin.edits import Removal, apply
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Mapping, Pair, Sequence, own
from ci.errors import ConfigurationError


def without(text: str, *path: str, replacement: str = "") -> str:
    source = document(text)
    return apply(source, cut(source, Removal(pair(source, *path), replacement)))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a: 1\nbuild: .\nb: 2\n", "a: 1\nb: 2\n"),
        ("a: 1\nbuild: . # beside\nb: 2\n", "a: 1\nb: 2\n"),
        ("a: 1\nbuild:\n  context: . # inside\n  # below\nb: 2\n", "a: 1\nb: 2\n"),
        ("a: 1\n# above\nbuild: .\n\n# of b\nb: 2\n", "a: 1\n\n# of b\nb: 2\n"),
        ("a: 1\n# image: x\nbuild: .\n", "a: 1\n# image: x\n"),
        ("a: 1\n? build\n: .\nb: 2\n", "a: 1\nb: 2\n"),
        ("a: 1\nbuild: |\n  x\n\nb: 2\n", "a: 1\n\nb: 2\n"),
        ("a: 1\r\nbuild: .\r\nb: 2\n", "a: 1\r\nb: 2\n"),
        ("a: 1\nbuild: .", "a: 1"),
    ],
)
def test_the_lines_of_a_pair_are_removed_with_its_comments(text: str, result: str) -> None:
    assert without(text, "build") == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a:\n  # above\n  build: . # beside\n  b: 2\n", "a:\n  image: x\n  b: 2\n"),
        ("a:\n  build:\n    context: .", "a:\n  image: x"),
        ("a:\r\n  build: .\r\n", "a:\r\n  image: x\r\n"),
        ("a: {build: ., b: 1}", "a: {image: x, b: 1}"),
    ],
)
def test_a_replacement_has_the_indentation_and_the_line_break_of_the_pair(text: str, result: str) -> None:
    assert without(text, "a", "build", replacement="image: x") == result


def first_item(text: str) -> tuple[Document, Pair]:
    source = document(text)
    items = pair(source, "a").value
    assert isinstance(items, Sequence)
    assert isinstance(items.items[0], Mapping)
    build = own(items.items[0], "build")
    assert build is not None
    return source, build


def test_the_first_pair_of_an_item_is_removed_within_its_line() -> None:
    source, build = first_item("a:\n- build: .\n  b: 1\n")
    assert apply(source, cut(source, Removal(build))) == "a:\n- b: 1\n"
    assert apply(source, cut(source, Removal(build, "image: x"))) == "a:\n- image: x\n  b: 1\n"


def test_the_only_pair_of_an_item_is_refused() -> None:
    source, build = first_item("a:\n- build: .\n- b\n")
    with pytest.raises(ConfigurationError, match="does not begin its line"):
        cut(source, Removal(build))

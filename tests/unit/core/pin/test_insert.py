"""Inserting pairs and items like their neighbours."""

import pytest
from places import document, pair

from ci.core.pin.edits import apply
from ci.core.pin.insert import add_items, insert_after
from ci.core.yaml.nodes import Mapping, Sequence
from ci.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a:\n  b: 1 # x\n  c: 2\n", "a:\n  b: 1 # x\n  new: 0\n  c: 2\n"),
        ("a:\r\n  b: 1\r\n", "a:\r\n  b: 1\r\n  new: 0\r\n"),
        ("a:\n  b: 1", "a:\n  b: 1\n  new: 0"),
        ("a: {b: 1, c: 2}", "a: {b: 1, new: 0, c: 2}"),
        ("a:\n  b:\n    x: 1\n  c: 2\n", "a:\n  b:\n    x: 1\n  new: 0\n  c: 2\n"),
    ],
)
def test_a_pair_is_inserted_after_its_neighbour(text: str, result: str) -> None:
    source = document(text)
    assert apply(source, [insert_after(source, pair(source, "a", "b"), "new: 0")]) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a:\n  b: 1\n", "a:\n  b: 1\n  x\n  y\n"),
        ("a:\r\n- b\r\n- c # beside\r\n", "a:\r\n- b\r\n- c # beside\r\n- x\r\n- y\r\n"),
        ("a:\n  -   b", "a:\n  -   b\n  - x\n  - y"),
        ("a: {}", "a: {x, y}"),
        ("a: [b]", "a: [b, x, y]"),
        ("a: [b, ]", "a: [b, x, y ]"),
        ("a: {b: 1, # why\n}", "a: {b: 1, x, y # why\n}"),
        ("a:\n  b: |\n    c\n\nd: 1\n", "a:\n  x\n  y\n  b: |\n    c\n\nd: 1\n"),
    ],
)
def test_items_are_added_after_the_last_one(text: str, result: str) -> None:
    source = document(text)
    node = pair(source, "a").value
    assert isinstance(node, Mapping | Sequence)
    assert apply(source, [add_items(source, node, ["x", "y"])]) == result


def test_a_collection_that_begins_within_a_line_is_refused() -> None:
    source = document("a:\n- b: 1\n")
    node = pair(source, "a").value
    assert isinstance(node, Sequence)
    assert isinstance(node.items[0], Mapping)
    with pytest.raises(ConfigurationError, match="not on a line of its own"):
        add_items(source, node.items[0], ["c: 2"])

"""A block mapping that loses all of its pairs becomes `{}`."""

import pytest
from places import document, pair

from ci.core.pin.edits import Removal, apply
from ci.core.pin.emptied import fill_emptied


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a:\n  build: .\n", "a: {}\n  build: .\n"),
        ("a: &x # why\n  build: .\n", "a: &x {} # why\n  build: .\n"),
        ("a:\n  build: .\n  b: 1\n", None),
        ("a: {build: .}\n", None),
    ],
)
def test_braces_are_written_where_nothing_else_is_in_the_mapping(text: str, result: str | None) -> None:
    source = document(text)
    removal = Removal(pair(source, "a", "build"))
    assert apply(source, fill_emptied(source, [removal])) == (text if result is None else result)


def test_a_mapping_that_gets_a_replacement_is_not_emptied() -> None:
    source = document("a:\n  build: .\n")
    assert fill_emptied(source, [Removal(pair(source, "a", "build"), "image: x")]) == []

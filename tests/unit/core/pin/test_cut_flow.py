"""Removing a pair of flow style: one comma is removed with it."""

import pytest
from places import document, pair

from ci.core.pin.cut import cut
from ci.core.pin.cut_flow import end_of_comma
from ci.core.pin.edits import Removal, apply


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a: {build: .}", "a: {}"),
        ("a: {build: ., b: 1}", "a: {b: 1}"),
        ("a: {b: 1, build: .}", "a: {b: 1}"),
        ("a: {b: 1, build: ., c: 2}", "a: {b: 1, c: 2}"),
        ("a: {b: 1, build: ., }", "a: {b: 1, }"),
        ("a: {b: 1 , build: . }", "a: {b: 1  }"),
        ("a: {\n  b: 1,\n  # why\n  build: ., # beside\n  c: 2\n}\n", "a: {\n  b: 1,\n  c: 2\n}\n"),
        ("a: {\n  b: 1, # of b, c\n  build: .\n}\n", "a: {\n  b: 1 # of b, c\n}\n"),
        ("a: &x {build: ., b: 1}", "a: &x {b: 1}"),
    ],
)
def test_a_pair_is_removed_with_one_comma(text: str, result: str) -> None:
    source = document(text)
    assert apply(source, cut(source, Removal(pair(source, "a", "build")))) == result


def test_a_comma_in_a_comment_is_not_one() -> None:
    text = "a # b, c\n, d"
    assert end_of_comma(text, 1, len(text)) == 10
    assert end_of_comma("a # b, c", 1, 8) == 0

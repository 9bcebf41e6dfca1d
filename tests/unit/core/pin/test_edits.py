"""Applying edits: order, overlaps, and the end of the text."""

import pytest
from places import document

from ci.core.pin.edits import Edit, apply
from ci.errors import ConfigurationError


def edited(text: str, *edits: Edit) -> str:
    return apply(document(text), edits)


def test_edits_are_applied_by_position_and_insertions_keep_their_order() -> None:
    assert edited("a: 1\n", Edit(3, 4, "2"), Edit(0, 0, "x"), Edit(0, 0, "y")) == "xya: 2\n"


def test_the_same_edit_counts_once() -> None:
    assert edited("a: 1\n", Edit(0, 0, "x"), Edit(0, 0, "x")) == "xa: 1\n"


def test_removals_may_overlap() -> None:
    assert edited("a: 12345\n", Edit(3, 6, ""), Edit(5, 8, "")) == "a: \n"


def test_an_insertion_into_a_removed_span_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="shares this place"):
        edited("a: 12345\n", Edit(3, 6, ""), Edit(5, 5, "x"))


@pytest.mark.parametrize(
    ("text", "edit", "result"),
    [
        ("a: 1\nb: 2", Edit(5, 9, ""), "a: 1"),
        ("a: 1\nb: 2\n", Edit(5, 10, ""), "a: 1\n"),
        ("a: 1\n\nb: 2", Edit(6, 10, ""), "a: 1"),
        ("a: 1 # x \n  \nb: 2", Edit(13, 17, ""), "a: 1 # x "),
        ("a: >-\n  x\n\nb: 2", Edit(11, 15, ""), "a: >-\n  x"),
        ("a: |+\n  x\n\nb: 2", Edit(11, 15, ""), "a: |+\n  x\n\n"),
        ("a: |\n  x\nb: 2", Edit(9, 13, ""), "a: |\n  x\n"),
        ("a: 1\nb: 2", Edit(8, 9, "3"), "a: 1\nb: 3"),
    ],
)
def test_a_text_without_a_line_break_at_its_end_still_has_none(text: str, edit: Edit, result: str) -> None:
    assert edited(text, edit) == result

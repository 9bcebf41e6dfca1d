"""Which comments belong to a key of block style."""

import pytest

from ci.core.pin.comments import (
    belongs_above,
    belongs_below,
    end_of_comments_below,
    is_commented_out,
    start_of_comments_above,
)
from ci.core.yaml.text import SourceText


@pytest.mark.parametrize(
    ("line", "belongs"),
    [("  # why", True), (" # left of it", False), ("   # deeper", False), ("  - # item", False), ("", False)],
)
def test_a_comment_above_belongs_to_a_key_in_its_column(line: str, belongs: bool) -> None:  # noqa: FBT001
    assert belongs_above(line, 2) is belongs


@pytest.mark.parametrize(
    ("line", "belongs"), [("   # deeper", True), ("  # same column", False), ("   key: 1 # why", False), ("", False)]
)
def test_a_comment_below_belongs_to_a_value_if_it_is_deeper(line: str, belongs: bool) -> None:  # noqa: FBT001
    assert belongs_below(line, 2) is belongs


@pytest.mark.parametrize("line", ["  # - a", "#image: x", "  #  ports : []", "# depends_on:"])
def test_an_item_or_a_key_that_is_commented_out_belongs_to_nothing(line: str) -> None:
    assert is_commented_out(line)
    assert not belongs_above(line, len(line) - len(line.lstrip(" ")))


@pytest.mark.parametrize("line", ["# the image: x", "# images: x", "#-a", "# build: ."])
def test_other_comments_are_not_commented_out_keys(line: str) -> None:
    assert not is_commented_out(line)


def test_the_comments_directly_above_a_key_are_taken_together() -> None:
    source = SourceText("a:\n  # apart\n\n  # one\n  # two\n  build: .\n", "f")
    line_start = source.text.index("  build")
    assert source.text[start_of_comments_above(source, line_start, 2, 2) : line_start] == "  # one\n  # two\n"


def test_comments_above_end_where_the_key_before_ends() -> None:
    text = "a: 1 # beside\nbuild: .\n"
    assert start_of_comments_above(SourceText(text, "f"), 14, 0, 4) == 14


def test_blank_lines_between_comments_below_go_with_them() -> None:
    source = SourceText("build: .\n\n  # one\n\n  # two\n\n# apart\nb: 1\n", "f")
    assert source.text[end_of_comments_below(source, 9, 0) :] == "\n# apart\nb: 1\n"

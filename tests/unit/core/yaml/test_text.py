"""Lines of a text: by YAML's line breaks for edits, by an editor's for messages."""

import pytest

from ci.core.yaml.text import SourceText, break_at_end


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_a_line_ends_after_its_break(newline: str) -> None:
    text = SourceText(f"ab{newline}c{newline}", "f")
    second = 2 + len(newline)
    assert (text.line_start(1), text.line_end(1)) == (0, second)
    assert (text.line_start(second), text.line_end(second)) == (second, len(text.text))
    assert text.newline == newline
    assert break_at_end(text.text) == newline


def test_the_last_line_may_have_no_break() -> None:
    text = SourceText("a\nb", "f")
    assert (text.line_start(2), text.line_end(2)) == (2, 3)
    assert break_at_end(text.text) == ""
    assert SourceText("a", "f").newline == "\n"


def test_lines_are_numbered_as_an_editor_counts() -> None:
    text = SourceText("a: 1 # \u2028\nb: &x 2\nc: *x\n", "f")
    assert text.problem_at(14, "what", expected="other", hint="change it").line == 2
    assert [text.line_number(at) for at in (0, 8, 9)] == [1, 1, 2]


def test_a_problem_has_its_place_and_its_line() -> None:
    problem = SourceText("a\n  b: c \n", "f.yaml").problem_at(4, "what", value="c", expected="d", hint="write d")
    assert (problem.file, problem.line, problem.column, problem.excerpt) == ("f.yaml", 2, 3, "  b: c")


def test_a_long_line_is_cut_in_the_excerpt() -> None:
    excerpt = SourceText("x, " * 100, "f").problem_at(0, "what", expected="less", hint="cut it").excerpt
    assert len(excerpt) == 162
    assert excerpt.endswith(" …")

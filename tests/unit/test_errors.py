"""How problems are told to people, and what the errors carry."""

import pytest

from ci import errors
from ci.errors import ConfigurationError, Problem, ReleaseError, SlipwayError, describe


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(what="It broke"), "It broke"),
        (Problem(what="Not a version", value="'v1'"), "Not a version: 'v1'"),
        (Problem(what="Empty", file="VERSION"), "VERSION: Empty"),
        (Problem(what="Odd", file="VERSION", line=3), "VERSION:3: Odd"),
        (Problem(what="Odd", file="a.yaml", line=3, column=7, value="x"), "a.yaml:3:7: Odd: x"),
        (Problem(what="Odd", expected="even", hint="add one"), "Odd\n  expected: even\n  hint: add one"),
        (Problem(what="Odd", file="a", line=3, excerpt="b: c"), "a:3: Odd\n    3 | b: c"),
        (Problem(what="Odd", file="a", excerpt="b\nc", hint="mend"), "a: Odd\n    | b\n    | c\n  hint: mend"),
    ],
)
def test_a_problem_tells_what_it_has_and_no_empty_line(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_an_error_with_one_problem_is_told_as_that_problem() -> None:
    assert str(SlipwayError(Problem(what="One", hint="mend it"))) == "One\n  hint: mend it"


def test_an_error_with_several_is_a_counted_list_with_the_lines_kept_apart() -> None:
    error = ConfigurationError(Problem(what="One", hint="mend it"), Problem(what="Two"))
    assert str(error) == "2 problems:\n- One\n    hint: mend it\n- Two"
    assert [problem.what for problem in error.problems] == ["One", "Two"]


def test_a_release_error_is_told_as_its_report() -> None:
    error = ReleaseError("the whole report", Problem(what="One"))
    assert str(error) == "the whole report"
    assert [problem.what for problem in error.problems] == ["One"]


@pytest.mark.parametrize(
    "name", ["ConfigurationError", "BuildError", "PublishError", "OmnistrateError", "ReleaseError"]
)
def test_every_error_is_one_of_slipway(name: str) -> None:
    assert issubclass(getattr(errors, name), SlipwayError)


def test_problems_that_say_the_same_are_the_same() -> None:
    assert len({Problem(what="One", value="x"), Problem(what="One", value="x"), Problem(what="One")}) == 2


def test_the_text_of_problems_is_made_of_any_iterable() -> None:
    assert describe(Problem(what=text) for text in ("One", "Two")) == "2 problems:\n- One\n- Two"


def test_a_problem_that_is_found_twice_is_told_once() -> None:
    away = Problem(what="The registry is away")
    error = ConfigurationError(away, Problem(what="Another"), away)
    assert error.problems == (away, Problem(what="Another"))
    assert str(error).startswith("2 problems:")

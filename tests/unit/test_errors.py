"""How problems are shown to people, what the errors carry, and how findings are collected."""

from functools import partial

import anyio
import pytest

from ci import errors
from ci.errors import MISSING, ConfigurationError, Findings, PipelineError, Problem, SlipwayError, describe

problem = partial(Problem, expected="", hint="")
ONE, TWO = problem(what="One"), problem(what="Two")


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (problem(what="It broke"), "It broke"),
        (problem(what="Not a version", value="'v1'"), "Not a version: 'v1'"),
        (problem(what="Empty", file="VERSION"), "VERSION: Empty"),
        (problem(what="Odd", file="VERSION", line=3), "VERSION:3: Odd"),
        (problem(what="Odd", file="a.yaml", line=3, column=7, value="x"), "a.yaml:3:7: Odd: x"),
        (problem(what="Odd", step="preflight"), "preflight: Odd"),
        (problem(what="Odd", step="preflight", file="a", line=3), "preflight: a:3: Odd"),
        (problem(what="Odd", expected="even", hint="add one"), "Odd\n  expected: even\n  hint: add one"),
        (problem(what="Odd", file="a", line=3, excerpt="b: c"), "a:3: Odd\n    3 | b: c"),
        (problem(what="Odd", file="a", excerpt="b\nc", hint="fix"), "a: Odd\n    | b\n    | c\n  hint: fix"),
    ],
)
def test_a_problem_shows_the_fields_that_it_has_and_no_empty_line(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_an_error_with_one_problem_is_shown_as_that_problem() -> None:
    assert str(SlipwayError(problem(what="One", hint="fix it"))) == "One\n  hint: fix it"


def test_an_error_with_several_problems_is_shown_as_an_indented_list_with_their_count() -> None:
    error = ConfigurationError(problem(what="One", hint="fix it"), TWO)
    assert str(error) == "2 problems:\n- One\n    hint: fix it\n- Two"
    assert [problem.what for problem in error.problems] == ["One", "Two"]


def test_a_pipeline_error_is_shown_as_the_report() -> None:
    error = PipelineError("the report", ONE)
    assert str(error) == "the report"
    assert error.problems == (ONE,)


@pytest.mark.parametrize(
    "name", ["ConfigurationError", "BuildError", "PublishError", "OmnistrateError", "SmokeError", "PipelineError"]
)
def test_every_error_is_a_slipway_error(name: str) -> None:
    assert issubclass(getattr(errors, name), SlipwayError)


def test_equal_problems_are_one() -> None:
    assert len({problem(what="One", value="x"), problem(what="One", value="x"), ONE}) == 2


def test_problems_of_any_iterable_are_described() -> None:
    assert describe(problem(what=text) for text in ("One", "Two")) == "2 problems:\n- One\n- Two"


def test_a_problem_that_is_found_twice_is_shown_once() -> None:
    error = ConfigurationError(ONE, TWO, ONE)
    assert error.problems == (ONE, TWO)
    assert str(error).startswith("2 problems:")


def failing(*problems: Problem) -> int:
    raise ConfigurationError(*problems)


def test_findings_give_the_results_when_nothing_is_wrong() -> None:
    findings = Findings()
    number, text = findings.collect(lambda: 0), findings.collect(lambda: "")
    assert (findings.require(number), findings.require(text)) == (0, "")


def test_findings_raise_the_problems_of_all_readings_at_once() -> None:
    findings = Findings([ONE])
    good, bad = findings.collect(lambda: 1), findings.collect(lambda: failing(TWO))
    assert (good, bad) == (1, None)
    with pytest.raises(ConfigurationError) as caught:
        findings.require(good)
    assert caught.value.problems == (ONE, TWO)


def test_findings_collect_only_configuration_errors() -> None:
    with pytest.raises(ZeroDivisionError):
        Findings().collect(lambda: 1 // 0)


def test_findings_collect_readings_that_are_awaited() -> None:
    async def reading(*problems: Problem) -> int:
        await anyio.lowlevel.checkpoint()
        return failing(*problems) if problems else 1

    async def collected() -> tuple[int | None, int | None, list[Problem]]:
        findings = Findings()
        results = await findings.collect_async(reading()), await findings.collect_async(reading(ONE))
        return *results, findings.problems

    assert anyio.run(collected) == (1, None, [ONE])


def test_a_reading_that_returns_nothing_without_a_problem_is_a_defect_and_is_called_one() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Findings().require(None)
    assert caught.value.problems == (MISSING,)

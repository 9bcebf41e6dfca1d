"""The runner: steps are timed and recorded, and a problem gets the name of its step once."""

from contextlib import suppress

import anyio
import pytest
from fakes import FakeClock, problem, small_plan
from sample_reports import BUILT, VERSION

from ci.core.release.report import NO_RESULTS, Report, Results, Step, StepOutcome
from ci.errors import PublishError
from ci.pipelines.run import Done, Failed, Run, Skipped, StepFailedError

NAMES = ("first", "second", "third")


async def after(seconds: float, clock: FakeClock, outcome: Done[int]) -> Done[int]:
    await clock.sleep(seconds)
    return outcome


async def skipped() -> Done[int] | Skipped:
    return Skipped("nothing to do")


async def failed() -> Done[int] | Failed:
    return Failed((problem("One"), problem("Two")), Results(images=BUILT))


async def raising(error: Exception) -> Done[int]:
    raise error


def test_steps_are_timed_and_their_results_are_in_the_report() -> None:
    async def run() -> Report:
        clock = FakeClock()
        run = Run(small_plan(), NAMES, clock)
        assert await run.step("first", after(1.5, clock, Done(1, "one", Results(images=BUILT)))) == 1
        assert await run.step("second", skipped()) is None
        await run.step("third", after(2, clock, Done(3, results=Results(plan_version=VERSION))))
        return run.report()

    report = anyio.run(run)
    assert report.started == "2026-01-02T03:04:05+00:00"
    assert report.steps == (
        Step("first", StepOutcome.DONE, 1.5, "one"),
        Step("second", StepOutcome.SKIPPED, 0.0, "nothing to do"),
        Step("third", StepOutcome.DONE, 2.0),
    )
    assert report.results == Results(BUILT, VERSION)
    assert (report.problems, report.not_run) == ((), ())


def test_a_failed_step_ends_the_run_and_keeps_its_results() -> None:
    async def run() -> Report:
        run = Run(small_plan(), NAMES, FakeClock())
        with suppress(StepFailedError):
            await run.step("first", failed())
            pytest.fail("the run goes on")
        return run.report()

    report = anyio.run(run)
    assert report.steps == (Step("first", StepOutcome.FAILED, 0.0, "2 problems"),)
    assert report.results == Results(images=BUILT)
    assert report.not_run == ("second", "third")
    assert [(one.step, one.what) for one in report.problems] == [("first", "One"), ("first", "Two")]


def test_the_problems_of_an_error_get_the_name_of_the_step_once() -> None:
    async def run() -> Report:
        run = Run(small_plan(), NAMES, FakeClock())
        with suppress(StepFailedError):
            await run.step("first", raising(PublishError(problem("No access", value="403"))))
        return run.report()

    report = anyio.run(run)
    assert report.steps == (Step("first", StepOutcome.FAILED, 0.0, "1 problem"),)
    assert report.results == NO_RESULTS
    assert [str(one).splitlines()[0] for one in report.problems] == ["first: No access: 403"]


def test_a_bug_goes_up_as_it_is_with_the_steps_that_were_run() -> None:
    bug = ZeroDivisionError("a bug")

    async def run() -> None:
        clock = FakeClock()
        run = Run(small_plan(), NAMES, clock)
        await run.step("first", after(1, clock, Done(1)))
        await run.step("second", raising(bug))

    with pytest.raises(ZeroDivisionError) as caught:
        anyio.run(run)
    assert caught.value is bug
    assert bug.__notes__ == ["Steps of this run:\n  first: done\n  second: failed"]

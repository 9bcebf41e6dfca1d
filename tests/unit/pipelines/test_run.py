"""The runner: steps are timed and recorded, however they end, and a problem gets the name of its step once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import anyio
import pytest
from fakes import FakeClock, problem, small_plan
from sample_reports import BUILT, VERSION

from ci.core.release.report import NO_RESULTS, Report, Results, Step, StepOutcome
from ci.core.release.steps import FIND_OUT, STEPS
from ci.errors import PublishError
from ci.pipelines.run import Done, Failed, Run, Skipped, StepFailedError, Unknown

FIRST, SECOND, THIRD = NAMES = STEPS[:3]


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
        assert await run.step(FIRST, after(1.5, clock, Done(1, "one", Results(images=BUILT)))) == 1
        assert await run.step(SECOND, skipped()) is None
        await run.step(THIRD, after(2, clock, Done(3, results=Results(plan_version=VERSION))))
        return run.report()

    report = anyio.run(run)
    assert report.started == "2026-01-02T03:04:05+00:00"
    assert report.steps == (
        Step(FIRST, StepOutcome.DONE, 1.5, "one"),
        Step(SECOND, StepOutcome.SKIPPED, 0.0, "nothing to do", 1.5),
        Step(THIRD, StepOutcome.DONE, 2.0, after_seconds=1.5),
    )
    assert report.results == Results(BUILT, VERSION)
    assert (report.problems, report.not_run) == ((), ())


def test_a_failed_step_ends_the_run_and_keeps_its_results() -> None:
    async def run() -> Report:
        run = Run(small_plan(), NAMES, FakeClock())
        with suppress(StepFailedError):
            await run.step(FIRST, failed())
            pytest.fail("the run goes on")
        return run.report()

    report = anyio.run(run)
    assert report.steps == (Step(FIRST, StepOutcome.FAILED, 0.0, "2 problems"),)
    assert report.results == Results(images=BUILT)
    assert report.not_run == (SECOND, THIRD)
    assert [(one.step, one.what) for one in report.problems] == [(FIRST, "One"), (FIRST, "Two")]


def test_the_problems_of_an_error_get_the_name_of_the_step_once() -> None:
    async def run() -> Report:
        run = Run(small_plan(), NAMES, FakeClock())
        with suppress(StepFailedError):
            await run.step(FIRST, raising(PublishError(problem("No access", value="403"))))
        return run.report()

    report = anyio.run(run)
    assert report.steps == (Step(FIRST, StepOutcome.FAILED, 0.0, "1 problem"),)
    assert report.results == NO_RESULTS
    assert [str(one).splitlines()[0] for one in report.problems] == ["preflight checks: No access: 403"]


@pytest.mark.parametrize("error", [KeyError("www-authenticate"), RuntimeError("the engine is gone")])
def test_an_error_that_nobody_expects_is_a_problem_whose_outcome_is_unknown(error: Exception) -> None:
    async def run() -> Report:
        clock = FakeClock()
        run = Run(small_plan(), NAMES, clock)
        with suppress(StepFailedError):
            await run.step(FIRST, after(1, clock, Done(1, results=Results(images=BUILT))))
            await run.step(SECOND, raising(error))
        return run.report()

    report = anyio.run(run)
    assert [(one.name, one.outcome) for one in report.steps] == [(FIRST, "done"), (SECOND, "unknown")]
    assert (report.results.images, report.not_run) == (BUILT, (THIRD,))
    (found,) = report.problems
    assert (found.step, found.value) == (SECOND, f"{type(error).__name__}: {error}")
    assert "unknown" in found.what
    assert FIND_OUT[SECOND] in found.hint


def test_a_step_may_say_itself_that_its_outcome_is_unknown() -> None:
    async def unknown() -> Done[int] | Unknown:
        return Unknown((problem("No answer"),), Results(images=BUILT))

    async def run() -> Report:
        run = Run(small_plan(), NAMES, FakeClock())
        with suppress(StepFailedError):
            await run.step(FIRST, unknown())
        return run.report()

    report = anyio.run(run)
    assert report.steps == (Step(FIRST, StepOutcome.UNKNOWN, 0.0, "1 problem"),)
    assert (report.results.images, [one.what for one in report.problems]) == (BUILT, ["No answer"])


def test_a_cancelled_step_is_recorded_as_unknown_and_the_cancellation_goes_up() -> None:
    runs = []

    async def run() -> bool:
        runs.append(Run(small_plan(), NAMES, FakeClock()))
        with anyio.CancelScope() as scope:
            scope.cancel()
            await runs[0].step(FIRST, forever())
        return scope.cancelled_caught

    async def forever() -> Done[int]:
        await anyio.sleep_forever()
        raise AssertionError

    assert anyio.run(run)
    assert [(one.name, one.outcome) for one in runs[0].report().steps] == [(FIRST, "unknown")]
    assert "cancelled" in runs[0].report().problems[0].what


def test_an_interrupted_step_is_recorded_as_well() -> None:
    async def interrupted() -> Done[int]:
        raise KeyboardInterrupt

    async def run() -> Report:
        run = Run(small_plan(), NAMES, FakeClock())
        with pytest.raises(KeyboardInterrupt):
            await run.step(FIRST, interrupted())
        return run.report()

    assert [one.outcome for one in anyio.run(run).steps] == ["unknown"]


class FakeProgress:
    """Records the lines that are shown, and that each step has ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator["FakeProgress"]:
        self.lines.append(f"{name} begins")
        yield self
        self.lines.append(f"{name} ends")

    def done(self, detail: str) -> None:
        self.lines.append(f"done: {detail}")

    def failed(self, reason: str) -> None:
        self.lines.append(f"failed: {reason}")


def test_each_step_is_shown_while_it_runs_and_how_it_ended() -> None:
    shown = FakeProgress()

    async def run() -> None:
        run = Run(small_plan(), NAMES, FakeClock(), progress=shown)
        with suppress(StepFailedError):
            await run.step(FIRST, after(1, FakeClock(), Done(1, "one")))
            await run.step(SECOND, skipped())
            await run.step(THIRD, failed())

    anyio.run(run)
    assert shown.lines == [
        *(f"{FIRST} begins", "done: one", f"{FIRST} ends"),
        *(f"{SECOND} begins", "done: skipped", f"{SECOND} ends"),
        *(f"{THIRD} begins", "failed: 2 problems", f"{THIRD} ends"),
    ]

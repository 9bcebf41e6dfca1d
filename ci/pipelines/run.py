"""Runs the steps of a release pipeline: each is timed and recorded, and the first that is not done ends the run.

A step is an awaitable that returns `Done`, `Skipped`, `Failed` or `Unknown`. It does not know its own name: the runner
adds the name to each of its problems, once. Whatever else ends a step, its outcome is unknown, and the report has it.
"""

from collections.abc import Awaitable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar, overload

from ci.core.redaction import NO_SECRETS, Redactor, cut
from ci.core.release.plan import Plan
from ci.core.release.report import NO_RESULTS, Report, Results, Step, StepOutcome
from ci.core.release.steps import FIND_OUT, StepName
from ci.errors import OutcomeUnknownError, Problem, SlipwayError, unexpected
from ci.pipelines.journal import Journal
from ci.pipelines.ports import Clock
from ci.pipelines.progress import NO_PROGRESS, Line, Progress

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Done(Generic[T_co]):
    """A step that succeeded: the value for the steps after it, and what the report says of it."""

    value: T_co
    detail: str = ""
    results: Results = NO_RESULTS


@dataclass(frozen=True)
class Skipped:
    """A step that had nothing to do; the next step is run."""

    reason: str


@dataclass(frozen=True)
class Failed:
    """A step that failed, in part or as a whole, and of which is known what it did: that is in `results`.

    A step that did nothing may raise a `SlipwayError` instead.
    """

    problems: tuple[Problem, ...]
    results: Results = NO_RESULTS


@dataclass(frozen=True)
class Unknown:
    """A step of which is not known whether it did what it is for; `results` is what is known to be done.

    The hint of each problem says how to find out.
    """

    problems: tuple[Problem, ...]
    results: Results = NO_RESULTS


class StepFailedError(Exception):
    """Ends a pipeline at the step that was not done; the `Run` has the problems."""


class Run:
    """A run of a pipeline, and its report at any time. `names` are all its steps, in order.

    What a step says is redacted and cut here, where it becomes part of the report.
    """

    def __init__(
        self,
        plan: Plan,
        names: Sequence[StepName],
        clock: Clock,
        redactor: Redactor = NO_SECRETS,
        journal: Journal | None = None,
        *,
        progress: Progress = NO_PROGRESS,
    ) -> None:
        self._plan, self._names, self._clock, self._redactor = plan, names, clock, redactor
        self._journal, self._progress = journal or Journal(None, plan.git_sha, 0), progress
        self._started = clock.now()
        self._steps: list[Step] = []
        self._results = NO_RESULTS
        self._problems: tuple[Problem, ...] = ()

    @overload
    async def step(self, name: StepName, work: Awaitable[Done[T] | Failed | Unknown]) -> T: ...
    @overload
    async def step(self, name: StepName, work: Awaitable[Done[T] | Skipped | Failed | Unknown]) -> T | None: ...
    async def step(self, name: StepName, work: Awaitable[Done[T] | Skipped | Failed | Unknown]) -> T | None:
        """Run a step and return its value; None if it was skipped.

        Raises:
            StepFailedError: it failed, or its outcome is unknown; its problems are recorded.
            BaseException: what cancelled it, as it is; that its outcome is unknown is recorded.
        """
        with self._progress.step(name) as line:
            value = await self._step(name, work, line)
        if isinstance(value, StepFailedError):
            raise value
        return value

    async def _step(
        self, name: StepName, work: Awaitable[Done[T] | Skipped | Failed | Unknown], line: Line
    ) -> T | StepFailedError | None:
        started = self._clock.now()
        try:
            if self._steps:  # before the first step nothing is done that could be recorded
                await self._journal.write(self._under_way(name), last=False)
            outcome = await work
        except OutcomeUnknownError as error:
            outcome = Unknown(error.problems)
        except SlipwayError as error:
            outcome = Failed(error.problems)
        except Exception as error:  # noqa: BLE001 - whatever ends a step, the report says what is known
            outcome = Unknown((unexpected(f"The step `{name}`", error, FIND_OUT[name]),))
        except BaseException:  # cancelled or interrupted: it goes up, and the report has the step
            if isinstance(work, Coroutine):
                work.close()  # it may not have begun
            self._end(name, started, Unknown((_cancelled(name),)))
            await self._journal.write(self.report(), last=True)
            raise
        self._end(name, started, outcome)
        report = self.report()
        if report.problems or not report.not_run:
            await self._journal.write(report, last=True)
        match outcome:
            case Done(value):
                line.done(self._steps[-1].detail)
                return value
            case Skipped():
                line.done("skipped")
                return None
            case _:
                line.failed(self._steps[-1].detail)
                return StepFailedError()

    def report(self) -> Report:
        """The report of all that was recorded so far."""
        run = {step.name for step in self._steps}
        return Report(
            plan=self._plan,
            started=self._started.isoformat(timespec="seconds"),
            steps=tuple(self._steps),
            results=self._results,
            problems=self._problems,
            not_run=tuple(name for name in self._names if name not in run),
            warnings=self._redactor.problems((*self._results.warnings, *self._journal.warnings)),
        )

    def _under_way(self, name: StepName) -> Report:
        """The report of all that was done before a step, for a record that may stay the last."""
        report = self.report()
        step = Step(name, StepOutcome.UNKNOWN, 0.0, "under way when this was recorded")
        problem = replace(_recorded(name), step=name)
        not_run = tuple(one for one in report.not_run if one != name)
        return replace(report, steps=(*report.steps, step), problems=(problem,), not_run=not_run)

    def _end(self, name: StepName, started: datetime, outcome: Done[T] | Skipped | Failed | Unknown) -> None:
        """The one place where the outcome of a step becomes part of the report."""
        match outcome:
            case Done(detail=detail, results=results):
                self._record(name, started, StepOutcome.DONE, detail, results)
            case Skipped(reason):
                self._record(name, started, StepOutcome.SKIPPED, reason)
            case Failed(problems, results) | Unknown(problems, results):
                kind = StepOutcome.FAILED if isinstance(outcome, Failed) else StepOutcome.UNKNOWN
                self._problems = tuple(replace(one, step=name) for one in self._redactor.problems(problems))
                self._record(name, started, kind, f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", results)

    def _record(
        self, name: str, started: datetime, outcome: StepOutcome, detail: str, results: Results = NO_RESULTS
    ) -> None:
        seconds = round((self._clock.now() - started).total_seconds(), 3)
        after = round((started - self._started).total_seconds(), 3)
        self._steps.append(Step(name, outcome, seconds, cut(self._redactor.text(detail)), after))
        self._results = self._results.updated(results)


def _recorded(name: StepName) -> Problem:
    return Problem(
        what="The run was in this step when it was recorded last, and has recorded no end",
        value=name,
        expected="a run that has ended",
        hint="wait until the run has ended. If it was stopped from outside, run the same call again, which goes on "
        f"from what is there; {FIND_OUT[name]}",
    )


def _cancelled(name: StepName) -> Problem:
    return Problem(
        what="The call was cancelled in this step, whose outcome is unknown",
        value=name,
        expected="a call that runs to its end",
        hint=f"run the same call again, which goes on from what is there; {FIND_OUT[name]}",
    )

"""Runs the steps of a release pipeline: each is timed and recorded, and the first that fails ends the run.

A step is an awaitable that returns `Done`, `Skipped` or `Failed`. It does not know its own name: the runner adds the
name to each of its problems, once.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar, overload

from ci.core.release.plan import Plan
from ci.core.release.report import NO_RESULTS, Report, Results, Step, StepOutcome
from ci.errors import Problem, SlipwayError
from ci.pipelines.ports import Clock

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
    """A step that failed in part: what it did nonetheless goes into the report, beside its problems.

    A step without such results raises a `SlipwayError` instead.
    """

    problems: tuple[Problem, ...]
    results: Results = NO_RESULTS


class StepFailedError(Exception):
    """Ends a pipeline at the step that failed; the `Run` has the problems."""


class Run:
    """A run of a pipeline, and its report at any time. `names` are all its steps, in order."""

    def __init__(self, plan: Plan, names: Sequence[str], clock: Clock) -> None:
        self._plan, self._names, self._clock = plan, names, clock
        self._started = clock.now()
        self._steps: list[Step] = []
        self._results = NO_RESULTS
        self._problems: tuple[Problem, ...] = ()

    @overload
    async def step(self, name: str, work: Awaitable[Done[T] | Failed]) -> T: ...
    @overload
    async def step(self, name: str, work: Awaitable[Done[T] | Skipped | Failed]) -> T | None: ...
    async def step(self, name: str, work: Awaitable[Done[T] | Skipped | Failed]) -> T | None:
        """Run a step and return its value; None if it was skipped.

        Raises:
            StepFailedError: it failed; its problems are recorded.
        """
        started = self._clock.now()
        try:
            outcome = await work
        except SlipwayError as error:
            outcome = Failed(error.problems)
        except Exception as error:  # a bug: the traceback of it shows what was done before
            self._record(name, started, StepOutcome.FAILED, f"{type(error).__name__}: {error}")
            error.add_note("Steps of this run:\n" + "\n".join(f"  {one.name}: {one.outcome}" for one in self._steps))
            raise
        match outcome:
            case Done(value, detail, results):
                self._record(name, started, StepOutcome.DONE, detail, results)
                return value
            case Skipped(reason):
                self._record(name, started, StepOutcome.SKIPPED, reason)
                return None
            case Failed(problems, results):
                count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
                self._record(name, started, StepOutcome.FAILED, count, results)
                self._problems = tuple(replace(problem, step=name) for problem in problems)
                raise StepFailedError

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
        )

    def _record(
        self, name: str, started: datetime, outcome: StepOutcome, detail: str, results: Results = NO_RESULTS
    ) -> None:
        """The one place where the outcome of a step becomes part of the report."""
        seconds = round((self._clock.now() - started).total_seconds(), 3)
        self._steps.append(Step(name, outcome, seconds, detail))
        self._results = self._results.updated(results)

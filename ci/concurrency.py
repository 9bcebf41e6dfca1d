"""Run many tasks at the same time, keep their order, collect every failure."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

from ci.errors import Problem, SlipwayError

T = TypeVar("T")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Outcome(Generic[T_co, R_co]):
    """The outcome of one item: the result of its work, or the error that ended it."""

    item: T_co
    result: R_co | None = None
    error: SlipwayError | None = None


def timed_out(what: str, seconds: float, hint: str) -> Problem:
    """The problem of work that was stopped at its time limit; `hint` names the setting or the command to use next."""
    return Problem(
        what=f"{what} did not finish in time and was stopped",
        value=f"{seconds:g} s",
        expected=f"an end within {seconds:g} s",
        hint=hint,
    )


async def run_all(
    items: Sequence[T],
    work: Callable[[T], Awaitable[R]],
    *,
    at_once: int,
    seconds: float | None = None,
    on_timeout: Callable[[T, float], Problem] = lambda item, seconds: timed_out(
        str(item), seconds, "run the same call again"
    ),
) -> list[Outcome[T, R]]:
    """Run `work` on every item, `at_once` at a time, and return the outcomes in the order of the items.

    A `SlipwayError` of one item does not stop the others. `seconds` limits the work on each item, not its wait for a
    turn; an item that exceeds it has the problem that `on_timeout` returns for it and the limit. Any other exception
    is a bug: it cancels the rest and is raised as it is, not inside an exception group, which hides its cause
    (docs/engine.md, "Errors of a task group").
    """
    outcomes: list[Outcome[T, R] | None] = [None] * len(items)
    bugs: list[Exception] = []
    limiter = anyio.CapacityLimiter(at_once)

    async def run_one(at: int, item: T) -> None:
        async with limiter:
            try:
                with anyio.move_on_after(seconds) as limit:
                    outcomes[at] = Outcome(item, result=await work(item))
            except SlipwayError as error:
                outcomes[at] = Outcome(item, error=error)
            except Exception as error:  # noqa: BLE001 - raised again below, alone
                bugs.append(error)
                tasks.cancel_scope.cancel()
            else:
                if limit.cancelled_caught and seconds is not None:
                    outcomes[at] = Outcome(item, error=SlipwayError(on_timeout(item, seconds)))

    async with anyio.create_task_group() as tasks:
        for at, item in enumerate(items):
            tasks.start_soon(run_one, at, item)
    if bugs:
        raise bugs[0]
    return [outcome for outcome in outcomes if outcome is not None]


def problems_of(outcomes: Iterable[Outcome[object, object]]) -> list[Problem]:
    """The problems of all failed outcomes, in their order, each once."""
    return list(dict.fromkeys(problem for one in outcomes if one.error for problem in one.error.problems))


def raise_failures(outcomes: Iterable[Outcome[object, object]], error: type[SlipwayError]) -> None:
    """Raise one `error` with the problems of all failed outcomes, if any failed."""
    if problems := problems_of(outcomes):
        raise error(*problems)

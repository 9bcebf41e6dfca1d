"""Run many at the same time, keep their order, collect every failure."""

from collections.abc import Awaitable, Callable, Sequence
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
    """What became of one item: a result, or the error that ended its work."""

    item: T_co
    result: R_co | None = None
    error: SlipwayError | None = None


async def run_all(
    items: Sequence[T],
    work: Callable[[T], Awaitable[R]],
    *,
    at_once: int,
    seconds: float | None = None,
    name: Callable[[T], str] = str,
) -> list[Outcome[T, R]]:
    """Do `work` on every item, `at_once` at a time, and give back the outcomes in the items' order.

    A `SlipwayError` of one item stops no other. `seconds` limits each item's own work, not its wait; past it the
    outcome is an error that says so, by the item's `name`. Any other exception is a bug: it cancels the rest and goes
    up as it is, not inside an exception group, which hides its cause (docs/engine.md, "Errors of a task group").
    """
    outcomes: list[Outcome[T, R] | None] = [None] * len(items)
    bugs: list[Exception] = []
    limiter = anyio.CapacityLimiter(at_once)

    async def one(at: int, item: T) -> None:
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
                if limit.cancelled_caught:
                    what = f"{name(item)} was not done after {seconds:g} s, and stopped"
                    problem = Problem(what=what, hint="give it more time, or mend it")
                    outcomes[at] = Outcome(item, error=SlipwayError(problem))

    async with anyio.create_task_group() as tasks:
        for at, item in enumerate(items):
            tasks.start_soon(one, at, item)
    if bugs:
        raise bugs[0]
    return [outcome for outcome in outcomes if outcome is not None]

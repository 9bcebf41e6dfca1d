"""Tasks at the same time: their order, their limit, every failure, and what a bug does."""

from collections.abc import Awaitable, Callable
from functools import partial

import anyio
import anyio.lowlevel
import pytest
from fakes import problem

from ci.concurrency import Outcome, problems_of, raise_failures, run_all, timed_out
from ci.errors import BuildError, Problem

ODD = problem("odd")


def too_slow(item: int, seconds: float) -> Problem:
    return timed_out(f"Item {item}", seconds, "raise `minutes`")


def done(
    items: list[int], work: Callable[[int], Awaitable[int]], *, at_once: int = 16, seconds: float | None = None
) -> list[Outcome[int, int]]:
    async def ended() -> list[Outcome[int, int]]:
        with anyio.fail_after(10):  # what hangs is to fail
            return await run_all(items, work, at_once=at_once, seconds=seconds, on_timeout=too_slow)

    return anyio.run(ended)


async def after_turns(item: int) -> int:
    for _ in range(10 - item):
        await anyio.lowlevel.checkpoint()
    return item * item


async def odd_ones_fail(item: int) -> int:
    await anyio.lowlevel.checkpoint()
    if item % 2:
        raise BuildError(problem(f"{item} is odd"))
    return item


@pytest.mark.parametrize("at_once", [1, 3, 16])
def test_outcomes_are_in_the_order_of_the_items_whichever_ends_first(at_once: int) -> None:
    items = [1, 9, 5, 2]
    assert [(one.item, one.result) for one in done(items, after_turns, at_once=at_once)] == [
        (1, 1),
        (9, 81),
        (5, 25),
        (2, 4),
    ]


def test_no_items_give_no_outcomes() -> None:
    assert done([], after_turns) == []


@pytest.mark.parametrize("at_once", [1, 3, 7])
def test_no_more_than_the_limit_run_at_the_same_time(at_once: int) -> None:
    running, most = 0, 0

    async def counted(item: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await after_turns(0)
        running -= 1
        return item

    done(list(range(7)), counted, at_once=at_once)
    assert (running, most) == (0, at_once)


def test_a_failure_does_not_stop_the_others_and_all_failures_are_returned() -> None:
    found = done([0, 1, 2, 3], odd_ones_fail)
    assert [one.result for one in found] == [0, None, 2, None]
    assert [str(one.error).splitlines()[0] if one.error else "" for one in found] == ["", "1 is odd", "", "3 is odd"]


def test_a_result_of_none_is_a_result() -> None:
    async def nothing(_: int) -> int | None:
        return None

    assert anyio.run(partial(run_all, [1], nothing, at_once=1)) == [Outcome(1)]


def test_an_item_past_its_time_limit_has_the_problem_of_the_caller_and_does_not_stop_the_others() -> None:
    async def first_hangs(item: int) -> int:
        if item == 0:
            await anyio.sleep_forever()
        return item

    found = done([0, 1], first_hangs, seconds=0.01)
    assert [one.result for one in found] == [None, 1]
    assert found[0].error is not None
    (problem,) = found[0].error.problems
    assert problem.hint == "raise `minutes`"
    assert (problem.what, problem.value) == ("Item 0 did not finish in time and was stopped", "0.01 s")


def test_the_wait_for_a_turn_does_not_count_as_work() -> None:
    async def until(item: int) -> float:
        await anyio.sleep(0.01 * item)
        return anyio.current_effective_deadline()

    found = anyio.run(partial(run_all, [1, 1, 1], until, at_once=1, seconds=60))
    first, second, third = (one.result or 0 for one in found)
    assert second - first >= 0.01
    assert third - second >= 0.01


@pytest.mark.parametrize("bug", [ZeroDivisionError("a bug"), TimeoutError("a bug"), KeyError("a bug")])
@pytest.mark.parametrize("seconds", [None, 60])
def test_a_bug_is_raised_as_it_is_outside_any_group(bug: Exception, seconds: float | None) -> None:
    async def buggy(item: int) -> int:
        await odd_ones_fail(item)
        raise bug

    with pytest.raises(type(bug), match="a bug") as caught:
        done([0, 1, 2], buggy, seconds=seconds)
    assert caught.value is bug


def test_a_bug_cancels_the_others() -> None:
    ended: list[int] = []

    async def buggy(item: int) -> int:
        if item == 0:
            raise ZeroDivisionError
        await anyio.sleep_forever()
        ended.append(item)
        return item

    with pytest.raises(ZeroDivisionError):
        done([0, 1, 2], buggy)
    assert ended == []


def test_a_cancelled_caller_cancels_all_work() -> None:
    ended: list[int] = []

    async def endless(item: int) -> int:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(item)
        return item

    async def cancelled() -> bool:
        with anyio.move_on_after(0.01) as scope:
            await run_all([0, 1, 2], endless, at_once=2, seconds=60)
        return scope.cancelled_caught

    assert anyio.run(cancelled)
    assert sorted(ended) == [0, 1]


def test_the_problems_of_failed_outcomes_are_listed_each_once() -> None:
    same = BuildError(problem("the registry does not respond"))
    outcomes = [Outcome(0, error=same), Outcome(1, 1), Outcome(2, error=same), Outcome(3, error=BuildError(ODD))]
    assert [one.what for one in problems_of(outcomes)] == ["the registry does not respond", "odd"]
    with pytest.raises(BuildError, match="2 problems"):
        raise_failures(outcomes, BuildError)
    raise_failures([Outcome(1, 1)], BuildError)

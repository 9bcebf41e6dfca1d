"""A deterministic scheduler: several runs at once, of which one at a time goes on, as a given order says.

Each call of a port asks for a turn. A turn is given when every task of the event loop waits: what a run does between
two of its calls is never interrupted, and nothing depends on time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import anyio
import anyio.lowlevel


class End(StrEnum):
    """How a run is ended before its time."""

    CANCELLED = "cancelled"
    """It may still clean up."""
    GONE = "gone"
    """Its machine stops: none of its calls has an effect any more."""


class MachineGoneError(Exception):
    """Raised by each call of a run whose machine has stopped."""


@dataclass(frozen=True)
class Slice:
    """A part of an order: who goes on, for how many calls, and which of the calls that he waits with comes first."""

    run: int
    calls: int
    which: int = 0


@dataclass(frozen=True)
class Kill:
    """The end of a run at its n-th call, before the call has an effect."""

    call: int
    end: End


@dataclass
class _Run:
    scope: anyio.CancelScope
    kill: Kill | None
    calls: int = 0
    gone: bool = False
    waiting: list[anyio.Event] = field(default_factory=list)


class Turns:
    """Runs that take turns; `after` is called with a run's number when it has done what it had its turn for."""

    def __init__(self, order: Sequence[Slice], kills: Mapping[int, Kill], after: Callable[[int], None]) -> None:
        self._order, self._kills, self._after = list(order), kills, after
        self._runs: dict[int, _Run] = {}

    async def take(self, number: int) -> None:
        """Wait for a turn.

        Raises:
            MachineGoneError: the run's machine has stopped.
        """
        run, event = self._runs[number], anyio.Event()
        run.calls += 1
        if run.kill and run.calls == run.kill.call:
            run.gone = run.kill.end is End.GONE
            if run.kill.end is End.CANCELLED:
                run.scope.cancel()
        run.waiting.append(event)
        try:
            await event.wait()
        finally:
            if event in run.waiting:
                run.waiting.remove(event)
        if run.gone:
            raise MachineGoneError

    def killed(self, number: int) -> bool:
        """Whether a run was ended before its time."""
        run = self._runs[number]
        return run.kill is not None and run.calls >= run.kill.call

    async def play(self, runs: Mapping[int, Callable[[], Awaitable[None]]]) -> None:
        """Run all to their ends: first as the order says, then one after the other."""
        async with anyio.create_task_group() as tasks:
            for number, work in runs.items():
                self._runs[number] = _Run(anyio.CancelScope(), self._kills.get(number))
                tasks.start_soon(self._run, number, work)
            await _all_wait()
            while (turn := self._next()) is not None:
                await _all_wait()
                self._after(turn)

    async def _run(self, number: int, work: Callable[[], Awaitable[None]]) -> None:
        with self._runs[number].scope:
            await work()

    def _next(self) -> int | None:
        """Give the next turn; None if nobody waits for one."""
        waiting = [number for number, run in self._runs.items() if run.waiting]
        while self._order and (self._order[0].run not in waiting or not self._order[0].calls):
            self._order.pop(0)
        if not waiting:
            return None
        if not self._order:
            self._order = [Slice(waiting[0], 1)]
        now = self._order[0]
        self._order[0] = Slice(now.run, now.calls - 1, now.which)
        calls = self._runs[now.run].waiting
        calls.pop(now.which % len(calls)).set()
        return now.run


async def _all_wait() -> None:
    """Let all other tasks go on until nothing is left to be done: each of them waits for a turn or for another task."""
    ready = getattr(asyncio.get_running_loop(), "_ready")  # noqa: B009 - asyncio has no public way to ask
    await anyio.lowlevel.checkpoint()
    while ready:
        await anyio.lowlevel.checkpoint()

"""Runs of omctl that end: each has a deadline, and one that only reads is run again after a transient fault."""

from collections.abc import Callable
from typing import TypeVar

import anyio

from ci.core.omctl.model import Completed
from ci.core.omctl.parse import uncertain
from ci.core.settings.product import Settings
from ci.errors import OmnistrateError
from ci.pipelines.ports import Clock, Omctl

T = TypeVar("T")
ATTEMPTS = 3
"""How often a command that only reads is run, and how often an effect whose answer was lost is looked up."""
STOPPED = 124
"""The exit code of a run that was stopped at its deadline, as the program `timeout` has it."""


class BoundedOmctl:
    """The omctl port with a deadline: a run that exceeds it is stopped, and its exit code is `STOPPED`."""

    def __init__(self, omctl: Omctl, settings: Settings) -> None:
        self._omctl, self._settings, self._seconds = omctl, settings, settings.omctl_seconds

    def with_compose(self, text: str) -> "BoundedOmctl":
        """The same, with another pinned file; see `ci.pipelines.ports.Omctl`."""
        return BoundedOmctl(self._omctl.with_compose(text), self._settings)

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """Run omctl once; see `ci.pipelines.ports.Omctl`."""
        with anyio.move_on_after(self._seconds):
            return await self._omctl.run(arguments)
        return Completed(
            STOPPED,
            "",
            f"omctl did not return within {self._seconds:g} s, the setting `omctl_seconds`, and was stopped",
        )


async def read(
    omctl: Omctl, arguments: tuple[str, ...], reader: Callable[[Completed], T], clock: Clock, settings: Settings
) -> T:
    """What `reader` makes of the response of a command that changes nothing.

    Raises:
        OmnistrateError: it failed for a reason that does not pass, or several times.
    """
    for _ in range(ATTEMPTS - 1):
        response = await omctl.run(arguments)
        try:
            return reader(response)
        except OmnistrateError:
            if not uncertain(response):
                raise
        await clock.sleep(settings.poll_seconds)
    return reader(await omctl.run(arguments))

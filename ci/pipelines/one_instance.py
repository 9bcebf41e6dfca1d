"""One instance, and how it is reached."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ci.core.omctl import commands
from ci.core.omctl.model import Completed, Deployment
from ci.core.omctl.responses import read_deployment
from ci.core.settings.product import Settings
from ci.pipelines import omctl_runs
from ci.pipelines.ports import Clock, Omctl

T = TypeVar("T")


@dataclass(frozen=True)
class OneInstance:
    """An instance by its id, and how it is reached."""

    instance_id: str
    omctl: Omctl
    clock: Clock
    settings: Settings

    async def read(self, arguments: tuple[str, ...], reader: Callable[[Completed], T]) -> T:
        """What `reader` makes of the response of a command that changes nothing.

        Raises:
            OmnistrateError: as `omctl_runs.read`.
        """
        return await omctl_runs.read(self.omctl, arguments, reader, self.clock, self.settings)

    async def described(self) -> Deployment:
        """What the instance runs now.

        Raises:
            OmnistrateError: it can't be described.
        """
        reader = partial(read_deployment, instance_id=self.instance_id)
        return await self.read(commands.deployment_arguments(self.instance_id), reader)

    async def pause(self) -> None:
        """Wait before the next poll."""
        await self.clock.sleep(self.settings.poll_seconds)

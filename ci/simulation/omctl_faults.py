"""Faults at omctl's own border: its exit code, its output, its end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import anyio
import anyio.to_thread

from ci.core.omctl.model import Completed
from ci.pipelines.ports import Omctl
from ci.simulation.omctl import command_name
from ci.simulation.registry_faults import is_in_turn


@dataclass(frozen=True, kw_only=True)
class OmctlFault:
    """A fault of omctl itself; it meets the runs of `command` from the `first` on, `times` of them (0: all)."""

    command: str
    first: int = 1
    times: int = 1
    instead: Completed | None = None
    """What it answers without doing anything; with `after`, when it has done its work."""
    edit: Callable[[Completed], Completed] | None = None
    """What becomes of its answer when it has done its work."""
    error: Exception | None = None
    """What is raised in its place; with `after`, when it has done its work."""
    hang: bool = False
    """It does not return; with `after`, when it has done its work."""
    event: str = ""
    """The name of an event that happens at that moment."""
    after: bool = False


@dataclass
class FaultyOmctl:
    """Runs omctl, but for the runs that a fault meets."""

    inner: Omctl
    faults: Sequence[OmctlFault] = ()
    events: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    """The names of the commands that were run so far."""
    met: bool = False
    """Whether a run has met a fault."""

    def with_compose(self, text: str) -> Omctl:
        """See `ci.pipelines.ports.Omctl`; the same object, which keeps count of the runs."""
        self.inner = self.inner.with_compose(text)
        return self

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """See `ci.pipelines.ports.Omctl`."""
        self.runs.append(command_name(arguments))
        fault = next((one for one in self.faults if self._meets(one)), None)
        if fault is None:
            return await self.inner.run(arguments)
        self.met = True
        answer = await self.inner.run(arguments) if fault.after or fault.edit else Completed(0, "", "")
        if fault.instead:
            return fault.instead
        if fault.event:
            await anyio.to_thread.run_sync(self.events[fault.event])
        if fault.error:
            raise fault.error
        if fault.hang:
            await anyio.sleep_forever()
        if fault.edit:
            return fault.edit(answer)
        return answer if fault.after else await self.inner.run(arguments)

    def _meets(self, fault: OmctlFault) -> bool:
        """Whether the run that was begun last meets a fault."""
        count = self.runs.count(fault.command)
        return self.runs[-1] == fault.command and is_in_turn(count, fault.first, fault.times)

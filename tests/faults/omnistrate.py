"""Omnistrate as the fault harness needs it: the stand-in API behind a proxy with the real omctl, or the tests' fake.

Both tell their state in the words of `faults.world`. `FaultyOmctl` injects faults at omctl's own border: its exit code,
its output, its end.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import anyio
import anyio.lowlevel
from fake_omctl import FakeOmctl, omnistrate
from faults.world import read_omnistrate
from programs import program
from standin import RunningStandin, running_standin

from ci.core.omctl.commands import environment
from ci.core.omctl.files import PINNED_FILE
from ci.core.omctl.model import Completed
from ci.core.release.plan import Plan
from ci.core.release.rehearsal import REHEARSAL_KEY, rehearsal_seed
from ci.pipelines.ports import Omctl
from ci.rehearsal.state_json import as_json


@dataclass(frozen=True, kw_only=True)
class OmctlFault:
    """A fault of omctl itself; it meets the runs of `command` from the `first` on, `times` of them (0: all)."""

    command: str
    first: int = 1
    times: int = 1
    instead: Completed | None = None
    """What it answers without doing anything."""
    edit: Callable[[Completed], Completed] | None = None
    """What becomes of its answer when it has done its work."""
    error: Exception | None = None
    """What is raised in its place; with `after`, when it has done its work."""
    hang: bool = False
    """It does not return; with `after`, when it has done its work."""
    event: str = ""
    after: bool = False


class Omnistrate(Protocol):
    """An Omnistrate that can be released to."""

    instance: str

    def runner(self, plan: Plan, *, direct: bool = False) -> Omctl:
        """An omctl beside the plan's pinned file; a `direct` one meets no fault of the API."""

    def world(self) -> dict[str, str]:
        """Its state, in the words of `faults.world`."""


class FakeOmnistrate:
    """A state of the stand-in without its API: each omctl is a fake one."""

    instance = "instance-dev"

    def __init__(self) -> None:
        self.state, self.lock = omnistrate(), threading.Lock()

    def runner(self, plan: Plan, *, direct: bool = False) -> Omctl:  # noqa: ARG002 - there is no API behind it
        return _FakeRunner(self)

    def world(self) -> dict[str, str]:
        return read_omnistrate(as_json(self.state))


@dataclass
class _FakeRunner:
    omnistrate: FakeOmnistrate
    compose: str = ""

    def with_compose(self, text: str) -> Omctl:
        return replace(self, compose=text)

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        await anyio.lowlevel.checkpoint()
        with self.omnistrate.lock:  # two releases may run in two threads
            omctl = FakeOmctl(_nothing, self.omnistrate.state, compose=self.compose)
            done = await omctl.run(arguments)
            self.omnistrate.state = omctl.state
        return done


async def _nothing(_: str) -> None:
    """The fake's note of a command, which the harness does not use."""


@dataclass
class StandinOmnistrate:
    """The stand-in API; omctl reaches it through `proxy` (`host:port`), but for a direct one."""

    folder: Path
    standin: RunningStandin
    instance: str
    proxy: str = ""
    retries: int = 0
    """How often omctl sends a request again by itself."""
    _folders: int = 0

    @property
    def upstream(self) -> str:
        return f"127.0.0.1:{self.standin.port}"

    def runner(self, plan: Plan, *, direct: bool = False) -> Omctl:
        self._folders += 1
        folder = self.folder / f"omctl-{self._folders}"
        (folder / "work").mkdir(parents=True)
        (folder / "home").mkdir()
        reached = self.standin if direct else replace(self.standin, port=self.proxy.rpartition(":")[2])
        variables = {
            **reached.environment(folder / "home", REHEARSAL_KEY),
            **environment(int(plan.settings.omctl_seconds)),
            "OMNISTRATE_RETRY_MAX": str(self.retries),
        }
        return _RealRunner(folder / "work", variables)

    def world(self) -> dict[str, str]:
        return read_omnistrate(self.standin.state())


@dataclass
class _RealRunner:
    folder: Path
    environment: Mapping[str, str]

    def with_compose(self, text: str) -> Omctl:
        (self.folder / PINNED_FILE).write_bytes(text.encode())
        return self

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        command = [program("omctl"), *arguments]
        done = await anyio.run_process(command, cwd=self.folder, env=self.environment, check=False)
        return Completed(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def standin_omnistrate(folder: Path, plan: Plan, seed: Mapping[str, Any]) -> Iterator[StandinOmnistrate]:
    """The stand-in API with what the plan needs, and what `seed` replaces of that."""
    begun = {**rehearsal_seed(plan), "in_progress_polls": 1, **seed}
    with running_standin(folder, begun) as standin:
        yield StandinOmnistrate(folder, standin, begun["instances"][0]["id"])


@dataclass
class FaultyOmctl:
    """Runs omctl, but for the runs that a fault meets."""

    inner: Omctl
    faults: Sequence[OmctlFault] = ()
    events: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    runs: list[tuple[str, ...]] = field(default_factory=list)
    met: bool = False
    """Whether a run has met a fault."""

    def with_compose(self, text: str) -> Omctl:
        self.inner = self.inner.with_compose(text)
        return self

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        self.runs.append(arguments)
        fault = next((one for one in self.faults if self._meets(one, arguments)), None)
        if fault is None:
            return await self.inner.run(arguments)
        self.met = True
        if fault.instead:
            return fault.instead
        answer = await self.inner.run(arguments) if fault.after or fault.edit else Completed(0, "", "")
        if fault.event:
            await anyio.to_thread.run_sync(self.events[fault.event])
        if fault.error:
            raise fault.error
        if fault.hang:
            await anyio.sleep_forever()
        if fault.edit:
            return fault.edit(answer)
        return answer if fault.after else await self.inner.run(arguments)

    def _meets(self, fault: OmctlFault, arguments: tuple[str, ...]) -> bool:
        words = tuple(fault.command.split())
        if not _is(arguments, words):
            return False
        count = sum(1 for one in self.runs if _is(one, words))
        return count >= fault.first and not (fault.times and count >= fault.first + fault.times)


def _is(arguments: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a run is of this command; `upgrade` alone is the one that schedules."""
    if words == ("upgrade",):
        return arguments[0] == "upgrade" and arguments[1] not in {"list", "status"}
    if words == ("upgrade", "status"):
        return arguments[:2] == words and arguments[2] != "detail"
    return arguments[: len(words)] == words


def fields_set(**values: object) -> Callable[[Completed], Completed]:
    """An edit that replaces fields in omctl's answer: of the object, or of each object in the list."""

    def edit(answer: Completed) -> Completed:
        found = json.loads(answer.stdout)
        rows = found if isinstance(found, list) else [found]
        for row in rows:
            row.update(values)
        return replace(answer, stdout=json.dumps(found))

    return edit

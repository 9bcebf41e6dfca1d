"""Omnistrate as the fault harness needs it: the stand-in API behind a proxy with the real omctl, or the tests' fake.

Both tell their state in the words of `faults.world`.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
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


def fields_set(**values: object) -> Callable[[Completed], Completed]:
    """An edit that replaces fields in omctl's answer: of the object, or of each object in the list."""

    def edit(answer: Completed) -> Completed:
        found = json.loads(answer.stdout)
        rows = found if isinstance(found, list) else [found]
        for row in rows:
            row.update(values)
        return replace(answer, stdout=json.dumps(found))

    return edit

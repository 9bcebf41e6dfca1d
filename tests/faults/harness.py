"""A release under faults: a stage on which it can be called again and again, and what became of each call.

The registry is a real one, behind a proxy; the registry client is Slipway's own. The builder pushes tiny real images.
Time passes only where the release waits, so that no test does.
"""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypedDict

import anyio
from docker_registry import PASSWORD, USER
from fakes import BRANCHES, COMPOSE, GIT_SHA, SETTINGS, Effects, FakeClock, FakeRecords, small_source
from faults.builder import PushingBuilder, push_image
from faults.omnistrate import FakeOmnistrate, Omnistrate, standin_omnistrate
from faults.proxy import Proxy
from faults.scene import Scene
from faults.world import World, changes, read_tags, tag
from reuse_fakes import FakeBases, FakeHashedTree

from ci.adapters.image_documents import OciImageDocuments
from ci.adapters.records import records_of
from ci.adapters.registry import OciRegistry
from ci.core.omctl.commands import build_arguments
from ci.core.release.plan import Plan, make_plan
from ci.core.release.record import records_repository
from ci.core.release.rehearsal import REHEARSAL_KEY
from ci.core.release.report import Report
from ci.pipelines.ports import Records
from ci.pipelines.release import release
from ci.pipelines.reuse_ports import ReusePorts
from ci.simulation.omctl_faults import FaultyOmctl

OTHER_SHA = "fedcba9876543210fedcba9876543210fedcba98"
SECRETS = (PASSWORD, REHEARSAL_KEY, "c29tZWJvZHk6c3RhbmQtaW4tb2YtYS10b2tlbg==")
"""Values that no report may hold; the last is `user:password` in base64."""
CLIENT_SECONDS = 0.5
"""How long the registry client waits for a byte."""
SIGN_IN_SECONDS = 0.2
"""How long it waits where the faults are those of the sign-in."""
DEADLINE = 10
"""How long it tries a request again and again, in the seconds that it waits for a byte."""
EVENT_SECONDS = 30.0
"""How long it waits without a fault, and where the fault is an event: however busy the machine is."""


class Waits(TypedDict):
    """How long a registry client waits."""

    seconds: float
    deadline: float
    sleep: Callable[[float], Awaitable[None]]


@dataclass
class Run:
    """How one call ended."""

    before: World
    after: World
    seconds: float
    report: Report | None = None
    cancelled: bool = False
    error: str = ""
    """The exception that ended it, or that its time was up."""
    unmet: bool = False
    """Whether the scene has faults of requests or of omctl that the call did not meet."""


class Stage:
    """A registry, an Omnistrate and a plan; `release` may be called again and again."""

    def __init__(self, name: str, registry: str, proxy: Proxy, omnistrate: Omnistrate, scene: Scene) -> None:
        self.registry, self.proxy, self.omnistrate, self.scene = registry, proxy, omnistrate, scene
        self.prefix = f"{proxy.address if scene.secure else 'registry.example'}/o/{name}"
        self.plan = plan_of(self.prefix, GIT_SHA, scene.settings)
        settings = replace(self.plan.settings, omctl_seconds=SETTINGS.omctl_seconds)
        self.calm_plan = replace(self.plan, settings=settings)
        """The plan without a deadline that is so short that a busy machine misses it."""
        self.others: dict[str, str] = {}
        """What others changed during the last call."""
        self.foreign: set[str] = set()
        """Digests of images that are of no release."""
        self.disturbed: list[str] = []
        """What went wrong for others during the last call."""
        self._in_memory = FakeRecords()
        self.killed = False
        self.api: Proxy | None = None
        self._cancel: Callable[[], None] = lambda: None
        self.events: Mapping[str, Callable[[], None]] = {
            "kill": self.kill,
            "foreign push": partial(self._other, lambda: self._push(self.plan, 0, "foreign")),
            "foreign version tag": partial(self._other, lambda: self._push(self.plan, 1, "foreign")),
            "another run pushes": partial(self._other, self._push_all),
            "another run": partial(self._other, lambda: self._release_of(GIT_SHA, "another machine")),
            "another commit's build": partial(self._other, self._build_of_another),
            "another commit": partial(self._other, lambda: self._release_of(OTHER_SHA, "another commit")),
        }
        proxy.events.update(self.events)

    def world(self) -> dict[str, str]:
        """The truth now."""
        paths = [one.sha_reference.path for one in self.plan.images]
        return {**read_tags(self.registry, paths), **self.omnistrate.world()}

    def release(self, *, faulty: bool, seconds: float) -> Run:
        """The call under test, with the scene's faults or without any."""
        scene = self.scene
        self.others, self.killed = {}, False
        self.disturbed.clear()
        patient = not faulty or any(one.event for one in scene.registry)
        patience = EVENT_SECONDS if patient else SIGN_IN_SECONDS if scene.secure else CLIENT_SECONDS
        self.proxy.script(scene.registry if faulty else ())
        if self.api:
            self.api.script(scene.api or () if faulty else ())
        # A proxy without a fault only costs time; a kill needs it, for it ends the machine's requests.
        through = self.proxy.address if faulty and (scene.registry or scene.kills) else self.registry
        pushes_to = self.registry if scene.secure else through
        builder = PushingBuilder(pushes_to, "this machine", scene.builder if faulty else (), self.events, patience)
        builder.settings = self.plan.settings
        omctl = FaultyOmctl(self.omnistrate.runner(self.plan), scene.omctl if faulty else (), self.events)
        waits = Waits(seconds=patience, deadline=patience * DEADLINE, sleep=FakeClock().sleep)
        client = OciRegistry(USER, PASSWORD, **waits) if scene.secure else OciRegistry(redirect=through, **waits)
        plan = self.plan if faulty else self.calm_plan
        before = self.world()
        run = Run(before, before, 0.0)

        async def bounded() -> None:
            loop = asyncio.get_running_loop()
            with anyio.move_on_after(seconds) as scope:
                self._cancel = partial(_cancel, loop, scope)
                records = self._records(plan, client)
                known = partial(release, history=BRANCHES, records=records, reuse_ports=self._reuse(plan, client))
                run.report = await known(plan, builder, client, omctl, FakeClock())
            run.unmet = self.proxy.unmet or bool(self.api and self.api.unmet) or bool(omctl.faults and not omctl.met)
            if run.report is None:
                run.cancelled, run.error = self.killed, "" if self.killed else f"no end after {seconds:g} s"
                self.proxy.cut()

        begun = time.monotonic()
        try:
            anyio.run(bounded)
        except Exception as error:  # noqa: BLE001 - any exception is a finding
            run.error = f"no report, but {type(error).__name__}: {str(error)[:200]}"
        builder.idle(CLIENT_SECONDS)
        run.seconds, run.after = time.monotonic() - begun, self.world()
        return run

    def _records(self, plan: Plan, client: OciRegistry) -> Records:
        """The records: in the registry where they matter, else in memory, which halves the requests of a row."""
        return records_of(plan.settings, client) if self.scene.secure or self.scene.before else self._in_memory

    def _reuse(self, plan: Plan, client: OciRegistry) -> ReusePorts | None:
        """What is needed to reuse images, where they are; what is kept of them is in the registry."""
        if not self.scene.reuse:
            return None
        documents = OciImageDocuments(client, records_repository(plan.settings.image_prefix))
        return ReusePorts(FakeHashedTree(Effects(), {"VERSION": "1"}), FakeBases(Effects()), documents)

    def kill(self) -> None:
        """End the release under test, as a machine that goes away does."""
        self.killed = True
        self._cancel()

    def _other(self, work: Callable[[], None]) -> None:
        """Let somebody else do something, and keep apart what that changes."""
        before = self.world()
        work()
        self.others |= {key: new for key, (_, new) in changes(before, self.world()).items()}

    def _push(self, plan: Plan, which: int, content: str) -> None:
        reference = plan.images[0].references[which]
        self.foreign.add(push_image(self.registry, reference.path, reference.tag, content))

    def _push_all(self) -> None:
        """Push what is not there yet, as another run of the commit does."""
        there = self.world()
        for one in self.plan.images:
            reference = one.sha_reference
            if tag(reference.path, reference.tag) not in there:
                push_image(self.registry, reference.path, reference.tag, f"{one.name} another machine {reference.tag}")

    def _build_of_another(self) -> None:
        plan = plan_of(self.prefix, OTHER_SHA, self.scene.settings)
        runner = self.omnistrate.runner(plan, direct=True).with_compose(plan.pinned.text)
        done = anyio.run(runner.run, build_arguments(plan.settings, plan.description))
        assert done.exit_code == 0, done

    def _release_of(self, git_sha: str, machine: str) -> None:
        plan = plan_of(self.prefix, git_sha, self.scene.settings)
        builder = PushingBuilder(self.registry, machine)
        client = OciRegistry(redirect=self.registry)
        omctl, records = self.omnistrate.runner(plan, direct=True), self._records(plan, client)
        known = partial(release, history=BRANCHES, records=records, reuse_ports=self._reuse(plan, client))
        report = anyio.run(known, plan, builder, client, omctl, FakeClock())
        self.disturbed += [f"{problem.what}: {problem.value}" for problem in report.problems]


def _cancel(loop: asyncio.AbstractEventLoop, scope: anyio.CancelScope) -> None:
    loop.call_soon_threadsafe(scope.cancel)


def plan_of(prefix: str, git_sha: str, settings: Mapping[str, object]) -> Plan:
    """The small product's plan, with its images below `prefix`."""
    compose = COMPOSE.replace("registry.example/o/shop", prefix)
    own = replace(SETTINGS, image_prefix=prefix, poll_seconds=600, **settings)  # type: ignore[arg-type]
    return make_plan(small_source(compose=compose), own, git_sha)


@contextmanager
def stage(folder: Path, name: str, registry: str, scene: Scene, certificate: Path) -> Iterator[Stage]:
    """A stage for one row of the table; `name` sets its repositories apart from all others' in the registry."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(registry, certificate=certificate if scene.secure else None).running())
        plan = plan_of(f"registry.example/o/{name}", GIT_SHA, scene.settings)
        omnistrate: Omnistrate = FakeOmnistrate()
        if scene.api is not None:
            real = stack.enter_context(standin_omnistrate(folder, plan, scene.seed))
            api = stack.enter_context(Proxy(real.upstream).running())
            real.proxy, real.retries, omnistrate = api.address, scene.retries, real
            made = Stage(name, registry, proxy, omnistrate, scene)
            api.events.update(made.events)
            made.api = api
        else:
            made = Stage(name, registry, proxy, omnistrate, scene)
        yield made

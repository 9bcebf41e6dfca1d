"""Releases that run at once. Each call of a port is one step, and the steps follow each other in a given order."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import anyio
from fake_omctl import FakeOmctl
from fakes import SETTINGS, Effects, FakeBuilder, FakeClock, FakeRecords, FakeRegistry, digest_of
from properties.shared import Commit, Shared, plan_of
from properties.turns import Kill, Slice, Turns
from reuse_fakes import FakeBases, FakeHashedTree

from ci.core.omctl.model import Completed
from ci.core.release.history import History
from ci.core.release.plan import ImagePlan, labels
from ci.core.release.report import Report
from ci.pipelines.ports import Omctl
from ci.pipelines.release import release
from ci.pipelines.reuse_ports import ReusePorts


@dataclass
class Attempt:
    """One call of `release`, and what became of it."""

    run: int
    commit: Commit
    report: Report | None = None
    """None if it was killed, or ended by an exception."""
    error: str = ""
    killed: bool = False
    calls: list[tuple[int, str]] = field(default_factory=list)
    """Each call of a port, and how many changes of the world there were before it."""
    end: int = 0
    """How many changes there were when it ended."""


async def _is_ancestor(old: str, new: str) -> bool:
    return old < new


async def _nothing(_: str) -> None:
    """What a fake does before a call that waits for no turn."""


@dataclass
class _TurnEffects(Effects):
    """Notes each call of a port when it has its turn."""

    take: Callable[[str], Awaitable[None]] = _nothing

    async def note(self, what: str) -> None:
        await self.take(what)
        self.done.append(what)


@dataclass
class _Builder(FakeBuilder):
    """Builds images that differ from one machine to the next, as two builds of one commit may."""

    machine: str = ""

    async def _built(self, image: ImagePlan) -> str:
        await self.effects.note(f"build {image.name}")
        git_sha, version = image.sha_reference.tag.removeprefix("sha-"), image.version_reference.tag
        digest = digest_of(f"{image.name} {git_sha} {self.machine}")
        self.registry.labels_of[digest] = labels(SETTINGS, git_sha, version)
        return digest


@dataclass
class _Records(FakeRecords):
    """The shared records."""

    effects: Effects = field(default_factory=Effects)

    async def _called(self) -> None:
        await self.effects.note("records")


@dataclass
class _Omctl:
    """The fake omctl with the shared Omnistrate."""

    effects: Effects
    shared: Shared
    compose: str = ""

    def with_compose(self, text: str) -> Omctl:
        return replace(self, compose=text)

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        await self.effects.note(f"omctl {' '.join(arguments[:3])}")
        omctl = FakeOmctl(_nothing, self.shared.state, compose=self.compose)
        done = await omctl.run(arguments)
        self.shared.state = omctl.state
        return done


def _reuse(shared: Shared, commit: Commit, effects: Effects) -> ReusePorts | None:
    """What a run needs to reuse images, where they are reused; its tree is that of its commit."""
    if shared.documents is None:
        return None
    documents = replace(shared.documents, effects=effects)
    tree = FakeHashedTree(effects, {"VERSION": commit.version})
    return ReusePorts(tree, FakeBases(effects), documents)


def play(
    shared: Shared,
    commits: Sequence[Commit],
    order: Sequence[Slice] = (),
    kills: Mapping[int, Kill] | None = None,
    first: int = 0,
) -> list[Attempt]:
    """Release all commits at once, as the order says and then one by one; `first` is the number of the first."""
    attempts = [Attempt(first + at, commit) for at, commit in enumerate(commits)]
    turns = Turns(order, kills or {}, shared.after)

    async def call(attempt: Attempt) -> None:
        plan = plan_of(attempt.commit)

        async def take(what: str) -> None:
            await turns.take(attempt.run)
            attempt.calls.append((len(shared.changes), what))

        effects = _TurnEffects(take=take)
        registry = FakeRegistry(effects, shared.tags, shared.labels_of)
        builder = _Builder(effects, registry, machine=f"machine {attempt.run}")
        try:
            ports = (builder, registry, _Omctl(effects, shared), FakeClock())
            records = _Records(shared.records, shared.marked, effects=effects)
            reuse = _reuse(shared, attempt.commit, effects)
            report = await release(
                *(plan, *ports), history=History(is_ancestor=_is_ancestor), records=records, reuse_ports=reuse
            )
        except Exception as error:  # noqa: BLE001 - a finding, unless the machine is gone
            attempt.error = f"{type(error).__name__}: {error}"
        else:
            attempt.report = report
        finally:
            attempt.killed, attempt.end = turns.killed(attempt.run), len(shared.changes)

    async def everyone() -> None:
        await turns.play({one.run: partial(call, one) for one in attempts})

    anyio.run(everyone)
    return attempts

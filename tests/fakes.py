"""Fakes of the ports in `ci.pipelines.ports`, and a small product to release with them.

All fakes of a run record what they do in one `Effects`, in order, so that a test can check the order. A fault is set
for a record, `effects.faults["build web"] = an_error`, and so is a hook that is called at that moment.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
from fake_omctl import FakeOmctl, omnistrate

from ci.concurrency import run_all
from ci.core.images.spans import ImageSpan
from ci.core.omctl.model import Completed
from ci.core.product.source import Source
from ci.core.references import Reference
from ci.core.release.history import NO_HISTORY, History
from ci.core.release.plan import ImagePlan, Plan, labels, make_plan, select
from ci.core.release.record import Record, read_record, record_text
from ci.core.release.report import Report, UpgradeResult
from ci.core.settings.product import Settings
from ci.errors import Problem, PublishError, SlipwayError
from ci.pipelines.ports import Builds, RecordState, Registry
from ci.pipelines.release import publish, release
from ci.pipelines.reuse_ports import ReusePorts
from ci.pipelines.upgrade import upgrade

GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
SHA_TAG = f"sha-{GIT_SHA}"
PREFIX = "registry.example/o/shop-dockerfile"
NAMES = ("web", "worker", "mail")
COMPOSE = """\
x-omnistrate-service-plan:
  name: Shop Plan
services:
  web:
    build: {context: ., dockerfile: Dockerfile.web}
    environment:
      PASSWORD: "{{ $secrets.dbPassword }}"
    x-omnistrate-capabilities:
      sidecars:
        scaler:
          imageNameWithTag: registry.example/o/shop-dockerfile.web:latest
  jobs:  # another name than its Dockerfile's
    build: {context: ., dockerfile: Dockerfile.worker}
    environment:
      PASSWORD: "{{ $secrets.dbPassword }}"
      QUEUE: "{{ $secrets.queuePassword }}"
  mail:
    build: {context: ., dockerfile: Dockerfile.mail}
  db:
    image: postgres:16
"""
TEXTS = {
    "docker-compose.yaml": COMPOSE,
    "VERSION": "1.2.0\n",
    "CHANGELOG.md": "# Changelog\n\n## [1.2.0] - 2026-01-02\n\n- Things\n",
    **{f"Dockerfile.{name}": "FROM scratch\nCOPY VERSION /\n" for name in NAMES},
}
SETTINGS = Settings(
    image_prefix="registry.example/o/shop",
    product_name="Shop",
    sidecars={"scaler": "web"},
    source_url="https://code.example/o/shop",
)


def small_source(**texts: str) -> Source:
    """The source of the small product; `compose`, `version` and `changelog` replace the file of that name."""
    named = {"compose": "docker-compose.yaml", "version": "VERSION", "changelog": "CHANGELOG.md"}
    changed = TEXTS | {named[name]: text for name, text in texts.items()}
    return Source(frozenset(changed), changed)


def small_plan(settings: Settings = SETTINGS, **texts: str) -> Plan:
    return make_plan(small_source(**texts), settings, GIT_SHA)


def repository(name: str) -> str:
    return f"{PREFIX}.{name}"


def sha_ref(name: str) -> str:
    return f"{PREFIX}.{name}:{SHA_TAG}"


def version_ref(name: str) -> str:
    return f"{PREFIX}.{name}:1.2.0"


def digest_of(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


async def _no_order(_old: str, _new: str) -> bool:
    return False


BRANCHES = History(is_ancestor=_no_order)
"""A repository in which no commit comes before another: each is on a branch of its own."""


@dataclass
class Effects:
    """The records of what was done, in order; the errors and the hooks of records to come."""

    done: list[str] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)
    hooks: dict[str, Callable[[], None]] = field(default_factory=dict)

    async def note(self, what: str) -> None:
        """Record something, call its hook, and raise its error."""
        await anyio.lowlevel.checkpoint()
        self.done.append(what)
        if what in self.hooks:
            self.hooks[what]()
        if what in self.faults:
            raise self.faults[what]

    def of(self, *verbs: str) -> list[str]:
        """The records whose first word is one of `verbs`."""
        return [one for one in self.done if one.split()[0] in verbs]


@dataclass
class FakeRegistry:
    """A registry: reference -> digest, and digest -> labels."""

    effects: Effects
    tags: dict[str, str] = field(default_factory=dict)
    labels_of: dict[str, dict[str, str]] = field(default_factory=dict)
    overtaken: str = ""
    """What another run sets every tag to at the same time."""

    async def digest(self, reference: Reference) -> str | None:
        await self.effects.note(f"digest {reference}")
        return self.tags.get(str(reference))

    async def set_tag(self, repository: str, digest: str, tag: str) -> str:
        await self.effects.note(f"tag {repository}:{tag}")
        self.tags[f"{repository}:{tag}"] = self.overtaken or digest
        return self.overtaken or digest

    async def set_free_tag(self, repository: str, digest: str, tag: str) -> str:
        reference = f"{repository}:{tag}"
        await self.effects.note(f"look up {reference}")
        if reference not in self.tags:  # another run may set it between this look-up and the next line
            await self.effects.note(f"tag {reference}")
            self.tags[reference] = digest
        await self.effects.note(f"look up {reference}")
        return self.tags[reference]

    async def labels(self, repository: str, digest: str) -> Mapping[str, str]:
        await self.effects.note(f"labels {repository}@{digest}")
        return self.labels_of.get(digest, {})

    async def list_tags(self, repository: str) -> tuple[str, ...]:
        await self.effects.note(f"tags {repository}")
        return tuple(tag for name, _, tag in (one.rpartition(":") for one in self.tags) if name == repository)

    async def check_push(self, repository: str) -> None:
        await self.effects.note(f"check_push {repository}")


@dataclass
class FakeBuilder:
    """Builds images whose digest is the hash of their name, and pushes them to the fake registry."""

    effects: Effects
    registry: FakeRegistry
    warnings: tuple[Problem, ...] = ()
    cache_warnings: tuple[Problem, ...] = ()
    cache_fault: Exception | None = None
    spans: dict[str, tuple[ImageSpan, ...]] = field(default_factory=dict)

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        return Builds(await run_all(images, self._built, at_once=len(images)), self.warnings)

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        return Builds(await run_all(images, self._published, at_once=len(images)), self.warnings, self.spans)

    async def save_cache(self) -> tuple[Problem, ...]:
        if self.cache_fault:
            raise self.cache_fault
        return self.cache_warnings

    async def _published(self, image: ImagePlan) -> str:
        digest = await self._built(image)
        await self.effects.note(f"push {image.image.repository}")
        return digest

    async def _built(self, image: ImagePlan) -> str:
        await self.effects.note(f"build {image.name}")
        digest = digest_of(image.name)
        self.registry.labels_of[digest] = labels(
            SETTINGS, image.sha_reference.tag.removeprefix("sha-"), image.version_reference.tag
        )
        return digest


@dataclass
class FakeRecords:
    """The records that were written, in order; `fault` is raised instead."""

    written: list[Record] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    """The digests that were marked as those of the last release, in order."""
    fault: Exception | None = None

    async def newest(self, git_sha: str) -> RecordState | None:
        await self._called()
        of_commit = [one for one in self.written if one.git_sha == git_sha]
        return RecordState(digest_of(str(len(of_commit))), of_commit[-1]) if of_commit else None

    async def write(self, record: Record) -> str:
        await self._called()
        self.written.append(read_record(record_text(record), record.git_sha))
        return digest_of(str(len(self.written)))

    async def released(self) -> RecordState | None:
        await self._called()
        found = [one for at, one in enumerate(self.written, 1) if self.marked and digest_of(str(at)) == self.marked[-1]]
        return RecordState(self.marked[-1], found[0]) if found else None

    async def mark_released(self, digest: str) -> None:
        await self._called()
        self.marked.append(digest)

    async def _called(self) -> None:
        await anyio.lowlevel.checkpoint()
        if self.fault:
            raise self.fault


class Stage:
    """All ports with one `Effects`; releases, publications and upgrades of it share its registry and its Omnistrate.

    `responses` has canned outputs of omctl (see `FakeOmctl`), `state` the arguments of `fake_omctl.omnistrate`.
    """

    def __init__(
        self, *, responses: Mapping[str, list[Completed]] | None = None, **state: Any
    ) -> None:  # Any: see above
        self.effects = Effects()
        self.registry = FakeRegistry(self.effects)
        self.builder = FakeBuilder(self.effects, self.registry)
        self.omctl = FakeOmctl(self.effects.note, omnistrate(**state), responses or {})
        self.clock = FakeClock()
        self.records = FakeRecords()

    def with_sha_tags(self, *names: str) -> "Stage":
        """This stage, with images that were published before."""
        self.registry.tags |= {sha_ref(name): digest_of(name) for name in names}
        return self

    def release(
        self,
        plan: Plan | None = None,
        *,
        skip_build: bool = False,
        registry: Registry | None = None,
        history: History = NO_HISTORY,
        reuse: ReusePorts | None = None,
    ) -> Report:
        plan = plan or small_plan()
        ports = (self.builder, registry or self.registry, self.omctl, self.clock)
        known = partial(release, plan, *ports, history=history, records=self.records)
        return anyio.run(partial(known, skip_build=skip_build, reuse_ports=reuse))

    def publish(self, only: str = "", plan: Plan | None = None, history: History = NO_HISTORY) -> Report:
        plan = plan or small_plan()
        ports = (self.builder, self.registry, self.clock)
        return anyio.run(
            partial(publish, plan, select(plan.images, only), *ports, history=history, records=self.records)
        )

    def upgrade(self, instance: str, version: str, settings: Settings = SETTINGS) -> UpgradeResult:
        return anyio.run(partial(upgrade, instance, version, self.omctl, self.clock, settings))


def problem(what: str, **more: Any) -> Problem:  # Any: fields of a problem
    """A problem of a fault that a repeated call may not meet."""
    return Problem(**{"what": what, "expected": "no fault", "hint": "run the same call again", **more})


def broken(text: str, error: type[SlipwayError] = PublishError) -> SlipwayError:
    """An error with one problem."""
    return error(problem(text))


def json_response(printed: object) -> Completed:
    """A run of omctl that succeeded and printed JSON."""
    return Completed(0, json.dumps(printed), "")


@dataclass
class FakeClock:
    """A clock whose time passes only while somebody waits; `waits` has the seconds of each wait."""

    time: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)

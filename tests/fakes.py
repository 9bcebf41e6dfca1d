"""Hand-written fakes of the protocols in `ci.ports`, and a small product to release with them.

All fakes of a run write what they do into one `Effects`, in order, so that a test can tell what came before what. A
fault is set by the same words: `effects.faults["build web"] = an_error`; so is something that happens at that moment.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel

from ci.core.omctl import Completed
from ci.core.plan import ImagePlan, Plan, make_plan, select
from ci.core.product import Source
from ci.core.references import Reference
from ci.core.report import Report, UpgradeResult
from ci.core.settings import Settings
from ci.errors import Problem, PublishError, SlipwayError
from ci.ports import Registry
from ci.release import publish, release, upgrade

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
    """The small product's source; `texts` replaces files, by name with `_` for what no keyword can hold."""
    named = {"compose": "docker-compose.yaml", "version": "VERSION", "changelog": "CHANGELOG.md"}
    changed = TEXTS | {named[name]: text for name, text in texts.items()}
    return Source(frozenset(changed), changed)


def small_plan(settings: Settings = SETTINGS, **texts: str) -> Plan:
    return make_plan(small_source(**texts), settings, GIT_SHA)


def sha_ref(name: str) -> str:
    return f"{PREFIX}.{name}:{SHA_TAG}"


def version_ref(name: str) -> str:
    return f"{PREFIX}.{name}:1.2.0"


def digest_of(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Effects:
    """What was done, in order; what is to fail; what else is to happen at that moment."""

    done: list[str] = field(default_factory=list)
    faults: dict[str, SlipwayError] = field(default_factory=dict)
    hooks: dict[str, Callable[[], None]] = field(default_factory=dict)

    async def note(self, what: str) -> None:
        await anyio.lowlevel.checkpoint()
        self.done.append(what)
        if what in self.hooks:
            self.hooks[what]()
        if what in self.faults:
            raise self.faults[what]

    def of(self, *verbs: str) -> list[str]:
        return [one for one in self.done if one.split()[0] in verbs]


@dataclass
class FakeRegistry:
    """Tags with their digests."""

    effects: Effects
    tags: dict[str, str] = field(default_factory=dict)

    async def digest(self, reference: Reference) -> str | None:
        await self.effects.note(f"digest {reference}")
        return self.tags.get(str(reference))

    async def tag(self, reference: Reference, tag: str) -> str:
        await self.effects.note(f"tag {reference.repository}:{tag}")
        digest = self.tags[str(reference)]
        self.tags[f"{reference.repository}:{tag}"] = digest
        return digest

    async def check_push(self, repository: str) -> None:
        await self.effects.note(f"check_push {repository}")


@dataclass
class FakeBuilder:
    """Builds an image whose digest is that of its name, and pushes it into the fake registry."""

    effects: Effects
    registry: FakeRegistry

    async def build(self, image: ImagePlan) -> str:
        await self.effects.note(f"build {image.name}")
        return digest_of(image.name)

    async def push(self, built: str, reference: Reference) -> str:
        await self.effects.note(f"push {reference}")
        self.registry.tags[str(reference)] = built
        return built


@dataclass
class FakeOmctl:
    """A small Omnistrate: secrets, instances with their versions, one plan whose next version is `next_version`.

    `answers` replaces what a command answers, by its first words ("build", "upgrade status"): one answer a call, and
    the last one for all that come after.
    """

    effects: Effects
    secrets: tuple[str, ...] = ("dbPassword", "queuePassword")
    instances: dict[str, str] = field(default_factory=lambda: {"instance-dev": "1.0"})
    next_version: str = "2.0"
    looks: int = 2
    answers: Mapping[str, list[Completed]] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    target: str = ""

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        two = len(arguments) > 1 and not arguments[1].startswith("-") and not arguments[1].startswith("instance-")
        words = " ".join(arguments[: 2 if two else 1])
        self.asked.append(arguments)
        await self.effects.note(f"omctl {words}")
        if answers := self.answers.get(words):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return getattr(self, f"_{words.replace(' ', '_').replace('-', '_')}")(arguments)  # type: ignore[no-any-return]

    def _secret_list(self, _: tuple[str, ...]) -> Completed:
        return said({"secrets": [{"name": name} for name in self.secrets]})

    def _instance_list(self, arguments: tuple[str, ...]) -> Completed:
        wanted = arguments[arguments.index("--filter") + 1].removeprefix("instance_id:")
        rows = [
            {"instance_id": name, "environment": "Dev", "version": version, "status": "RUNNING"}
            for name, version in self.instances.items()
            if wanted in (name, "service:Shop,environment:Dev")
        ]
        return said(rows)

    def _build(self, _: tuple[str, ...]) -> Completed:
        return said({"service_id": "s-1", "plan_id": "pt-1", "plan_name": "Shop Plan", "version": self.next_version})

    def _service_plan_describe_version(self, _: tuple[str, ...]) -> Completed:
        return said({"version": self.next_version, "version_set_status": "Preferred"})

    def _upgrade(self, arguments: tuple[str, ...]) -> Completed:
        instance, self.target = arguments[1], arguments[3]
        if self.instances[instance] == self.target:
            return Completed(1, "", f"Error: source version {self.target} is the same as target version for {instance}")
        return said([{"upgrade_id": "upgrade-1", "target_version": self.target, "instance_ids": instance}])

    def _upgrade_status(self, _: tuple[str, ...]) -> Completed:
        self.looks -= 1
        if self.looks > 0:
            return said([{"upgrade_id": "upgrade-1", "status": "IN_PROGRESS", "failed": 0}])
        self.instances = dict.fromkeys(self.instances, self.target)
        return said([{"upgrade_id": "upgrade-1", "status": "COMPLETE", "failed": 0}])


class Stage:
    """Everything that a release needs, with one `Effects` for all; `release` may be called again and again."""

    def __init__(self, **omnistrate: Any) -> None:  # Any: fields of FakeOmctl
        self.effects = Effects()
        self.registry = FakeRegistry(self.effects)
        self.builder = FakeBuilder(self.effects, self.registry)
        self.omctl = FakeOmctl(self.effects, **omnistrate)
        self.clock = FakeClock()

    def with_sha_tags(self, *names: str) -> "Stage":
        self.registry.tags |= {sha_ref(name): digest_of(name) for name in names}
        return self

    def release(
        self, plan: Plan | None = None, *, skip_build: bool = False, registry: Registry | None = None
    ) -> Report:
        parts = (self.builder, registry or self.registry, self.omctl, self.clock)
        return anyio.run(partial(release, plan or small_plan(), *parts, skip_build=skip_build))

    def publish(self, only: str = "", plan: Plan | None = None) -> Report:
        plan = plan or small_plan()
        parts = (self.builder, self.registry, self.clock)
        return anyio.run(partial(publish, plan, select(plan.images, only), *parts))

    def upgrade(self, instance: str, version: str, settings: Settings = SETTINGS) -> UpgradeResult:
        return anyio.run(partial(upgrade, instance, version, self.omctl, self.clock, settings))


def broken(text: str, error: type[SlipwayError] = PublishError) -> SlipwayError:
    return error(Problem(what=text))


def said(answer: object) -> Completed:
    """What omctl answers when it goes well: JSON on stdout, nothing on stderr."""
    return Completed(0, json.dumps(answer), "")


@dataclass
class FakeClock:
    """Time that passes only where somebody waits."""

    time: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)

"""Hand-written fakes of the protocols in `ci.pipelines.ports`, and a small product to release with them.

All fakes of a run write what they do into one `Effects`, in order, so that a test can tell what came before what. A
fault is set by the same words: `effects.faults["build web"] = an_error`; so is something that happens at that moment.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel

from ci.core.omctl.model import Completed
from ci.core.product.product import Source
from ci.core.references import Reference
from ci.core.release.plan import ImagePlan, Plan, make_plan, select
from ci.core.release.report import Report, UpgradeResult
from ci.core.settings.product import Settings
from ci.errors import Problem, PublishError, SlipwayError
from ci.pipelines.ports import Registry
from ci.pipelines.release import publish, release
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
class FakeUpgrade:
    """An upgrade that Omnistrate knows; with no instances left, it was refused."""

    upgrade_id: str
    version: str
    instances: tuple[str, ...] = ("instance-dev",)
    status: str = "IN_PROGRESS"


COMMANDS = (
    *("secret list", "instance list", "instance describe", "build", "service-plan describe-version"),
    *("upgrade list", "upgrade status detail", "upgrade status", "upgrade"),
)


@dataclass
class FakeOmctl:
    """A small Omnistrate: secrets, instances with their versions, one plan whose next version is `next_version`.

    `answers` replaces what a command answers, by its words in COMMANDS: one answer a call, and the last one for all
    that come after. `looks` is how many looks an upgrade takes; `page` how many a list of them has on a page.
    """

    effects: Effects
    secrets: tuple[str, ...] = ("dbPassword", "queuePassword")
    instances: dict[str, str] = field(default_factory=lambda: {"instance-dev": "1.0"})
    next_version: str = "2.0"
    looks: int = 2
    page: int = 2
    upgrades: list[FakeUpgrade] = field(default_factory=list)
    answers: Mapping[str, list[Completed]] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        words = next(words for words in COMMANDS if " ".join(arguments).startswith(f"{words} "))
        self.asked.append(arguments)
        await self.effects.note(f"omctl {words}")
        if answers := self.answers.get(words):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return getattr(self, f"_{words.replace(' ', '_').replace('-', '_')}")(arguments)  # type: ignore[no-any-return]

    def _secret_list(self, _: tuple[str, ...]) -> Completed:
        return json_response({"secrets": [{"name": name} for name in self.secrets]})

    def _instance_list(self, _: tuple[str, ...]) -> Completed:
        rows = [
            {"instance_id": name, "environment": "Dev", "version": version, "status": "RUNNING"}
            for name, version in self.instances.items()
        ]
        return json_response(rows)

    def _instance_describe(self, arguments: tuple[str, ...]) -> Completed:
        name = arguments[2]
        ids = {"serviceId": "s-1", "productTierId": "pt-1"}
        return json_response({"instanceId": name, **ids, "tierVersion": self.instances[name], "status": "RUNNING"})

    def _build(self, _: tuple[str, ...]) -> Completed:
        return json_response(
            {"service_id": "s-1", "plan_id": "pt-1", "plan_name": "Shop Plan", "version": self.next_version}
        )

    def _service_plan_describe_version(self, _: tuple[str, ...]) -> Completed:
        return json_response({"version": self.next_version, "version_set_status": "Preferred"})

    def _upgrade_list(self, arguments: tuple[str, ...]) -> Completed:
        start = int(arguments[arguments.index("--next-page-token") + 1]) if "--next-page-token" in arguments else 0
        end = start + self.page
        rows = [
            {"upgradePathId": one.upgrade_id, "targetVersion": one.version, "status": one.status}
            for one in self.upgrades[start:end]
        ]
        more = {"nextPageToken": str(end)} if end < len(self.upgrades) else {}
        return json_response([{"upgradePaths": rows, **more}])

    def _upgrade_status_detail(self, arguments: tuple[str, ...]) -> Completed:
        found = self._known(arguments[3])
        rows = [{"instance_id": name, "upgrade_status": found.status} for name in found.instances]
        return json_response(rows) if rows else Completed(0, "", "")

    def _upgrade(self, arguments: tuple[str, ...]) -> Completed:
        instance, version = arguments[1], arguments[3]
        if self.instances[instance] == version:
            return Completed(1, "", f"Error: source version {version} is the same as target version for {instance}")
        busy = any(instance in one.instances and one.status == "IN_PROGRESS" for one in self.upgrades)
        new = FakeUpgrade(f"upgrade-{len(self.upgrades) + 1}", version, (instance,))
        self.upgrades.append(replace(new, instances=(), status="FAILED") if busy else new)
        return json_response([{"upgrade_id": new.upgrade_id, "target_version": version, "instance_ids": instance}])

    def _upgrade_status(self, arguments: tuple[str, ...]) -> Completed:
        found = self._known(arguments[2])
        self.looks -= 1
        if found.status == "IN_PROGRESS" and self.looks <= 0:
            found.status = "COMPLETE"
            self.instances |= dict.fromkeys(found.instances, found.version)
        return json_response([{"upgrade_id": found.upgrade_id, "status": found.status, "failed": 0}])

    def _known(self, upgrade_id: str) -> FakeUpgrade:
        return next(one for one in self.upgrades if one.upgrade_id == upgrade_id)


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


def json_response(answer: object) -> Completed:
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

"""From the arguments of a call to the inputs of a pipeline.

It needs no engine: the source and the secrets come through ports. What is wrong with the settings, the source and the
credentials is reported together, before any effect.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from ci.core.diff import unified
from ci.core.event.decide import Decision, decide_text
from ci.core.omctl.files import PINNED_FILE
from ci.core.pin.pin import Pinned
from ci.core.product.source import Source, embedded_texts, first_texts, named_texts, parsed_compose, pinned_path
from ci.core.references import is_git_sha, sha_tag
from ci.core.release.commit_tree import tree_problems
from ci.core.release.pinned import WITHOUT_DIGESTS, pinned_compose
from ci.core.release.plan import NO_COMMIT, ImagePlan, Plan, make_plan, plan_images, select
from ci.core.release.upgrade_target import UpgradeTarget, upgrade_target
from ci.core.settings.compose_file import COMPOSE_FILES, with_found_file
from ci.core.settings.product import Settings
from ci.core.settings.read import FILE, parse_settings, resolve_settings
from ci.core.smoke.plan import SmokePlan, secrets_to_generate, smoke_plan
from ci.errors import Findings, Problem
from ci.pipelines.credentials import Credential
from ci.pipelines.ports import Repository, SourceTree

R = TypeVar("R")

OVERRIDES = (
    *("image_prefix", "product_name", "environment", "environment_type", "instance", "omctl_image", "registry_image"),
    *("python_image", "builder", "buildkit_image", "platform", "parallel_builds", "compose_file"),
)
"""The settings that an argument of the same name overrides; an argument that is empty or 0 does not."""


class SmokeScope(StrEnum):
    """Which services a smoke starts."""

    ALL = "all"
    """Every service of the compose file"""
    CORE = "core"
    """The services of the setting `core`, and all that they depend on"""


class RehearsedSmoke(StrEnum):
    """Which services a rehearsal starts after the release."""

    NONE = "none"
    """No service: the rehearsal ends with the release"""
    ALL = "all"
    """Every service of the compose file"""
    CORE = "core"
    """The services of the setting `core`, and all that they depend on"""


@dataclass(frozen=True)
class PinnedSource:
    """The compose file before and after the pin, and the settings of the product."""

    settings: Settings
    source_text: str
    pinned: Pinned

    def log(self, *, diff: bool) -> str:
        """What was pinned or filled in, a line for each, and notes; with `diff` also what differs from the source."""
        lines = [unified(self.source_text, self.pinned.text, "source", PINNED_FILE)] if diff else []
        lines += map(str, (*self.pinned.changes, *self.pinned.replaced))
        return "\n".join([*lines, WITHOUT_DIGESTS] if self.settings.pin_digests else lines)


@dataclass(frozen=True)
class Session:
    """A call: the source tree that it is about, and the settings that its arguments override.

    `registry` is the argument of that name: the registry that is given the token.
    """

    tree: SourceTree
    overrides: Mapping[str, Any]  # Any: of any setting's type
    registry: str = ""

    async def plan(self, git_sha: str = NO_COMMIT) -> Plan:
        """The release plan of a commit.

        Raises:
            ConfigurationError: the arguments, the settings or the source are wrong; the error has all problems.
        """
        return await self._read(lambda source, settings: make_plan(source, settings, git_sha))

    async def released(self, git_sha: str, repository: Repository) -> Plan:
        """The release plan of the commit that the source is.

        Raises:
            ConfigurationError: as `plan`, or the source is not that commit; the error has all problems.
        """
        findings = Findings()
        if is_git_sha(git_sha):  # first: another tree has other problems
            findings.problems += tree_problems(await repository.state(), git_sha)
        return findings.require(await findings.collect_async(self.plan(git_sha)))

    async def decision(self, event: str, git_sha: str) -> Decision:
        """Whether the event of a CI is released, and how; without one (`""`), it is.

        Raises:
            ConfigurationError: the event or the settings are wrong, or the event is of another commit.
        """
        settings, problems = await self._settings() if event else (Settings(), [])
        found = Findings(problems)
        return found.require(found.collect(lambda: decide_text(event, settings.events, git_sha)))

    async def with_credentials(self, reading: Awaitable[R], *credentials: Credential) -> tuple[R, list[str]]:
        """The result of `reading` and the value of each credential, which goes to nobody whom the source chose.

        Raises:
            ConfigurationError: as `reading`, or a credential is missing or not to be given; with all problems.
        """
        findings = Findings()
        result = await findings.collect_async(reading)
        settings, _ = await self._settings()  # their problems are those of `reading`
        for one in credentials:
            findings.problems += one.recipient_problems(settings, self.overrides, self.registry)
        values = [await findings.collect_async(one.value()) for one in credentials]
        return findings.require(result), [findings.require(value) for value in values]

    async def settings(self, git_sha: str) -> Settings:
        """The settings, for a call that needs nothing else of the source.

        Raises:
            ConfigurationError: they or the git sha are wrong; the error has all problems.
        """
        settings, problems = await self._settings()
        findings = Findings(problems)
        findings.require(findings.collect(lambda: sha_tag(git_sha)))
        return settings

    async def images(self, only: str = "") -> tuple[Settings, tuple[ImagePlan, ...]]:
        """The settings and the images that `only` selects, for a build without a push.

        Raises:
            ConfigurationError: the settings or the source are wrong, or there is no such image.
        """

        def reading(source: Source, settings: Settings) -> tuple[Settings, tuple[ImagePlan, ...]]:
            return settings, select(plan_images(source, settings, NO_COMMIT), only)

        return await self._read(reading)

    async def pinned(self, git_sha: str) -> PinnedSource:
        """The pinned compose file of a commit.

        Raises:
            ConfigurationError: the settings are wrong, or the compose file can't be pinned exactly.
        """

        def reading(source: Source, settings: Settings) -> PinnedSource:
            pinned = pinned_compose(source, settings, git_sha)
            return PinnedSource(settings, source.texts[settings.compose_file], pinned)

        return await self._read(reading, full=False)

    async def upgrade(self, instance: str, version: str) -> tuple[Settings, UpgradeTarget]:
        """The settings and the target of an upgrade by hand.

        Raises:
            ConfigurationError: an argument or the settings are wrong; the error has all problems.
        """
        settings, problems = await self._settings()
        findings = Findings(problems)
        target = findings.collect(lambda: upgrade_target(instance, version))
        return settings, findings.require(target)

    async def _read(self, reading: Callable[[Source, Settings], R], *, full: bool = True) -> R:
        """The result of `reading` the source, or without `full` only what the pin needs of it."""
        settings, problems = await self._settings()
        existing = await self.tree.existing(COMPOSE_FILES)
        if not self.overrides.get("compose_file") and not existing <= {settings.compose_file}:
            settings, _ = with_found_file(settings, (await self.tree.texts([FILE])).get(FILE, ""), existing)
        source = await read_source(self.tree, settings, full=full)
        findings = Findings(problems)
        return findings.require(findings.collect(lambda: reading(source, settings)))

    async def _settings(self) -> tuple[Settings, list[Problem]]:
        text = (await self.tree.texts([FILE])).get(FILE, "")
        return resolve_settings(lambda: parse_settings(text) or Settings(), self.overrides)


async def read_source(tree: SourceTree, settings: Settings, *, full: bool = True) -> Source:
    """The source as values: all its paths and the texts that matter; without `full` only those that the pin needs."""
    files = await tree.files() if full else None
    asked = first_texts(settings, full=full)
    texts = await tree.texts(asked if files is None else asked & files)
    while new := embedded_texts(texts, settings) - asked:
        texts |= await tree.texts(new if files is None else new & files)
        asked |= new
    compose = parsed_compose(texts, settings)
    named = asked | named_texts(compose, settings, full=full)
    texts |= await tree.texts(named - texts.keys() if files is None else (named - texts.keys()) & files)
    missing = named - texts.keys()
    ignored = await tree.ignored() if full or missing else frozenset[str]()
    if files is None:
        files = frozenset(texts) | await tree.existing(missing)
    return Source(files, texts, compose, ignored)


def plan_rehearsed_smoke(plan: Plan, smoke: RehearsedSmoke) -> SmokePlan | None:
    """The plan of the smoke at the end of a rehearsal; None for `none`.

    Raises:
        ConfigurationError: as `plan_smoke`.
    """
    if smoke is RehearsedSmoke.NONE:
        return None
    return plan_smoke(plan.settings, plan.git_sha, plan.pinned.embedded, SmokeScope(smoke.value))


def plan_smoke(
    settings: Settings,
    git_sha: str,
    pinned: str,
    scope: SmokeScope,
    *,
    keep_volumes: bool = False,
    generate: Callable[[], str] = lambda: f"s{secrets.token_hex(12)}",
) -> SmokePlan:
    """The plan of a smoke of the pinned compose file, with secrets generated for this run.

    Raises:
        ConfigurationError: the file or the settings are wrong; the error has all problems.
    """
    core_only, file = scope is SmokeScope.CORE, pinned_path(settings)  # where its relative paths start
    generated = {name: generate() for name in secrets_to_generate(pinned, file, settings.smoke)}
    title = f"{settings.product_name}, commit {git_sha}{', core only' if core_only else ''}"
    return smoke_plan(pinned, file, title, settings.smoke, generated, core_only=core_only, keep_volumes=keep_volumes)

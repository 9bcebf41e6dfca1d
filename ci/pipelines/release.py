"""The story of a release, step by step; it knows only the protocols in `ci.pipelines.ports`.

    preflight      what can be known of the outside is known: tags, credentials, secrets, the dev instance
    images         every image that has no sha tag is built and pushed under it, all at the same time
    version tags   only when every image has its sha tag
    read back      every reference is asked for again and must have the image's digest
    plan version   omctl makes one of the pinned compose file, and it is read back as the preferred one
    upgrade        the dev instance goes to it, and is watched until it is there

One direction, no step reaches back. What fails ends the release at its step, with everything that failed in it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from ci.concurrency import problems_of, raise_failures, run_all, timed_out
from ci.core.omctl import commands as omctl
from ci.core.omctl.model import Instance, PlanVersion
from ci.core.omctl.responses import check_preferred, read_instances, read_plan_version, read_secrets
from ci.core.references import Reference
from ci.core.release.plan import ImagePlan, Plan
from ci.core.release.report import ImageResult, Report, Step, UpgradeResult
from ci.core.settings.product import Settings
from ci.errors import BuildError, ConfigurationError, Problem, PublishError, SlipwayError
from ci.pipelines.ports import Builder, Clock, Omctl, Registry
from ci.pipelines.upgrade import upgrade

STEPS = ("preflight", "images", "version tags", "read back", "plan version", "upgrade")


@dataclass
class Journal:
    """What a run has done so far; the report is made of it, whether the run ends well or not."""

    plan: Plan
    clock: Clock
    names: tuple[str, ...]
    started: datetime
    steps: list[Step] = field(default_factory=list)
    images: dict[str, ImageResult] = field(default_factory=dict)
    plan_version: PlanVersion | None = None
    upgrade: UpgradeResult | None = None

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[list[str]]:
        """Time a step; what it puts into the list given becomes its detail, and a leading `skipped` its outcome."""
        begun, said = self.clock.now(), list[str]()

        def record(outcome: str, detail: str) -> None:
            self.steps.append(Step(name, outcome, round((self.clock.now() - begun).total_seconds(), 3), detail))

        try:
            yield said
        except SlipwayError as error:
            record("failed", f"{len(error.problems)} problem(s)")
            raise
        skipped = bool(said) and said[0] == "skipped"
        record("skipped" if skipped else "done", "; ".join(said[1:] if skipped else said))

    def report(self, problems: Sequence[Problem] = ()) -> Report:
        """The report as of now."""
        done = {step.name for step in self.steps}
        return Report(
            plan=self.plan,
            started=self.started.isoformat(timespec="seconds"),
            steps=tuple(self.steps),
            images=tuple(self.images[one.name] for one in self.plan.images if one.name in self.images),
            plan_version=self.plan_version,
            upgrade=self.upgrade,
            problems=tuple(problems),
            left=tuple(name for name in self.names if name not in done),
        )


async def release(
    plan: Plan, builder: Builder, registry: Registry, runner: Omctl, clock: Clock, *, skip_build: bool = False
) -> Report:
    """Release a plan: build, tag, pin, make the plan version, upgrade dev.

    Never raises for what goes wrong outside: the report then holds the problems. `skip_build` takes the images of the
    commit as they are; one that is not there is a problem found in preflight.
    """
    journal = Journal(plan, clock, STEPS, clock.now())
    try:
        async with journal.step("preflight") as said:
            there, instance = await _preflight(plan, registry, runner, skip_build=skip_build)
            said.append(f"{len(there)} of {len(plan.images)} images are there already")
        await _publish(journal, plan.images, there, builder, registry)
        async with journal.step("plan version") as said:
            journal.plan_version = version = await _plan_version(plan, runner)
            said.append(version.version)
        async with journal.step("upgrade") as said:
            if instance is None:
                said += ["skipped", _no_upgrade(plan)]
            else:
                journal.upgrade = await upgrade(instance.instance_id, version.version, runner, clock, plan.settings)
                said.append(f"{instance.instance_id} {journal.upgrade.status}")
    except SlipwayError as error:
        return journal.report(error.problems)
    return journal.report()


async def publish(
    plan: Plan, images: tuple[ImagePlan, ...], builder: Builder, registry: Registry, clock: Clock
) -> Report:
    """Build and push images under their sha tags, and under their version tags if they are all of the plan's.

    One image of many moves no version tag, since others may have no sha tag yet; `release --skip-build` finishes it.
    """
    names = STEPS[:4] if len(images) == len(plan.images) else STEPS[:2]
    journal = Journal(plan, clock, names, clock.now())
    try:
        async with journal.step("preflight") as said:
            there, problems = await _existing(images, registry)
            problems += await _push_problems(images, registry)
            if problems:
                raise ConfigurationError(*problems)
            said.append(f"{len(there)} of {len(images)} images are there already")
        await _publish(journal, images, there, builder, registry)
    except SlipwayError as error:
        return journal.report(error.problems)
    return journal.report()


async def build(images: tuple[ImagePlan, ...], builder: Builder, limits: Settings) -> None:
    """Build images and push nothing.

    Raises:
        BuildError: at least one could not be built; every one that could not.
    """
    outcomes = await run_all(
        images, builder.build, at_once=limits.parallel_builds, seconds=limits.build_minutes * 60, on_timeout=_too_slow
    )
    raise_failures(outcomes, BuildError)


async def _preflight(
    plan: Plan, registry: Registry, runner: Omctl, *, skip_build: bool
) -> tuple[dict[str, str], Instance | None]:
    there, problems = await _existing(plan.images, registry)
    if skip_build and not problems:
        problems += [
            Problem(
                what=f"The image `{one.name}` of this commit does not exist",
                value=str(one.sha_reference),
                expected="a sha tag for each image, since the build is to be skipped",
                hint=f"dagger call publish --only {one.name} --sha {plan.git_sha}, or release without --skip-build",
            )
            for one in plan.images
            if one.name not in there
        ]
    problems += await _push_problems(plan.images, registry)
    instance = None
    try:
        secrets = read_secrets(await runner.run(omctl.secrets_arguments(plan.settings)))
        problems += _missing_secrets(plan, secrets)
        instances = read_instances(await runner.run(omctl.instances_arguments(plan.settings)))
        instance = _dev_instance(plan, instances)
    except SlipwayError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(*problems)
    return there, instance


async def _existing(images: tuple[ImagePlan, ...], registry: Registry) -> tuple[dict[str, str], list[Problem]]:
    """The digest of each image whose sha tag is there, and what could not be asked."""

    async def digest(one: ImagePlan) -> str | None:
        return await registry.digest(one.sha_reference)

    outcomes = await run_all(images, digest, at_once=8)
    return {o.item.name: o.result for o in outcomes if o.result}, _merged(problems_of(outcomes))


async def _push_problems(images: tuple[ImagePlan, ...], registry: Registry) -> list[Problem]:
    repositories = [one.image.repository for one in images]
    outcomes = await run_all(repositories, registry.check_push, at_once=8)
    return _merged(problems_of(outcomes))


def _missing_secrets(plan: Plan, there: frozenset[str]) -> list[Problem]:
    settings = plan.settings
    return [
        Problem(
            what=f"The environment lacks the secret `{name}` of {', '.join(dict.fromkeys(s for s, _ in uses))}",
            value=f"environment type {settings.environment_type}",
            file=settings.compose_file,
            line=uses[0][1],
            expected="every secret that the compose file names",
            hint=f"omctl secret set {settings.environment_type} {name} VALUE",
        )
        for name, uses in plan.secrets.items()
        if name not in there
    ]


def _dev_instance(plan: Plan, instances: tuple[Instance, ...]) -> Instance | None:
    """The instance that a release upgrades by itself: in a dev environment only, and never one of several."""
    settings = plan.settings
    if settings.environment_type != "dev":
        return None
    named = [one for one in instances if settings.instance in ("", one.instance_id)]
    if len(named) == 1:
        return named[0]
    known = ", ".join(one.instance_id for one in instances) or "none"
    if settings.instance:
        what, expected = f"The instance of the settings is not in {settings.environment}", f"one of: {known}"
    elif not named:
        return None
    else:
        what, expected = f"{settings.environment} has {len(named)} instances, and none is named", f"one of: {known}"
    raise ConfigurationError(
        Problem(what=what, value=settings.instance, expected=expected, hint="set `instance` in [tool.slipway]")
    )


def _no_upgrade(plan: Plan) -> str:
    if plan.settings.environment_type != "dev":
        return f"an environment of type {plan.settings.environment_type} moves only by `dagger call upgrade`"
    return f"{plan.settings.environment} has no instance of {plan.settings.product_name}"


async def _publish(
    journal: Journal,
    images: tuple[ImagePlan, ...],
    there: dict[str, str],
    builder: Builder,
    registry: Registry,
) -> None:
    plan = journal.plan
    limits = plan.settings

    async def sha_tag(one: ImagePlan) -> str:
        if one.name in there:
            return there[one.name]
        built = await builder.build(one)
        if (other := await registry.digest(one.sha_reference)) is not None:
            return other  # another run of this commit was faster: a sha tag never moves
        return await builder.push(built, one.sha_reference)

    async with journal.step("images") as said:
        outcomes = await run_all(
            images, sha_tag, at_once=limits.parallel_builds, seconds=limits.build_minutes * 60, on_timeout=_too_slow
        )
        for o in outcomes:
            action = "failed" if o.error else "reused" if o.item.name in there else "built"
            published = (str(o.item.sha_reference),) if o.result else ()
            journal.images[o.item.name] = ImageResult(o.item.name, action, o.result or "", published)
        raise_failures(outcomes, BuildError)
        said.append(f"{len(images) - len(there)} built, {len(there)} reused")
    digests = {o.item.name: o.result for o in outcomes if o.result}
    if len(images) < len(plan.images):
        return

    async def version_tag(one: ImagePlan) -> str:
        return await registry.tag(one.sha_reference, one.version_reference.tag)

    async with journal.step("version tags") as said:
        tagged = await run_all(images, version_tag, at_once=8)
        raise_failures(tagged, PublishError)
        said.append(plan.version)

    async def read_back(reference: Reference) -> str | None:
        return await registry.digest(reference)

    async with journal.step("read back") as said:
        references = [reference for one in images for reference in one.references]
        found = await run_all(references, read_back, at_once=8)
        raise_failures(found, PublishError)
        of = {reference: digests[one.name] for one in images for reference in one.references}
        wrong = [
            Problem(
                what=f"{o.item} has another digest than was pushed",
                value=o.result or "no such tag",
                expected=of[o.item],
                hint="somebody else pushed it at the same time: run the same call again",
            )
            for o in found
            if o.result != of[o.item]
        ]
        if wrong:
            raise PublishError(*wrong)
        for one in images:
            before = journal.images[one.name]
            references_ = tuple(str(reference) for reference in one.references)
            journal.images[one.name] = ImageResult(one.name, before.action, before.digest, references_)
        said.append(f"{len(references)} references")


async def _plan_version(plan: Plan, runner: Omctl) -> PlanVersion:
    answer = await runner.run(omctl.build_arguments(plan.settings, plan.description))
    version = read_plan_version(answer, plan.settings)
    check_preferred(await runner.run(omctl.describe_version_arguments(version)), version)
    return version


def _too_slow(one: ImagePlan, seconds: float) -> Problem:
    hint = "raise `build_minutes` in [tool.slipway], or make the build faster"
    return timed_out(f"The image `{one.name}`", seconds, hint)


def _merged(problems: Sequence[Problem]) -> list[Problem]:
    """Problems that differ in nothing but what failed as one: eleven repositories refuse one token with one reason."""
    groups: dict[Problem, list[str]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, what=""), []).append(problem.what)
    return [replace(reason, what="\n".join(failed)) for reason, failed in groups.items()]

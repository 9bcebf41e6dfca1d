"""Everything outside the source that can be checked before the first build.

These are: existing sha tags, the right to push, the environment's secrets, the instance to upgrade.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ci.concurrency import problems_of, run_all
from ci.core.omctl import commands
from ci.core.omctl.model import Instance
from ci.core.omctl.responses import read_instances, read_secrets
from ci.core.release.plan import ImagePlan, Plan
from ci.core.settings.product import EnvironmentType
from ci.errors import ConfigurationError, Problem, SlipwayError
from ci.pipelines.ports import Omctl, Registry
from ci.pipelines.run import Done

AT_ONCE = 8
"""Requests to a registry at the same time."""


@dataclass(frozen=True)
class Ready:
    """What preflight found: the digest of each image that exists already, and the instance to upgrade, if any."""

    existing: Mapping[str, str]
    instance: Instance | None


async def preflight(plan: Plan, registry: Registry, omctl: Omctl, *, skip_build: bool) -> Done[Ready]:
    """Check all that a release needs; with `skip_build` also that every image exists.

    Raises:
        ConfigurationError: something is wrong; the error has all problems.
    """
    existing, problems = await _existing(plan.images, registry)
    if skip_build and not problems:
        problems += _missing_images(plan, existing)
    problems += await _push_problems(plan.images, registry)
    instance = None
    try:
        secrets = read_secrets(await omctl.run(commands.secrets_arguments(plan.settings)))
        problems += _missing_secrets(plan, secrets)
        instances = read_instances(await omctl.run(commands.instances_arguments(plan.settings)))
        instance = _dev_instance(plan, instances)
    except SlipwayError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(*problems)
    return Done(Ready(existing, instance), _found(existing, plan.images))


async def preflight_publish(images: tuple[ImagePlan, ...], registry: Registry) -> Done[Mapping[str, str]]:
    """Check all that publishing needs, and return the digest of each image that exists already.

    Raises:
        ConfigurationError: something is wrong; the error has all problems.
    """
    existing, problems = await _existing(images, registry)
    problems += await _push_problems(images, registry)
    if problems:
        raise ConfigurationError(*problems)
    return Done(existing, _found(existing, images))


def _found(existing: Mapping[str, str], images: Sequence[ImagePlan]) -> str:
    return f"{len(existing)} of {len(images)} images exist"


async def _existing(images: tuple[ImagePlan, ...], registry: Registry) -> tuple[dict[str, str], list[Problem]]:
    """The digest of each image whose sha tag exists, and the problems of the requests that failed."""

    async def digest(one: ImagePlan) -> str | None:
        return await registry.digest(one.sha_reference)

    outcomes = await run_all(images, digest, at_once=AT_ONCE)
    return {one.item.name: one.result for one in outcomes if one.result}, _merged(problems_of(outcomes))


async def _push_problems(images: tuple[ImagePlan, ...], registry: Registry) -> list[Problem]:
    repositories = [one.image.repository for one in images]
    outcomes = await run_all(repositories, registry.check_push, at_once=AT_ONCE)
    return _merged(problems_of(outcomes))


def _missing_images(plan: Plan, existing: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(
            what=f"The image `{one.name}` of this commit does not exist",
            value=str(one.sha_reference),
            expected="a sha tag for each image, since --skip-build is given",
            hint=f"dagger call publish --only {one.name} --sha {plan.git_sha}, or release without --skip-build",
        )
        for one in plan.images
        if one.name not in existing
    ]


def _missing_secrets(plan: Plan, existing: frozenset[str]) -> list[Problem]:
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
        if name not in existing
    ]


def _dev_instance(plan: Plan, instances: tuple[Instance, ...]) -> Instance | None:
    """The instance that a release upgrades: only in an environment of type dev, and only if it is clear which one.

    Raises:
        ConfigurationError: the setting `instance` names another one, or none of several.
    """
    settings = plan.settings
    if settings.environment_type != EnvironmentType.DEV:
        return None
    candidates = [one for one in instances if settings.instance in ("", one.instance_id)]
    if len(candidates) == 1:
        return candidates[0]
    if settings.instance:
        what = f"The instance of the settings is not in {settings.environment}"
    elif not candidates:
        return None
    else:
        what = f"{settings.environment} has {len(candidates)} instances, and the settings name none of them"
    known = ", ".join(one.instance_id for one in instances) or "none"
    raise ConfigurationError(
        Problem(
            what=what,
            value=settings.instance,
            expected=f"one of: {known}",
            hint="set `instance` in [tool.slipway], or give --instance",
        )
    )


def _merged(problems: Sequence[Problem]) -> list[Problem]:
    """Problems that differ only in `what`, as one: eleven repositories refuse a token for the same reason."""
    groups: dict[Problem, list[str]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, what=""), []).append(problem.what)
    return [replace(reason, what="\n".join(failed)) for reason, failed in groups.items()]

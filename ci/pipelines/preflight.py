"""Everything outside the source that can be checked before the first build: the registry, and Omnistrate."""

from dataclasses import dataclass, replace

from ci.core.omctl.model import Instance
from ci.core.release.history import History
from ci.core.release.plan import ImagePlan, Plan
from ci.errors import ConfigurationError
from ci.pipelines.found_images import FoundImages
from ci.pipelines.ports import Clock, Omctl, Registry
from ci.pipelines.preflight_images import existing_images, missing_images, push_problems
from ci.pipelines.preflight_omnistrate import check_omnistrate
from ci.pipelines.reuse import Reuse
from ci.pipelines.run import Done
from ci.pipelines.version_tags import read_version_tags


@dataclass(frozen=True)
class Ready:
    """What preflight found: what there is of the images, and the instance to upgrade, if any."""

    images: FoundImages
    instance: Instance | None


async def preflight(
    plan: Plan, registry: Registry, omctl: Omctl, clock: Clock, history: History, *, reuse: Reuse, skip_build: bool
) -> Done[Ready]:
    """Check all that a release needs; with `skip_build` also that every image exists, or can be reused.

    Raises:
        ConfigurationError: something is wrong; the error has all problems.
    """
    existing, problems = await existing_images(plan.images, registry, history)
    images = FoundImages(plan.images, existing, may_build=not skip_build)
    if not problems and skip_build:
        images = replace(await reuse.found(plan.images, existing), may_build=False)
        problems += missing_images(images, plan.git_sha)
    if not problems:
        problems += (await read_version_tags(plan, registry, history)).problems
    problems += await push_problems(plan.images, registry)
    omnistrate, found = await check_omnistrate(plan, omctl, clock)
    problems += found
    if problems:
        raise ConfigurationError(*problems)
    if not skip_build:
        images = await reuse.found(plan.images, existing)
    detail = "; ".join(filter(None, (str(images), omnistrate.note)))
    return Done(Ready(images, omnistrate.instance), detail)


async def preflight_publish(
    plan: Plan, images: tuple[ImagePlan, ...], registry: Registry, history: History, reuse: Reuse
) -> Done[FoundImages]:
    """Check all that publishing needs, and return what there is of the images.

    Raises:
        ConfigurationError: something is wrong; the error has all problems.
    """
    existing, problems = await existing_images(images, registry, history)
    if not problems and len(images) == len(plan.images):
        problems += (await read_version_tags(plan, registry, history)).problems
    problems += await push_problems(images, registry)
    if problems:
        raise ConfigurationError(*problems)
    found = await reuse.found(images, existing)
    return Done(found, str(found))

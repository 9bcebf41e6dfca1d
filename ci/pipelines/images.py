"""The steps that build images, push them under their sha tags, set their version tags, and verify both."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ci.concurrency import problems_of, raise_failures, run_all, timed_out
from ci.core.references import Reference
from ci.core.release.plan import ImagePlan, Plan
from ci.core.release.report import ImageAction, ImageResult, Results
from ci.core.settings.product import Settings
from ci.errors import BuildError, Problem, PublishError
from ci.pipelines.ports import Builder, Built, Registry
from ci.pipelines.preflight_images import AT_ONCE
from ci.pipelines.run import Done, Failed

Images = tuple[ImageResult, ...]


async def build_images(images: tuple[ImagePlan, ...], builder: Builder[Built], settings: Settings) -> None:
    """Build images without pushing them.

    Raises:
        BuildError: an image could not be built; the error has the problems of all that could not.
    """
    seconds = settings.build_minutes * 60
    outcomes = await run_all(
        images, builder.build, at_once=settings.parallel_builds, seconds=seconds, on_timeout=_too_slow
    )
    raise_failures(outcomes, BuildError)


async def publish_images(
    images: tuple[ImagePlan, ...],
    existing: Mapping[str, str],
    builder: Builder[Built],
    registry: Registry,
    settings: Settings,
) -> Done[Images] | Failed:
    """Build and push every image that does not exist yet; `existing` is the digest of each that does.

    A sha tag never moves: if another run of the same commit has set it meanwhile, its image is used.
    """

    async def publish(one: ImagePlan) -> ImageResult:
        if one.name in existing:
            return _result(one, ImageAction.REUSED, existing[one.name])
        built = await builder.build(one)
        if (other := await registry.digest(one.sha_reference)) is not None:
            return _result(one, ImageAction.PUSHED_ELSEWHERE, other)
        repository = one.image.repository
        digest = await builder.push(built, repository)
        tagged = await registry.set_free_tag(repository, digest, one.sha_reference.tag)
        return _result(one, ImageAction.BUILT if tagged == digest else ImageAction.PUSHED_ELSEWHERE, tagged)

    seconds = settings.build_minutes * 60
    outcomes = await run_all(images, publish, at_once=settings.parallel_builds, seconds=seconds, on_timeout=_too_slow)
    results = tuple(one.result or ImageResult(one.item.name, ImageAction.FAILED) for one in outcomes)
    if problems := problems_of(outcomes):
        return Failed(tuple(problems), Results(images=results))
    return Done(results, _counts(results), Results(images=results))


async def set_version_tags(plan: Plan, images: Images, registry: Registry) -> Done[None]:
    """Tag every image with the version; the tag of an earlier release of the same version moves.

    Raises:
        PublishError: a tag could not be set; the error has the problems of all that could not.
    """
    digests = {one.name: one.digest for one in images}

    async def tag(one: ImagePlan) -> str:
        return await registry.set_tag(one.image.repository, digests[one.name], one.version_reference.tag)

    outcomes = await run_all(plan.images, tag, at_once=AT_ONCE)
    raise_failures(outcomes, PublishError)
    return Done(None, plan.version)


async def verify_tags(plan: Plan, images: Images, registry: Registry) -> Done[Images]:
    """Read every reference again and compare its digest with that of the image.

    Raises:
        PublishError: a reference can't be read or has another digest; the error has all problems.
    """
    digests = {one.name: one.digest for one in images}
    expected = {reference: digests[one.name] for one in plan.images for reference in one.references}

    async def read(reference: Reference) -> str | None:
        return await registry.digest(reference)

    outcomes = await run_all(tuple(expected), read, at_once=AT_ONCE)
    raise_failures(outcomes, PublishError)
    wrong = [
        Problem(
            what=f"{one.item} has another digest than was pushed",
            value=one.result or "no such tag",
            expected=expected[one.item],
            hint="another run has pushed it at the same time: run the same call again",
        )
        for one in outcomes
        if one.result != expected[one.item]
    ]
    if wrong:
        raise PublishError(*wrong)
    references = {one.name: tuple(map(str, one.references)) for one in plan.images}
    verified = tuple(replace(one, references=references[one.name]) for one in images)
    return Done(verified, f"{len(expected)} references", Results(images=verified))


def _counts(images: Images) -> str:
    """How many images were built, reused, and pushed by another run: `8 built, 3 reused`."""
    count = Counter(one.action for one in images)
    shown = [ImageAction.BUILT, ImageAction.REUSED]
    shown += [ImageAction.PUSHED_ELSEWHERE] if count[ImageAction.PUSHED_ELSEWHERE] else []
    return ", ".join(f"{count[one]} {one}" for one in shown)


def _result(image: ImagePlan, action: ImageAction, digest: str) -> ImageResult:
    return ImageResult(image.name, action, digest, (str(image.sha_reference),))


def _too_slow(image: ImagePlan, seconds: float) -> Problem:
    hint = "raise `build_minutes` in [tool.slipway], or make the build faster"
    return timed_out(f"The image `{image.name}`", seconds, hint)

"""The steps that build images, push them under their sha tags, set their version tags, and verify both."""

from collections import Counter
from collections.abc import Mapping

from ci.concurrency import problems_of, raise_failures, run_all, timed_out
from ci.core.release.plan import ImagePlan
from ci.core.release.report import ImageAction, ImageResult, Results
from ci.core.release.steps import FIND_OUT, StepName
from ci.core.settings.product import Settings
from ci.errors import BuildError, Problem, PublishError, SlipwayError, unexpected
from ci.pipelines.ports import Builder, Built, Registry
from ci.pipelines.run import Done, Failed, Unknown

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
) -> Done[Images] | Failed | Unknown:
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

    async def published(one: ImagePlan) -> ImageResult:
        try:
            return await publish(one)
        except SlipwayError:
            raise
        except Exception as error:  # whatever ends one image, the others go on
            raise SlipwayError(unexpected(f"The image `{one.name}`", error, FIND_OUT[StepName.IMAGES])) from error

    seconds = settings.build_minutes * 60
    outcomes = await run_all(images, published, at_once=settings.parallel_builds, seconds=seconds, on_timeout=_too_slow)
    results = tuple([one.result or await _after_failure(one.item, one.error, registry) for one in outcomes])
    if problems := problems_of(outcomes):
        unknown = any(one.action is ImageAction.UNKNOWN for one in results)
        return (Unknown if unknown else Failed)(tuple(problems), Results(images=results))
    return Done(results, _counts(results), Results(images=results))


async def _after_failure(image: ImagePlan, error: SlipwayError | None, registry: Registry) -> ImageResult:
    """What is there of an image that failed: unless it was not built, its sha tag may be set nonetheless."""
    reference = image.sha_reference
    if isinstance(error, BuildError):
        return ImageResult(image.name, ImageAction.FAILED)
    try:
        digest = await registry.digest(reference)
    except PublishError:
        return ImageResult(image.name, ImageAction.UNKNOWN, unknown=(str(reference),))
    return _result(image, ImageAction.FAILED, digest) if digest else ImageResult(image.name, ImageAction.FAILED)


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

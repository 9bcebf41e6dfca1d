"""The steps that build images, push them under their sha tags, set their version tags, and verify both."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

import anyio

from ci.concurrency import Outcome, problems_of, raise_failures, run_all
from ci.core.images.build_problems import too_slow
from ci.core.release.plan import ImagePlan
from ci.core.release.report import ImageAction, ImageResult, Results
from ci.core.release.steps import FIND_OUT, StepName
from ci.core.settings.product import Settings
from ci.errors import MISSING, BuildError, ConfigurationError, Problem, PublishError, SlipwayError, unexpected
from ci.pipelines.image_labels import require_own
from ci.pipelines.ports import Builder, Builds, Registry
from ci.pipelines.run import Done, Failed, Unknown

Images = tuple[ImageResult, ...]


async def build_images(images: tuple[ImagePlan, ...], builder: Builder, settings: Settings) -> tuple[Problem, ...]:
    """Build images without pushing them, and return what went wrong beside them.

    Raises:
        BuildError: an image could not be built; the error has the problems of all that could not.
    """
    built = await _bounded(images, builder.build, settings)
    raise_failures(built.outcomes, BuildError)
    return built.warnings


async def publish_images(
    images: tuple[ImagePlan, ...],
    existing: Mapping[str, str],
    builder: Builder,
    registry: Registry,
    settings: Settings,
) -> Done[Images] | Failed | Unknown:
    """Build and push every image that does not exist yet; `existing` is the digest of each that does.

    A sha tag never moves: if another run of the same commit has set it meanwhile, its image is used, unless that is a
    run of another product.
    """

    async def published(built: Outcome[ImagePlan, str]) -> ImageResult:
        if built.error or built.result is None:
            raise built.error or SlipwayError(MISSING)
        reference = built.item.sha_reference
        try:
            tagged = await registry.set_free_tag(built.item.image.repository, built.result, reference.tag)
            if tagged != built.result:
                await require_own(built.item, tagged, registry)
        except SlipwayError:
            raise
        except Exception as error:  # whatever ends one image, the others go on
            raise SlipwayError(_unexpected(built.item.name, error)) from error
        action = ImageAction.BUILT if tagged == built.result else ImageAction.PUSHED_ELSEWHERE
        return _result(built.item, action, tagged)

    built = await _published(tuple(one for one in images if one.name not in existing), builder, settings)
    outcomes = await run_all(
        built.outcomes,
        published,
        at_once=settings.parallel_builds,
        seconds=settings.build_minutes * 60,
        on_timeout=lambda built, seconds: too_slow(built.item.name, seconds),
    )
    made = {
        one.item.item.name: one.result or await _after_failure(one.item.item, one.error, registry) for one in outcomes
    }
    results = tuple(made.get(one.name) or _result(one, ImageAction.REUSED, existing[one.name]) for one in images)
    if problems := problems_of(outcomes):
        unknown = any(one.action is ImageAction.UNKNOWN for one in results)
        return (Unknown if unknown else Failed)(tuple(problems), Results(images=results, warnings=built.warnings))
    return Done(results, _counts(results), Results(images=results, warnings=built.warnings))


async def _published(images: tuple[ImagePlan, ...], builder: Builder, settings: Settings) -> Builds:
    """What the builder did; an error that no code expects, such as that of an engine that is gone, is of all images."""
    if not images:
        return Builds(())
    try:
        return await _bounded(images, builder.publish, settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, what is there of each image is looked up
        names = ", ".join(one.name for one in images)
        lost = error if isinstance(error, SlipwayError) else SlipwayError(_unexpected(names, error))
        return Builds([Outcome(one, error=lost) for one in images])


async def _bounded(
    images: tuple[ImagePlan, ...], work: Callable[[Sequence[ImagePlan]], Awaitable[Builds]], settings: Settings
) -> Builds:
    """What the builder did within the deadlines of all images; one more is for all that it does beside them."""
    rounds = -(-len(images) // settings.parallel_builds)
    seconds = settings.build_minutes * 60
    with anyio.move_on_after(seconds * (rounds + 1)):
        return await work(images)
    return Builds([Outcome(one, error=SlipwayError(too_slow(one.name, seconds))) for one in images])


async def _after_failure(image: ImagePlan, error: SlipwayError | None, registry: Registry) -> ImageResult:
    """What is there of an image that failed: unless it was not built, its sha tag may be set nonetheless.

    A `ConfigurationError` says that the tag names the image of another product.
    """
    reference = image.sha_reference
    if isinstance(error, BuildError | ConfigurationError):
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


def _unexpected(names: str, error: Exception) -> Problem:
    return unexpected(f"Building and pushing of `{names}`", error, FIND_OUT[StepName.IMAGES])

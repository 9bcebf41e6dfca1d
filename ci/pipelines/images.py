"""The steps that build images, push them under their sha tags, set their version tags, and verify both."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

import anyio

from ci.concurrency import Outcome, problems_of, raise_failures, run_all
from ci.core.images.build_problems import too_slow
from ci.core.images.inputs_document import InputsDocument
from ci.core.release.plan import ImagePlan
from ci.core.release.report import ImageAction, ImageResult, Results
from ci.core.release.steps import FIND_OUT, StepName
from ci.core.settings.product import Settings
from ci.errors import MISSING, BuildError, ConfigurationError, Problem, PublishError, SlipwayError, unexpected
from ci.pipelines.found_images import FoundImages, Kept
from ci.pipelines.image_labels import require_own
from ci.pipelines.ports import Builder, Builds, Registry
from ci.pipelines.reuse import AT_ONCE, Reuse
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
    found: FoundImages, builder: Builder, registry: Registry, settings: Settings, reuse: Reuse
) -> Done[Images] | Failed | Unknown:
    """Give every image its sha tag: one that is there keeps it, one with known inputs gets it, the others are built.

    A sha tag never moves: if another run of the same commit has set it meanwhile, its image is used, unless that is a
    run of another product.
    """
    started = reuse.clock.now()
    tagged = await run_all(found.reused, partial(_tag, found, registry), at_once=AT_ONCE)
    made = {one.item.name: one.result for one in tagged if one.result}
    refused = [
        one for one in tagged if isinstance(one.error, ConfigurationError) or (one.error and not found.may_build)
    ]
    not_reused = {one.item.name: one.error for one in tagged if one.error}
    made |= {one.item.name: await _after_failure(one.item, one.error, registry) for one in refused}
    kept: dict[str, Kept] = {}

    async def published(built: Outcome[ImagePlan, str]) -> ImageResult:
        if built.error or built.result is None:
            raise built.error or SlipwayError(MISSING)
        image, decision = built.item, found.decisions.get(built.item.name)
        try:
            kept[image.name] = own = await reuse.keep(image, built.result, decision)
            digest = await _set(image, own.digest, registry)
        except SlipwayError:
            raise
        except Exception as error:  # whatever ends one image, the others go on
            raise SlipwayError(_unexpected(image.name, error)) from error
        action = ImageAction.BUILT if digest == built.result else ImageAction.PUSHED_ELSEWHERE
        why = _lost(not_reused.get(image.name)) or str(decision or "")
        return _result(image, action, digest, why, own.document if digest == own.digest else None)

    left = tuple(one for one in found.images if one.name not in found.existing and one.name not in made)
    before = (reuse.clock.now() - started).total_seconds()
    built = await _published(left, builder, settings)
    outcomes = await run_all(
        built.outcomes,
        published,
        at_once=settings.parallel_builds,
        seconds=settings.build_minutes * 60,
        on_timeout=lambda built, seconds: too_slow(built.item.name, seconds),
    )
    made |= {
        one.item.item.name: one.result or await _after_failure(one.item.item, one.error, registry) for one in outcomes
    }
    made |= {
        name: replace(made[name], inputs_tag=one.tag) for name, one in kept.items()
    }  # also of one that failed then
    made |= {
        name: replace(made[name], spans=tuple(one.later(before) for one in spans))
        for name, spans in built.spans.items()
    }
    results = tuple(made.get(one.name) or _existing(one, found) for one in found.images)
    warnings = dict.fromkeys(problem for one in kept.values() for problem in one.problems)
    ran = settings.builder if left else ""
    done = Results(images=results, builder=ran, warnings=(*built.warnings, *warnings))
    if problems := problems_of([*refused, *outcomes]):
        unknown = any(one.action is ImageAction.UNKNOWN for one in results)
        return (Unknown if unknown else Failed)(tuple(problems), done)
    return Done(results, _counts(results), done)


async def _tag(found: FoundImages, registry: Registry, image: ImagePlan) -> ImageResult:
    """Give an image that was built before the sha tag of this commit; no layer moves."""
    decision = found.decisions[image.name]
    if decision.reused is None:
        raise SlipwayError(MISSING)
    digest = await _set(image, decision.reused.digest, registry)
    if digest != decision.reused.digest:
        return _result(image, ImageAction.PUSHED_ELSEWHERE, digest)
    return _result(image, ImageAction.REUSED, digest, decision.reason, decision.reused)


async def _set(image: ImagePlan, digest: str, registry: Registry) -> str:
    """Set a sha tag if it is free, and return what it names."""
    tagged = await registry.set_free_tag(image.image.repository, digest, image.sha_reference.tag)
    if tagged != digest:
        await require_own(image, tagged, registry)
    return tagged


def _existing(image: ImagePlan, found: FoundImages) -> ImageResult:
    document = found.documents.get(image.name)
    return _result(image, ImageAction.REUSED, found.existing[image.name], "its sha tag exists", document)


def _lost(error: SlipwayError | None) -> str:
    """Why an image was built that was to be reused."""
    return f"one that was built before could not be used: {error.problems[0].value}" if error else ""


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
    """What it did within the deadlines of its images; two more are for a wait for another run, and all else."""
    rounds = -(-len(images) // settings.parallel_builds)
    seconds = settings.build_minutes * 60
    with anyio.move_on_after(seconds * (rounds + 2)):
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


def _result(
    image: ImagePlan, action: ImageAction, digest: str, reason: str = "", document: InputsDocument | None = None
) -> ImageResult:
    result = ImageResult(image.name, action, digest, (str(image.sha_reference),), reason=reason)
    if document is None:
        return result
    return replace(result, inputs=document.hash, built_in=document.git_sha, built_at=document.built)


def _unexpected(names: str, error: Exception) -> Problem:
    return unexpected(f"Building and pushing of `{names}`", error, FIND_OUT[StepName.IMAGES])

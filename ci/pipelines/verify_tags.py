"""The step that reads every tag again."""

from dataclasses import replace

from ci.concurrency import Outcome, problems_of, run_all
from ci.core.references import Reference
from ci.core.release.plan import Plan, with_digests
from ci.core.release.report import ImageResult, Results
from ci.errors import Problem
from ci.pipelines.ports import Registry
from ci.pipelines.preflight_images import AT_ONCE
from ci.pipelines.run import Done, Failed

Images = tuple[ImageResult, ...]


async def verify_tags(plan: Plan, images: Images, registry: Registry) -> Done[Plan] | Failed:
    """Read every reference again, and compare its digest with that of the image.

    The plan that is returned has the digests in its pinned file, if the settings say so.

    A reference that names another image is no longer one of the image's in the report. One that the registry does not
    find is unknown, since it was read when it was set.
    """
    references = {one.name: one.references for one in plan.images}
    digests = {one.name: one.digest for one in images}
    expected = {reference: digests[one.name] for one in plan.images for reference in one.references}

    async def read(reference: Reference) -> str | None:
        return await registry.digest(reference)

    outcomes = await run_all(tuple(expected), read, at_once=AT_ONCE)
    other = [one for one in outcomes if one.error is None and one.result != expected[one.item]]
    lost, gone = {one.item for one in other}, {one.item for one in other if one.result is None}
    results = tuple(
        replace(
            one,
            references=tuple(str(reference) for reference in references[one.name] if reference not in lost),
            unknown=tuple(str(reference) for reference in references[one.name] if reference in gone),
        )
        for one in images
    )
    if problems := [*problems_of(outcomes), *(_other_image(plan, one, expected[one.item]) for one in other)]:
        return Failed(tuple(problems), Results(images=results))
    verified = with_digests(plan, digests)
    return Done(verified, f"{len(expected)} references", Results(images=results, pinned=verified.pinned))


def _other_image(plan: Plan, found: Outcome[Reference, str | None], expected: str) -> Problem:
    reference = found.item
    moved = "another run has set it at the same time: if that has released a newer commit, leave it; else"
    tagging = f"`crane tag {reference.repository}@{expected} {reference.tag}`"
    foreign = f"find out who pushed it, set the tag to the image of this release again ({tagging}), then"
    return Problem(
        what=f"{reference} has another digest than was pushed",
        value=found.result or "no such tag",
        expected=expected,
        hint=f"{moved if reference.tag == plan.version else foreign} run the same call again",
    )

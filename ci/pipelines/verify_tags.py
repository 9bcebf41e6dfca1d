"""The checks that tags name the images of this run: sha tags before anything depends on them, all at the end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ci.concurrency import Outcome, problems_of, run_all
from ci.core.references import Reference
from ci.core.release.history import History
from ci.core.release.plan import ImagePlan, Plan, with_digests
from ci.core.release.report import ImageResult, Results
from ci.errors import Problem
from ci.pipelines.ports import Registry
from ci.pipelines.preflight_images import AT_ONCE, foreign
from ci.pipelines.run import Done, Failed

Images = tuple[ImageResult, ...]


async def verify_tags(plan: Plan, images: Images, registry: Registry) -> Done[Plan] | Failed:
    """Read every reference again, and compare its digest with that of the image.

    The plan that is returned has the digests in its pinned file, if the settings say so.
    """
    references = {one.name: one.references for one in plan.images}
    results, problems = await _read_again(references, images, registry, plan.version)
    if problems:
        return Failed(problems, Results(images=results))
    verified = with_digests(plan, {one.name: one.digest for one in images})
    count = sum(map(len, references.values()))
    return Done(verified, f"{count} references", Results(images=results, pinned=verified.pinned))


async def verify_sha_tags(
    plans: Sequence[ImagePlan], images: Images, registry: Registry, history: History
) -> Done[Images] | Failed:
    """Read every sha tag again, and compare it with its image, and the image with the record of this commit.

    A registry has no compare-and-set: two runs of a commit may both have found a tag free, and set it. Each records its
    images before it reads tag and record here, so that one of both finds the other's: decision 16.
    """
    results, problems = await _read_again({one.name: (one.sha_reference,) for one in plans}, images, registry)
    digests = {one.name: one.digest for one in images}
    problems += tuple(
        foreign(one, digests[one.name], recorded)
        for one in plans
        if (recorded := history.recorded.get(one.name, digests[one.name])) != digests[one.name]
    )
    if problems:
        return Failed(tuple(dict.fromkeys(problems)), Results(images=results))
    return Done(images, f"{len(images)} sha tags")


async def _read_again(
    references: Mapping[str, Sequence[Reference]], images: Images, registry: Registry, version: str = ""
) -> tuple[Images, tuple[Problem, ...]]:
    """What is true of the images now, and a problem for each reference that does not name its image.

    A reference that names another image is no longer one of the image's. One that the registry does not find is
    unknown, since it was read when it was set.
    """
    digests = {one.name: one.digest for one in images}
    expected = {reference: digests[name] for name, those in references.items() for reference in those}

    async def read(reference: Reference) -> str | None:
        return await registry.digest(reference)

    outcomes = await run_all(tuple(expected), read, at_once=AT_ONCE)
    other = [one for one in outcomes if one.error is None and one.result != expected[one.item]]
    lost, gone = {one.item for one in other}, {one.item for one in other if one.result is None}
    results = tuple(
        replace(
            one, references=_names(references[one.name], lost, without=True), unknown=_names(references[one.name], gone)
        )
        for one in images
    )
    problems = [*problems_of(outcomes), *(_other_image(one, expected[one.item], version) for one in other)]
    return results, tuple(problems)


def _names(references: Iterable[Reference], those: set[Reference], *, without: bool = False) -> tuple[str, ...]:
    return tuple(str(one) for one in references if (one in those) is not without)


def _other_image(found: Outcome[Reference, str | None], expected: str, version: str) -> Problem:
    reference = found.item
    version_tag = "another run has set it: if that has released a newer commit, leave it; else run the same call again"
    sha_tag = (
        "let every other run of this commit end, then run the same call again: it uses the image that one of them "
        "has recorded, or says how to set the tag right"
    )
    return Problem(
        what=f"{reference} has another digest than was pushed",
        value=found.result or "no such tag",
        expected=expected,
        hint=version_tag if reference.tag == version else sha_tag,
    )

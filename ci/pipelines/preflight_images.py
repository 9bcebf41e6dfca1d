"""The checks of a registry before the first build: which images exist, and whether all of them may be pushed."""

from collections.abc import Sequence
from dataclasses import replace

from ci.concurrency import problems_of, run_all
from ci.core.release.history import History
from ci.core.release.plan import ImagePlan
from ci.errors import Problem
from ci.pipelines.found_images import FoundImages
from ci.pipelines.image_labels import require_own
from ci.pipelines.ports import Registry

AT_ONCE = 8
"""Requests to a registry at the same time."""


async def existing_images(
    images: Sequence[ImagePlan], registry: Registry, history: History
) -> tuple[dict[str, str], list[Problem]]:
    """The digest of each image whose sha tag exists, and the problems of the requests that failed.

    A sha tag that names another image than an earlier release of this commit recorded, or that of another product, is
    a problem until a person decides which is right.
    """
    recorded = history.recorded

    async def digest(one: ImagePlan) -> str | None:
        found = await registry.digest(one.sha_reference)
        if found and not history.accept_images:
            await require_own(one, found, registry)
        return found

    outcomes = await run_all(images, digest, at_once=AT_ONCE)
    others = [
        foreign(one.item, one.result, recorded[one.item.name])
        for one in outcomes
        if one.result and recorded.get(one.item.name, one.result) != one.result
    ]
    existing = {one.item.name: one.result for one in outcomes if one.result}
    return existing, [*merged(problems_of(outcomes)), *others]


async def push_problems(images: Sequence[ImagePlan], registry: Registry) -> list[Problem]:
    """A problem for each reason for which a repository accepts no pushes."""
    repositories = [one.image.repository for one in images]
    outcomes = await run_all(repositories, registry.check_push, at_once=AT_ONCE)
    return [*merged(problems_of(outcomes))]


def missing_images(images: FoundImages, git_sha: str) -> list[Problem]:
    """A problem for each image that has no sha tag and is not reused, where none may be built."""
    return [
        Problem(
            what=f"The image `{one.name}` of this commit does not exist",
            value=f"{one.sha_reference}{images.why(one.name)}",
            expected="a sha tag for each image, or one built from the same inputs, since --skip-build is given",
            hint=f"dagger call publish --only {one.name} --sha {git_sha}, or release without --skip-build",
        )
        for one in images.images
        if one.name not in images.existing and one not in images.reused
    ]


def foreign(image: ImagePlan, found: str, recorded: str) -> Problem:
    """The problem of a sha tag that names another image than the record of its commit."""
    return Problem(
        what=f"{image.sha_reference} does not name the image that was released from this commit",
        value=f"it names {found}",
        expected=f"{recorded}, as the record of that release says",
        hint="find out who pushed it. If the recorded image is right, set the tag to it again: "
        f"`crane tag {image.image.repository}@{recorded} {image.sha_reference.tag}`; if what the tag names is right, "
        "run the same call with --accept-images",
    )


def merged(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems that differ only in `what`, as one: eleven repositories refuse a token for the same reason."""
    groups: dict[Problem, list[str]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, what=""), []).append(problem.what)
    return tuple(replace(reason, what="\n".join(failed)) for reason, failed in groups.items())

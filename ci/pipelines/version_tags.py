"""The step that sets the version tags, and the check before the first build that it may."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ci.concurrency import problems_of, run_all
from ci.core.release.history import History, Released
from ci.core.release.plan import REVISION, ImagePlan, Plan
from ci.core.release.report import ImageResult, Results
from ci.core.release.version_tags import CommitRelation, VersionTag, backward_move, lower_version, relation
from ci.errors import Problem, PublishError, TagUnknownError
from ci.pipelines.ports import Registry
from ci.pipelines.preflight_images import AT_ONCE, merged
from ci.pipelines.run import Done, Failed, Unknown
from ci.pipelines.verify_tags import verify_sha_tags

Images = tuple[ImageResult, ...]


@dataclass(frozen=True)
class VersionTags:
    """What each version tag that exists names now, by the image's name, and why they may not be set."""

    named: Mapping[str, VersionTag]
    problems: tuple[Problem, ...] = ()


async def read_version_tags(plan: Plan, registry: Registry, history: History) -> VersionTags:
    """What the version tags name, and a problem for each reason for which they may not be set to this commit."""
    refused: list[Problem | None] = []
    last = await history.released()

    async def read(one: ImagePlan) -> VersionTag | None:
        if not plan.settings.allow_older:
            tags = await registry.list_tags(one.image.repository)
            refused.append(lower_version(one.image.repository, plan.version, tags))
        return await _read(one, registry, last)

    outcomes = await run_all(plan.images, read, at_once=AT_ONCE)
    commits = dict.fromkeys(one.result.git_sha for one in outcomes if one.result and one.result.git_sha)
    relations = {commit: await _relation(plan.git_sha, commit, history) for commit in commits}
    named: dict[str, VersionTag] = {}
    for one in outcomes:
        if one.result:
            found = relations.get(one.result.git_sha, CommitRelation.UNKNOWN)
            named[one.item.name] = tag = replace(one.result, relation=found)
            if not plan.settings.allow_older:
                refused.append(backward_move(one.item.version_reference, plan.git_sha, tag))
    return VersionTags(named, merged([*problems_of(outcomes), *(problem for problem in refused if problem)]))


async def set_version_tags(
    plan: Plan, images: Images, registry: Registry, history: History
) -> Done[Images] | Failed | Unknown:
    """Set the version tag of every image to its digest: all of them, or none if one may not be set.

    Before it the sha tags are verified, and the version tags read again: another run may have set them meanwhile.
    """
    verified = await verify_sha_tags(plan.images, images, registry, history)
    if isinstance(verified, Failed):
        return verified
    now = await read_version_tags(plan, registry, history)
    if now.problems:
        return Failed(now.problems)
    await history.begin_version_tags()  # before the first of them is set: an older release must not undo half of it
    digests = {one.name: one.digest for one in images}

    async def tag(one: ImagePlan) -> str:
        named, digest = now.named.get(one.name), digests[one.name]
        if named and named.digest == digest:
            return digest
        found = await registry.set_tag(one.image.repository, digest, one.version_reference.tag)
        if found != digest:
            raise PublishError(_overtaken(one, found, digest))
        return digest

    outcomes = await run_all(plan.images, tag, at_once=AT_ONCE)
    unknown = {one.item.name for one in outcomes if isinstance(one.error, TagUnknownError)}
    done = {one.item.name for one in outcomes if one.result}
    references = {one.name: str(one.version_reference) for one in plan.images}
    results = tuple(_result(one, references[one.name], now.named.get(one.name), done, unknown) for one in images)
    if problems := problems_of(outcomes):
        ended = Unknown if unknown else Failed
        return ended(tuple(problems), Results(images=results))
    moved = sum(1 for one in results if one.version_tag_moved_from)
    detail = f"{plan.version}: {len(results)} tags, {moved} of them moved" if moved else plan.version
    return Done(results, detail, Results(images=results))


async def _read(one: ImagePlan, registry: Registry, last: Released | None) -> VersionTag | None:
    """The version tag of an image, and the commit whose release set it, or at least built the image."""
    digest = await registry.digest(one.version_reference)
    if digest is None:
        return None
    if last and last.digests.get(one.name) == digest:
        return VersionTag(digest, last.git_sha)  # its label may name an earlier commit, whose image was reused
    labels = await registry.labels(one.image.repository, digest)
    return VersionTag(digest, labels.get(REVISION, ""))


async def _relation(ours: str, theirs: str, history: History) -> CommitRelation:
    ours_first = await history.is_ancestor(ours, theirs)
    theirs_first = await history.is_ancestor(theirs, ours)
    return relation(ours, theirs, ours_first=ours_first, theirs_first=theirs_first)


def _result(
    image: ImageResult, reference: str, named: VersionTag | None, done: set[str], unknown: set[str]
) -> ImageResult:
    if image.name in unknown:
        return replace(image, unknown=(reference,))
    if image.name not in done:
        return image
    moved = named if named and named.digest != image.digest else None
    return replace(image, references=(*image.references, reference), version_tag_moved_from=moved)


def _overtaken(image: ImagePlan, found: str, expected: str) -> Problem:
    return Problem(
        what=f"Another run has set {image.version_reference} at the same time",
        value=found,
        expected=expected,
        hint="if the other run has released a newer commit, leave it; else run the same call again",
    )

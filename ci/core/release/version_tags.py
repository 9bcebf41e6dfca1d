"""When a version tag may be set: it never goes back to an older commit, nor below a version that was released."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from semver import Version

from ci.core.references import Reference
from ci.errors import Problem


class CommitRelation(StrEnum):
    """How the commit of a release is related to the one whose image a version tag names."""

    SAME = "the same commit"
    NEWER = "newer"
    OLDER = "older"
    UNRELATED = "on another branch"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class VersionTag:
    """What a version tag names before a release sets it."""

    digest: str
    git_sha: str = ""
    """The commit of its image, by the label `org.opencontainers.image.revision`; empty if it has none."""
    relation: CommitRelation = CommitRelation.UNKNOWN
    """How the commit that is released now is related to that one."""

    def __str__(self) -> str:
        if not self.git_sha:
            return f"{self.digest}, of an unknown commit"
        which = "this commit is" if self.relation is not CommitRelation.UNKNOWN else "whether this one is newer is"
        return f"commit {self.git_sha} ({which} {self.relation})"


def relation(ours: str, theirs: str, *, ours_first: bool | None, theirs_first: bool | None) -> CommitRelation:
    """How `ours` is related to `theirs`, from whether each comes before the other; None if that is not known."""
    if ours == theirs:
        return CommitRelation.SAME
    if theirs_first:
        return CommitRelation.NEWER
    if ours_first:
        return CommitRelation.OLDER
    return CommitRelation.UNKNOWN if None in (ours_first, theirs_first) else CommitRelation.UNRELATED


def backward_move(reference: Reference, git_sha: str, tag: VersionTag) -> Problem | None:
    """The problem of a version tag that would go back to an older commit, or of which that is not known.

    An image that does not name its commit can't be asked for more.
    """
    if tag.git_sha and tag.relation is CommitRelation.UNKNOWN:
        return Problem(
            what=f"Whether the version tag {reference} would go back to an older commit is not known",
            value=f"from {tag.git_sha} to {git_sha}",
            expected="a repository with the history of both commits",
            hint="fetch the history: `git fetch --unshallow`, in GitHub's checkout `fetch-depth: 0`; or raise VERSION. "
            "To move the tag in any case, set `allow_older = true` in [tool.slipway]",
        )
    if tag.relation is not CommitRelation.OLDER:
        return None
    return Problem(
        what=f"The version tag {reference} would go back to an older commit",
        value=f"from {tag.git_sha} to {git_sha}",
        expected="a commit that comes after the one whose image the tag names",
        hint="release the newer commit, or raise VERSION; to go back on purpose, set `allow_older = true` in "
        "[tool.slipway]",
    )


def lower_version(repository: str, version: str, tags: Iterable[str]) -> Problem | None:
    """The problem of a VERSION below the highest one that the repository's tags show to be released."""
    released = [Version.parse(tag) for tag in tags if Version.is_valid(tag)]
    highest = max(released, default=None)
    if highest is None or Version.parse(version) >= highest:
        return None
    return Problem(
        what=f"A higher version of {repository} was released",
        value=f"VERSION is {version}, the highest tag is {highest}",
        expected=f"{highest} or a higher version",
        hint="raise VERSION; to release a lower one on purpose, set `allow_older = true` in [tool.slipway]",
        file="VERSION",
    )

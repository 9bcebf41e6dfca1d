"""The ports: what the pipelines need of the outside, as small protocols; `ci.adapters` implements them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ci.concurrency import Outcome
from ci.core.images.spans import ImageSpan
from ci.core.omctl.model import Completed
from ci.core.references import Reference
from ci.core.release.commit_tree import TreeState
from ci.core.release.plan import ImagePlan
from ci.core.release.record import Record
from ci.errors import Problem


class SourceTree(Protocol):
    """The source tree of a product, without what its `.gitignore`s name. Paths are relative to its root."""

    async def files(self) -> frozenset[str]:
        """The path of every file."""

    async def existing(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the paths that are files."""

    async def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """The text of each of the files that exists and is UTF-8."""

    async def ignored(self) -> frozenset[str]:
        """Every file that is not part of the tree since a `.gitignore` names it or a folder above it."""


class Repository(Protocol):
    """The git repository of a source tree."""

    async def state(self) -> TreeState:
        """The source tree beside HEAD; what can't be read is said in it, and raises nothing."""

    async def is_ancestor(self, old: str, new: str) -> bool | None:
        """Whether the commit `old` comes before `new` or is it.

        None if it is not known: a commit is not in the repository, or its history is cut off as in a shallow clone.
        """


class Secret(Protocol):
    """A secret argument of a call."""

    async def plaintext(self) -> str:
        """Its value.

        Raises:
            ConfigurationError: it can't be read; the error never has the value.
        """


@dataclass(frozen=True)
class Builds:
    """What a builder did: an outcome for each image, in their order, and what went wrong beside them.

    An outcome is the digest of the image that was pushed, `""` if none was to be; a `BuildError` if the image was not
    built, and so not pushed; or another `SlipwayError` if it may have been.
    """

    outcomes: Sequence[Outcome[ImagePlan, str]]
    warnings: tuple[Problem, ...] = ()
    spans: Mapping[str, tuple[ImageSpan, ...]] = field(default_factory=dict)
    """What was done with each image when, from the start of the call; none if that is not known."""


class Builder(Protocol):
    """Builds images, many at the same time, and pushes them; what ends one image does not stop the others.

    Each image has a deadline, `build_minutes`. An exception that is raised ends all: what was done is not known.
    """

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images with their labels, without pushing them."""

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images, and push each to its repository by its digest alone, with retries; no tag is set."""

    async def save_cache(self) -> tuple[Problem, ...]:
        """Export what was built to its layer cache, if any, and return what went wrong."""


class Registry(Protocol):
    """Reads and sets tags."""

    async def digest(self, reference: Reference) -> str | None:
        """The digest of a reference; None if the reference does not exist.

        Raises:
            PublishError: the registry does not respond, or refuses.
        """

    async def set_tag(self, repository: str, digest: str, tag: str) -> str:
        """Set a tag to the image of a digest in its repository, byte for byte, and return the digest read afterwards.

        Raises:
            PublishError: the tag could not be set, or it is not known whether it was.
        """

    async def set_free_tag(self, repository: str, digest: str, tag: str) -> str:
        """As `set_tag`, but a tag that exists is not changed: its digest is returned.

        The tag is looked up again before each attempt. A registry can't compare and set a tag in one step:
        docs/decisions/0016-tags-and-races.md says what that leaves open.

        Raises:
            PublishError: as `set_tag`.
        """

    async def labels(self, repository: str, digest: str) -> Mapping[str, str]:
        """The labels of an image; of one for several platforms, those of its first.

        Raises:
            PublishError: they can't be read.
        """

    async def list_tags(self, repository: str) -> tuple[str, ...]:
        """All tags of a repository; none if it does not exist.

        Raises:
            PublishError: they can't be read.
        """

    async def check_push(self, repository: str) -> None:
        """Check that the credential may push to a repository; no tag is set.

        Raises:
            PublishError: it may not.
        """


@dataclass(frozen=True)
class RecordState:
    """A record in the registry, and its digest there."""

    digest: str
    record: Record


class Records(Protocol):
    """The records of releases, kept beside the images."""

    async def newest(self, git_sha: str) -> RecordState | None:
        """The newest record of a commit; None if there is none.

        Raises:
            PublishError: it can't be read, or is no record of this commit.
        """

    async def write(self, record: Record) -> str:
        """Make a record the newest of its commit, and return its digest.

        Raises:
            PublishError: it is not known to be written.
        """

    async def released(self) -> RecordState | None:
        """The record of the release that set the version tags last, or began to; None if there is none.

        Raises:
            PublishError: it can't be read, or is no record.
        """

    async def mark_released(self, digest: str) -> None:
        """Make the record of that digest the one that `released` returns.

        Raises:
            PublishError: it is not known to be done.
        """


class Omctl(Protocol):
    """Runs omctl in the folder of the pinned compose file and what it mounts."""

    def with_compose(self, text: str) -> "Omctl":
        """The same, with a text as the pinned compose file."""

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """Run it once, never from a cache; a failing exit code is a result, not an exception.

        Raises:
            OmnistrateError: it could not be run.
        """


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The current time, with its zone."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

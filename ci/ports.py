"""What a release needs of the world, as protocols of one to three methods; `ci.release` knows nothing else of it."""

from datetime import datetime
from typing import Any, Protocol

from ci.core.omctl import Completed
from ci.core.plan import ImagePlan
from ci.core.references import Reference


class Builder(Protocol):
    """Builds images and pushes them."""

    async def build(self, image: ImagePlan) -> Any:  # Any: the builder's own handle, which only it opens
        """Build one image with its labels; nothing is pushed.

        Raises:
            BuildError: with the end of the build's log.
        """

    async def push(self, built: Any, reference: Reference) -> str:
        """Push what `build` gave under a reference, and give back its digest.

        Raises:
            PublishError: it could not be pushed, retries included.
        """


class Registry(Protocol):
    """Reads and sets tags."""

    async def digest(self, reference: Reference) -> str | None:
        """The digest that a reference has in the registry; None where there is none.

        Raises:
            PublishError: the registry can't be asked.
        """

    async def tag(self, reference: Reference, tag: str) -> str:
        """Give the image at `reference` another tag in its repository, byte for byte, and give back its digest.

        Raises:
            PublishError: it could not be set.
        """

    async def check_push(self, repository: str) -> None:
        """Prove that the credential may push to a repository, with no tag set.

        Raises:
            PublishError: it may not.
        """


class Omctl(Protocol):
    """Runs omctl beside the pinned compose file and what it mounts."""

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """Run it once, never from a cache; a failing exit code is an answer, not an exception."""


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    def now(self) -> datetime:
        """The time, with its zone."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

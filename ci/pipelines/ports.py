"""The ports: what the pipelines need of the outside, as small protocols; `ci.adapters` implements them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from ci.core.omctl.model import Completed
from ci.core.references import Reference
from ci.core.release.plan import ImagePlan
from ci.core.smoke.boot import BootPlan, ImageFacts
from ci.core.smoke.states import Kept
from ci.core.smoke.steps import Answer, Request

Built = TypeVar("Built")


class SourceTree(Protocol):
    """The source tree of a product. Paths are relative to its root."""

    async def files(self) -> frozenset[str]:
        """The path of every file."""

    async def existing(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the paths that are files."""

    async def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """The text of each of the files that exists and is UTF-8."""


class Secret(Protocol):
    """A secret argument of a call."""

    async def plaintext(self) -> str:
        """Its value.

        Raises:
            ConfigurationError: it can't be read; the error never has the value.
        """


class Builder(Protocol[Built]):
    """Builds images and pushes them; `Built` is its own type for a built image."""

    async def build(self, image: ImagePlan) -> Built:
        """Build one image with its labels, without pushing it.

        Raises:
            BuildError: with the end of the build's log.
        """

    async def push(self, built: Built, reference: Reference) -> str:
        """Push a built image under a reference, with retries, and return its digest.

        Raises:
            PublishError: it could not be pushed.
        """


class Registry(Protocol):
    """Reads and sets tags."""

    async def digest(self, reference: Reference) -> str | None:
        """The digest of a reference; None if the reference does not exist.

        Raises:
            PublishError: the registry does not respond, or refuses.
        """

    async def tag(self, reference: Reference, tag: str) -> str:
        """Give the image at `reference` another tag in its repository, byte for byte, and return its digest.

        Raises:
            PublishError: the tag could not be set.
        """

    async def check_push(self, repository: str) -> None:
        """Check that the credential may push to a repository; no tag is set.

        Raises:
            PublishError: it may not.
        """


class Omctl(Protocol):
    """Runs omctl in the folder of the pinned compose file and what it mounts."""

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


class Yard(Protocol):
    """Where the containers of a product are put up; in each a keeper waits to be told to begin."""

    async def images(self, plan: BootPlan) -> Mapping[str, ImageFacts]:
        """What the image of each service says of itself.

        Raises:
            SmokeError: images can't be had; all of them.
        """

    async def put_up(self, plan: BootPlan, images: Mapping[str, ImageFacts]) -> Mapping[str, "Keeper"]:
        """A container for each service; no service is begun.

        Raises:
            SmokeError: a container can't be put up; all of them.
        """

    async def take_down(self) -> None:
        """Remove every container that was put up."""


class Keeper(Protocol):
    """Keeps one service in its container; see `ci.supervisor`."""

    address: str
    """Where other containers reach the service."""

    async def tell(self, what: str, question: Mapping[str, Any] | None = None) -> None:  # Any: JSON
        """Tell it to `begin`, `start`, `stop` or `end`.

        Raises:
            SmokeError: it did not.
        """

    async def look(self, known: int = -1, seconds: float = 0.0) -> Kept:
        """The service's state, once it is newer than the version `known`, or after `seconds`."""

    async def log(self, lines: int) -> tuple[str, ...]:
        """The end of the service's output."""

    async def memory(self) -> int:
        """Bytes of memory that the service holds."""

    async def execute(self, command: Sequence[str], seconds: float) -> Answer:
        """Run a command beside the service."""


class Web(Protocol):
    """Asks services, and keeps the cookies of each session."""

    async def ask(self, request: Request, address: str, seconds: float) -> Answer:
        """Send a request; that nothing answers is an answer, too."""

    def cookie(self, session: str, name: str) -> str | None:
        """A cookie of a session."""

"""What a smoke needs from outside the core, as protocols; adapters implement them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ci.core.smoke.service_spec import ImageConfig
from ci.core.smoke.service_state import ServiceState
from ci.core.smoke.start_plan import StartPlan
from ci.core.smoke.step_check import ActionResult
from ci.core.smoke.step_request import Request


class ContainerRuntime(Protocol):
    """Creates a container for each service; in each a supervisor waits for the command to run the service."""

    async def pull(self, plan: StartPlan) -> Mapping[str, ImageConfig]:
        """Pull every image, and return the configuration of each service's image.

        Raises:
            SmokeError: images are not available; all of them.
        """

    async def create(self, plan: StartPlan, images: Mapping[str, ImageConfig]) -> Mapping[str, "ServiceControl"]:
        """Create a container for each service; no service runs yet.

        Raises:
            SmokeError: containers could not be created; all of them.
        """

    async def remove(self) -> None:
        """Remove every container that was created."""


class ServiceControl(Protocol):
    """Controls one service through the supervisor in its container (`ci.supervisor`).

    Every method raises a `SmokeError` if the supervisor does not respond, or could not do what it was asked to.
    """

    address: str
    """The address of the service for other containers."""

    async def run(self, spec: Mapping[str, Any]) -> None:  # Any: JSON
        """Configure the service and start it, once; the spec is that of `ci.core.smoke.supervisor_spec`."""

    async def start(self) -> None:
        """Start the service after `stop`."""

    async def stop(self) -> None:
        """Stop the service, as docker does: by its signal, and by force after its grace period."""

    async def shut_down(self) -> None:
        """Kill the service, and empty the volumes that are not kept."""

    async def poll(self, known_version: int = -1, seconds: float = 0.0) -> ServiceState:
        """The service's state, as soon as it is newer than `known_version`, or after `seconds`."""

    async def log(self, lines: int) -> tuple[str, ...]:
        """The last lines of the service's output."""

    async def memory(self) -> int:
        """Bytes of memory that the service uses."""

    async def execute(self, command: Sequence[str], seconds: float) -> ActionResult:
        """Run a command in the service's container; it is killed after `seconds`."""


class HttpClient(Protocol):
    """Sends requests to services, with a cookie jar for each session."""

    async def send(self, request: Request, address: str, seconds: float) -> ActionResult:
        """Send a request; a missing response is a result with an error, not an exception."""

    def cookie(self, session: str, name: str) -> str | None:
        """The value of a session's cookie; None if there is none."""

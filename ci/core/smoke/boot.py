"""What is booted: the services of a pinned compose file as values, each with all that its container needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ci.core.compose.depends_on import Dependency


@dataclass(frozen=True)
class HealthCheck:
    """A health check, its times in seconds; None leaves a part to the image's own check, and then to docker.

    An empty `command` with `off` False leaves the command to the image as well.
    """

    command: tuple[str, ...] = ()
    interval: float | None = None
    timeout: float | None = None
    retries: int | None = None
    start_period: float | None = None
    start_interval: float | None = None
    off: bool = False


@dataclass(frozen=True)
class Mount:
    """Something mounted at `target`: a named `volume`, a path `bind` of the source, a `text`, or a fresh tmpfs."""

    target: str
    kind: str
    """`volume`, `bind`, `text` or `tmpfs`."""
    source: str = ""
    read_only: bool = False


@dataclass(frozen=True)
class Port:
    """A port of the container, and the one of the host that it is published on; `published` 0: any, or none."""

    target: int
    published: int = 0
    host: str = ""
    protocol: str = "tcp"


@dataclass(frozen=True, kw_only=True)
class Booted:
    """One service to boot; what is None is left to the image."""

    name: str
    image: str
    line: int = 0
    needs: tuple[Dependency, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    working_dir: str = ""
    restart: str = "no"
    restarts: int = 0
    """The most restarts of `on-failure`; 0: any."""
    health: HealthCheck | None = None
    mounts: tuple[Mount, ...] = ()
    ports: tuple[Port, ...] = ()
    stop_signal: str = "SIGTERM"
    stop_seconds: float = 10.0
    memory_limit: int = 0
    """Bytes that it may use; 0: no limit."""
    passed_over: tuple[str, ...] = ()
    """Keys that ask for something that is not done here."""


@dataclass(frozen=True)
class BootPlan:
    """The services in an order in which each comes after all that it waits for."""

    services: tuple[Booted, ...]
    left: tuple[str, ...] = ()
    """Services of the file that are not booted."""

    def of(self, name: str) -> Booted | None:
        """The service of that name, if it is booted."""
        return next((one for one in self.services if one.name == name), None)


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """What an image says of itself, for all that the compose file leaves to it."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    working_dir: str = ""
    health: HealthCheck | None = None
    content: tuple[str, ...] = ()
    """Targets of volumes at which the image has something."""


def in_order(services: tuple[Booted, ...]) -> tuple[Booted, ...]:
    """The services, each after all that it waits for, else as they stand; there must be no cycle."""
    by_name = {one.name: one for one in services}
    done: dict[str, Booted] = {}

    def add(one: Booted) -> None:
        if one.name not in done:
            for need in one.needs:
                if need.service in by_name:
                    add(by_name[need.service])
            done[one.name] = one

    for one in services:
        add(one)
    return tuple(done.values())


def clashes(services: tuple[Booted, ...]) -> list[tuple[Port, str, str]]:
    """Ports of the host that two services publish, with both services."""
    found = []
    taken: dict[tuple[int, str], list[tuple[Port, str]]] = {}
    for one in services:
        for port in one.ports:
            if not port.published:
                continue
            for other, name in taken.setdefault((port.published, port.protocol), []):
                if other.host == port.host or "" in (_any(other.host), _any(port.host)):
                    found.append((port, name, one.name))
            taken[port.published, port.protocol].append((port, one.name))
    return found


def _any(host: str) -> str:
    return "" if host in ("0.0.0.0", "::") else host  # noqa: S104 - read, not listened on

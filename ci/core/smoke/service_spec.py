"""A service to start, as values: all that its container needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ci.core.compose.depends_on import Dependency


class MountKind(StrEnum):
    """What is mounted."""

    VOLUME = "volume"
    """A named volume."""
    BIND = "bind"
    """A path of the source."""
    CONTENT = "content"
    """A file with content from the compose file itself."""
    TMPFS = "tmpfs"


class RestartPolicy(StrEnum):
    """When a container's process is started again; compose's `unless-stopped` is `always` here."""

    NO = "no"
    ALWAYS = "always"
    ON_FAILURE = "on-failure"


@dataclass(frozen=True)
class HealthCheck:
    """A health check; times in seconds. None and an empty command leave a part to the image, and then to docker."""

    command: tuple[str, ...] = ()
    interval: float | None = None
    timeout: float | None = None
    retries: int | None = None
    start_period: float | None = None
    start_interval: float | None = None
    disabled: bool = False


@dataclass(frozen=True)
class Mount:
    """Something mounted at the path `target`; `source` is the volume's name, the path or the content.

    A path is relative to the top of the source.
    """

    target: str
    kind: MountKind
    source: str = ""
    read_only: bool = False


@dataclass(frozen=True)
class Port:
    """The port `target` of the container, and the one of the host that it is published on; 0: any, or none."""

    target: int
    published: int = 0
    host_ip: str = ""
    protocol: str = "tcp"


@dataclass(frozen=True, kw_only=True)
class ServiceSpec:
    """A service; what is None or empty is left to the image."""

    name: str
    image: str
    line: int = 0
    """The service's line in the compose file."""
    depends_on: tuple[Dependency, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    working_dir: str = ""
    restart: RestartPolicy = RestartPolicy.NO
    max_restarts: int = 0
    """The limit of `on-failure`; 0: none."""
    health_check: HealthCheck | None = None
    mounts: tuple[Mount, ...] = ()
    ports: tuple[Port, ...] = ()
    stop_signal: str = "SIGTERM"
    stop_grace_seconds: float = 10.0
    memory_limit: int = 0
    """In bytes; 0: no limit."""
    unsupported: tuple[str, ...] = ()
    """Keys of the compose file that have no effect in a smoke."""


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """The configuration of an image, which holds where the compose file says nothing else."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    working_dir: str = ""
    health_check: HealthCheck | None = None
    volume_content: tuple[str, ...] = ()
    """Targets of the service's volumes at which the image has content of its own."""

"""What a service is to run as: the JSON of a `/run` request, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A health check with docker's defaults; times in seconds."""

    command: tuple[str, ...]
    interval: float = 30.0
    timeout: float = 30.0
    retries: int = 3
    start_period: float = 0.0
    start_interval: float = 5.0


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A restart policy, `no`, `always` or `on-failure`; a limit of 0 is none."""

    policy: str = "no"
    max_restarts: int = 0


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A named volume mounted at `path`; `content` is the path of the image's own content for it, `""` if there is none.

    `keep` leaves its content for the next run.
    """

    path: str
    content: str = ""
    keep: bool = False


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A service's process and its surroundings."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    """`user[:group]`, each a name or a number; `""` for the supervisor's own."""
    working_dir: str = "/"
    restart: Restart = Restart()
    health_check: HealthCheck | None = None
    stop_signal: str = "SIGTERM"
    stop_grace_seconds: float = 10.0
    volumes: tuple[Volume, ...] = ()
    redact: tuple[str, ...] = ()
    """Strings to mask in every output."""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:  # Any: JSON
        """The spec in a JSON object.

        Raises:
            TypeError: a key is unknown or missing.
        """
        nested = ("health_check", "restart", "volumes")
        plain = {name: entry for name, entry in value.items() if name not in nested}
        for name in ("command", "redact"):
            if name in plain:
                plain[name] = tuple(plain[name])
        check = value.get("health_check")
        return cls(
            **plain,
            restart=Restart(**(value.get("restart") or {})),
            health_check=HealthCheck(**{**check, "command": tuple(check["command"])}) if check else None,
            volumes=tuple(Volume(**volume) for volume in value.get("volumes", ())),
        )

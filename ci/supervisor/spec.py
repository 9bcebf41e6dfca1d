"""What a service is to run as: the JSON that a keeper is told, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Health:
    """A health check by docker's rules, with docker's defaults; times in seconds."""

    command: tuple[str, ...]
    interval: float = 30.0
    timeout: float = 30.0
    retries: int = 3
    start_period: float = 0.0
    start_interval: float = 5.0


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A restart policy, `no`, `always` or `on-failure`; `most` is the most restarts, 0 for any number."""

    policy: str = "no"
    most: int = 0


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A named volume mounted at `path`, and where the image's own content of that path is mounted, if it has any.

    `keep` leaves its content for the next run.
    """

    path: str
    content: str = ""
    keep: bool = False


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A service's process and what surrounds it."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    """`user[:group]`, each a name or a number; `""` for the keeper's own."""
    working_dir: str = "/"
    restart: Restart = Restart()
    health: Health | None = None
    stop_signal: str = "SIGTERM"
    stop_seconds: float = 10.0
    volumes: tuple[Volume, ...] = ()
    hidden: tuple[str, ...] = ()
    """Texts that are blotted out of every output."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:  # Any: JSON
        """The spec in a JSON object.

        Raises:
            TypeError: a key is unknown or missing.
        """
        health, restart = told.get("health"), told.get("restart") or {}
        plain = {name: value for name, value in told.items() if name not in ("health", "restart", "volumes")}
        for name in ("command", "hidden"):
            if name in plain:
                plain[name] = tuple(plain[name])
        return cls(
            **plain,
            restart=Restart(**restart),
            health=Health(**{**health, "command": tuple(health["command"])}) if health else None,
            volumes=tuple(Volume(**volume) for volume in told.get("volumes", ())),
        )

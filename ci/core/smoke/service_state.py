"""The state of a running service, as its supervisor reports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Any, Self

from ci.core.compose.depends_on import Condition


class Phase(StrEnum):
    """What the service's process is doing; docker's names, and `starting` and `stopped` (by request)."""

    CREATED = "created"
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    EXITED = "exited"
    STOPPED = "stopped"


class Health(StrEnum):
    """What the health check has found; docker's names."""

    NONE = "none"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


class EventKind(StrEnum):
    """What can happen to a service."""

    STARTED = "started"
    EXITED = "exited"
    STOPPED = "stopped"
    KILLED = "killed"
    """It did not stop within its grace period."""
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True)
class Event:
    """Something that happened to a service; `at` in seconds since the epoch.

    `detail` is the exit code of `exited`, and the seconds of the grace period of `killed`.
    """

    at: float
    kind: EventKind
    detail: str = ""


@dataclass(frozen=True)
class ServiceState:
    """A service's state; `version` grows with every change."""

    version: int = -1
    phase: Phase = Phase.CREATED
    health: Health = Health.NONE
    health_output: str = ""
    """The output of the last health check."""
    failed_checks: int = 0
    """How many health checks failed in a row."""
    exit_code: int = 0
    restarts: int = 0
    events: tuple[Event, ...] = ()

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Self:  # Any: JSON
        """The state in a supervisor's response."""
        events = tuple(Event(**{**event, "kind": EventKind(event["kind"])}) for event in state["events"])
        return cls(**{**state, "phase": Phase(state["phase"]), "health": Health(state["health"]), "events": events})

    def first(self, kind: EventKind) -> float | None:
        """When an event happened for the first time."""
        return next((event.at for event in self.events if event.kind == kind), None)

    def met_at(self, condition: Condition) -> float | None:
        """When the service met a condition of `depends_on` for the first time."""
        if condition == Condition.HEALTHY:
            return self.first(EventKind.HEALTHY)
        if condition == Condition.COMPLETED:
            return self._completed_at()
        return self.first(EventKind.STARTED)

    def ready_at(self) -> float | None:
        """When the service was ready for the first time: healthy; without a health check, completed or started."""
        checked = {EventKind.HEALTHY, EventKind.UNHEALTHY}
        if self.health != Health.NONE or any(event.kind in checked for event in self.events):
            return self.first(EventKind.HEALTHY)
        return self._completed_at() or self.first(EventKind.STARTED)

    def killed_after_seconds(self) -> float:
        """The grace period after which the service had to be killed at a stop, in seconds; 0 if it never was."""
        return max((float(event.detail) for event in self.events if event.kind == EventKind.KILLED), default=0.0)

    def was_killed_at_last_stop(self) -> bool:
        """Whether the service had to be killed at its last stop: it did not stop within its grace period."""
        since_start = takewhile(lambda event: event.kind != EventKind.STARTED, reversed(self.events))
        return any(event.kind == EventKind.KILLED for event in since_start)

    def _completed_at(self) -> float | None:
        """When its process ended with exit code 0 for the first time."""
        return next((one.at for one in self.events if one.kind == EventKind.EXITED and one.detail == "0"), None)

"""The state of a service, and the events that led to it."""

import threading
import time
from enum import StrEnum
from typing import Any

from .health import HealthState


class Phase(StrEnum):
    """What the service's process is doing; docker's names, and `starting` and `stopped` (by request)."""

    CREATED = "created"
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    EXITED = "exited"
    STOPPED = "stopped"


class State:
    """A service's state; the lock of `changed` guards it, and `changed` is notified of every new version."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.phase = Phase.CREATED
        self.health = HealthState()
        self.exit_code = self.restarts = self.version = 0
        self._events: list[dict[str, Any]] = []  # Any: JSON

    def record(self, event: str, phase: Phase | None = None, detail: str = "") -> None:
        """Record an event, and the phase that it leads to; the lock is held by the caller."""
        self.phase = phase or self.phase
        self._events.append({"at": time.time(), "kind": event, "detail": detail})
        self.version += 1
        self.changed.notify_all()

    def as_json(self) -> dict[str, Any]:
        """The state for clients; the lock is held by the caller."""
        return {
            "version": self.version,
            "phase": self.phase,
            "health": self.health.status,
            "health_output": self.health.output,
            "failed_checks": self.health.failed_checks,
            "exit_code": self.exit_code,
            "restarts": self.restarts,
            "events": list(self._events),
        }

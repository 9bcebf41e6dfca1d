"""How far each service of a boot is, and what that means for those that wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.boot import Booted, BootPlan

RESTARTS_GIVEN_UP = 3
"""A service that ended this often before it was ready is given up: docker itself would go on for ever."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a service; `at` in seconds since the epoch."""

    at: float
    what: str
    detail: str = ""


@dataclass(frozen=True)
class Kept:
    """A service's state, as its keeper tells it."""

    version: int = -1
    phase: str = "waiting"
    """`waiting`, `starting`, `running`, `restarting`, `exited` or `stopped`."""
    health: str = "none"
    """`none`, `starting`, `healthy` or `unhealthy`."""
    checked: str = ""
    """What the last health check printed."""
    failing: int = 0
    code: int = 0
    restarts: int = 0
    events: tuple[Event, ...] = ()

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:  # Any: JSON
        """The state in a keeper's answer."""
        return cls(**{**told, "events": tuple(Event(**event) for event in told["events"])})

    def first(self, what: str) -> float | None:
        """When something happened for the first time."""
        return next((event.at for event in self.events if event.what == what), None)


@dataclass(frozen=True)
class Verdict:
    """How far a service is: `coming`, `ready`, `failed`, or `blocked` where it can't be started; and why."""

    outcome: str
    why: str = ""


COMING, READY = Verdict("coming"), Verdict("ready")


def is_job(plan: BootPlan, name: str) -> bool:
    """Whether a service is to come to its end: another waits for that."""
    return any(
        need.service == name and need.condition == Condition.COMPLETED for one in plan.services for need in one.needs
    )


def verdict(service: Booted, kept: Kept, *, job: bool, settings: SmokeSettings) -> Verdict:
    """How far a started service is.

    A job is ready when it has ended well; any other when it is healthy, or runs where it has no health check. A service
    with the policy `no` or `on-failure` that ends well is ready too, whether or not anyone waits for it.
    """
    if kept.phase == "exited":
        ended_well = kept.code == 0 and (job or service.restart in ("no", "on-failure"))
        return READY if ended_well else Verdict("failed", f"ended with exit code {kept.code}{_after(kept)}")
    if kept.phase == "restarting":
        bounded = service.restart == "on-failure" and service.restarts
        if kept.restarts >= max(RESTARTS_GIVEN_UP, settings.max_restarts + 1) and not bounded:
            return Verdict("failed", f"ends again and again, last with exit code {kept.code}{_after(kept)}")
        return COMING
    if kept.phase == "stopped" or kept.health == "unhealthy":
        said = f"; its health check said: {kept.checked}" if kept.checked else ""
        why = "is stopped" if kept.phase == "stopped" else f"is unhealthy: {kept.failing} health checks failed{said}"
        return Verdict("failed", why)
    return COMING if kept.phase != "running" or job or kept.health == "starting" else READY


def late(kept: Kept, seconds: float) -> Verdict:
    """The verdict on a service that is not ready in its time."""
    said = f"; its health check said: {kept.checked}" if kept.checked else ""
    state = kept.phase if kept.health == "none" else f"{kept.phase}, {kept.health}"
    return Verdict("failed", f"was not ready after {seconds:g} s: {state}{said}")


def may_start(service: Booted, states: Mapping[str, tuple[Kept, Verdict]]) -> Verdict:
    """Whether all that a service waits for is there: `ready` if it may start, `blocked` if it never will."""
    coming = False
    for need in service.needs:
        kept, of = states[need.service]
        if of.outcome in ("failed", "blocked") and need.required and not _met(need, kept):
            return Verdict("blocked", f"waits for `{need.service}`, which {_why(of)}")
        coming |= not _met(need, kept) and not (of.outcome in ("failed", "blocked") and not need.required)
    return COMING if coming else READY


def order_problems(plan: BootPlan, states: Mapping[str, Kept]) -> list[str]:
    """Where the times that the keepers noted show that a service was started before what it waits for was there."""
    found = []
    for one in plan.services:
        begun = states[one.name].first("started")
        for need in one.needs:
            other = states[need.service]
            if begun is None or not need.required:
                continue
            there = _there(need, other)
            if there is None or there > begun:
                found.append(f"`{one.name}` was started before `{need.service}` had met {need.condition}")
    return found


def _met(need: Dependency, kept: Kept) -> bool:
    return _there(need, kept) is not None


def _there(need: Dependency, kept: Kept) -> float | None:
    """When a condition was first met."""
    if need.condition == Condition.HEALTHY:
        return kept.first("healthy")
    if need.condition == Condition.COMPLETED:
        return next((e.at for e in kept.events if e.what == "exited" and e.detail == "0"), None)
    return kept.first("started")


def _after(kept: Kept) -> str:
    return f", after {kept.restarts} restart(s)" if kept.restarts else ""


def _why(of: Verdict) -> str:
    return of.why.split(": ", 1)[0].split("; ", 1)[0] if of.outcome == "failed" else f"was not started: it {of.why}"


def ready_at(kept: Kept) -> float | None:
    """When a service was ready for the first time: healthy, ended well, or, with no health check, started."""
    if any(event.what in ("healthy", "unhealthy") for event in kept.events) or kept.health != "none":
        return kept.first("healthy")
    ended = next((event.at for event in kept.events if event.what == "exited" and event.detail == "0"), None)
    return ended or kept.first("started")

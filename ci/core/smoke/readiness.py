"""How far a started service is: still pending, ready, or failed."""

from dataclasses import dataclass
from enum import StrEnum

from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.service_spec import RestartPolicy, ServiceSpec
from ci.core.smoke.service_state import Health, Phase, ServiceState

RESTART_LIMIT = 3
"""A service with this many restarts before it is ready has failed; docker itself would restart it for ever."""


class Status(StrEnum):
    """What became of a service in a smoke."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    BLOCKED = "blocked"
    """Not started, since a service that it depends on will never be ready."""
    NOT_STARTED = "not started"
    """The smoke ended before its turn."""


@dataclass(frozen=True)
class Readiness:
    """A status, and the reason of one that is not ready: a phrase that follows the service's name."""

    status: Status
    reason: str = ""


PENDING, READY = Readiness(Status.PENDING), Readiness(Status.READY)


def readiness(service: ServiceSpec, state: ServiceState, *, job: bool, settings: SmokeSettings) -> Readiness:
    """How far a started service is.

    A job is ready when it has ended with exit code 0; any other service when it is healthy, or runs if it has no health
    check. With the restart policy `no` or `on-failure`, any service that ends with exit code 0 is ready.
    """
    if state.phase == Phase.EXITED:
        may_end = job or service.restart != RestartPolicy.ALWAYS
        return READY if state.exit_code == 0 and may_end else failed(f"ended with exit code {state.exit_code}", state)
    if state.phase == Phase.RESTARTING:
        limited = service.restart == RestartPolicy.ON_FAILURE and service.max_restarts
        if state.restarts >= max(RESTART_LIMIT, settings.max_restarts + 1) and not limited:
            return failed(f"restarts again and again, last with exit code {state.exit_code}", state)
        return PENDING
    if state.phase == Phase.STOPPED:
        return Readiness(Status.FAILED, "is stopped")
    if state.health == Health.UNHEALTHY:
        reason = f"is unhealthy: {state.failed_checks} health checks failed{_health_output(state)}"
        return Readiness(Status.FAILED, reason)
    return PENDING if state.phase != Phase.RUNNING or job or state.health == Health.STARTING else READY


def failed(reason: str, state: ServiceState) -> Readiness:
    """A failure, with the number of restarts before it."""
    return Readiness(Status.FAILED, reason + (f", after {state.restarts} restart(s)" if state.restarts else ""))


def not_ready_in_time(state: ServiceState, seconds: float) -> Readiness:
    """The failure of a service that is still pending when its time is over."""
    what = state.phase if state.health == Health.NONE else f"{state.phase}, {state.health}"
    return Readiness(Status.FAILED, f"was not ready after {seconds:g} s: {what}{_health_output(state)}")


def final_readiness(service: ServiceSpec, state: ServiceState, *, job: bool, settings: SmokeSettings) -> Readiness:
    """Whether a service that was ready still is at the end, and did not restart more often than the settings allow."""
    found = readiness(service, state, job=job, settings=settings)
    if found.status == Status.PENDING:
        return Readiness(Status.FAILED, f"was ready, but no longer is: {state.phase}, {state.health}")
    if found.status == Status.READY and state.restarts > settings.max_restarts:
        reason = f"was restarted {state.restarts} time(s), last after exit code {state.exit_code}"
        return Readiness(Status.FAILED, reason)
    return found


def _health_output(state: ServiceState) -> str:
    return f"; output of the health check: {state.health_output}" if state.health_output else ""

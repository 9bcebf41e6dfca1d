"""Docker's rules for health checks, as functions of values (moby: daemon/health.go)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from .spec import HealthCheck


class Health(StrEnum):
    """Docker's names for the result of a health check."""

    NONE = "none"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True)
class HealthState:
    """The health so far: failed checks in a row, and the output of the last check."""

    status: Health = Health.NONE
    failed_checks: int = 0
    output: str = ""


def initial(check: HealthCheck | None) -> HealthState:
    """The health of a process that was just started."""
    return HealthState(Health.STARTING if check else Health.NONE)


def after_check(before: HealthState, check: HealthCheck, *, passed: bool, age: float, output: str) -> HealthState:
    """The health after a check that began `age` seconds after the process.

    A failure does not count during the start period, unless the service has been healthy before.
    """
    if passed:
        return HealthState(Health.HEALTHY, 0, output)
    if before.status == Health.STARTING and age < check.start_period:
        return replace(before, output=output)
    failed = before.failed_checks + 1
    return HealthState(Health.UNHEALTHY if failed >= check.retries else before.status, failed, output)


def seconds_to_next(state: HealthState, check: HealthCheck, age: float) -> float:
    """Seconds from now to the next check of a process that is `age` seconds old."""
    starting = state.status == Health.STARTING and age < check.start_period
    return check.start_interval if starting else check.interval

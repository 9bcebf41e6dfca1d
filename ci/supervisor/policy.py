"""The rules of docker for restarts and health, as functions of values (moby: restartmanager.go, daemon/health.go)."""

from dataclasses import dataclass, replace

from .spec import Health, Restart

FIRST_DELAY = 0.1
LONGEST_DELAY = 60.0
STEADY_SECONDS = 10.0
"""A process that ran this long is not in a loop of crashes: the next delay is the first again."""


@dataclass(frozen=True)
class Checked:
    """What the health check has found so far."""

    status: str = "none"
    """`none`, `starting`, `healthy` or `unhealthy`."""
    failing: int = 0
    said: str = ""
    """What the last check printed."""


def begin(health: Health | None) -> Checked:
    """The health of a process that was just started."""
    return Checked("starting" if health else "none")


def checked(before: Checked, health: Health, *, passed: bool, age: float, said: str) -> Checked:
    """The health after a check that began `age` seconds after its process.

    A failure counts from the end of the start period, or once the service has been healthy.
    """
    if passed:
        return Checked("healthy", 0, said)
    if before.status == "starting" and age < health.start_period:
        return replace(before, said=said)
    failing = before.failing + 1
    return Checked("unhealthy" if failing >= health.retries else before.status, failing, said)


def pause(state: Checked, health: Health, age: float) -> float:
    """Seconds to the next check."""
    return health.start_interval if state.status == "starting" and age < health.start_period else health.interval


def delay(restart: Restart, *, code: int, restarts: int, ran: float, before: float) -> float | None:
    """Seconds until the process is started again after it ended with `code`; None if it is not to be.

    `before` is the delay before this start, 0 for the first.
    """
    if restart.policy == "no" or (restart.policy == "on-failure" and code == 0):
        return None
    if restart.policy == "on-failure" and restart.most and restarts >= restart.most:
        return None
    if not before or ran >= STEADY_SECONDS:
        return FIRST_DELAY
    return min(before * 2, LONGEST_DELAY)

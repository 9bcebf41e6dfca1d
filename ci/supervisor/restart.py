"""Docker's rules for restarts, as a function of values (moby: restartmanager.go)."""

from .spec import Restart

FIRST_DELAY = 0.1
LONGEST_DELAY = 60.0
STEADY_SECONDS = 10.0
"""After a process that ran this long, the next delay is the first again: it was no loop of crashes."""


def restart_delay(
    restart: Restart, *, exit_code: int, restarts: int, ran_seconds: float, last_delay: float
) -> float | None:
    """Seconds until an ended process is started again; None if the policy ends it.

    `restarts` were made before; `last_delay` is the delay before the ended process, 0 for the first one.
    """
    if restart.policy == "no" or (restart.policy == "on-failure" and exit_code == 0):
        return None
    if restart.policy == "on-failure" and restart.max_restarts and restarts >= restart.max_restarts:
        return None
    if not last_delay or ran_seconds >= STEADY_SECONDS:
        return FIRST_DELAY
    return min(last_delay * 2, LONGEST_DELAY)

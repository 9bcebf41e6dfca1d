"""Docker's rules for restarts."""

import pytest

from ci.supervisor.restart import restart_delay
from ci.supervisor.spec import Restart


@pytest.mark.parametrize(
    ("restart", "code", "restarts", "ran", "last_delay", "seconds"),
    [
        (Restart(), 1, 0, 1, 0, None),
        (Restart(policy="always"), 0, 0, 1, 0, 0.1),
        (Restart(policy="always"), 1, 1, 1, 0.1, 0.2),
        (Restart(policy="always"), 1, 9, 1, 50, 60),
        (Restart(policy="always"), 1, 9, 11, 50, 0.1),
        (Restart(policy="on-failure"), 0, 0, 1, 0, None),
        (Restart(policy="on-failure"), 1, 99, 1, 60, 60),
        (Restart(policy="on-failure", max_restarts=3), 1, 2, 1, 0.2, 0.4),
        (Restart(policy="on-failure", max_restarts=3), 1, 3, 1, 0.4, None),
    ],
)
def test_the_time_to_the_next_start(
    *, restart: Restart, code: int, restarts: int, ran: float, last_delay: float, seconds: float | None
) -> None:
    found = restart_delay(restart, exit_code=code, restarts=restarts, ran_seconds=ran, last_delay=last_delay)
    assert found == seconds

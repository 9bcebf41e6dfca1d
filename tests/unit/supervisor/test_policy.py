"""Docker's rules for restarts and health."""

import pytest

from ci.supervisor.policy import Checked, begin, checked, delay, pause
from ci.supervisor.spec import Health, Restart

HEALTH = Health(command=("c",), interval=5, retries=2, start_period=10, start_interval=1)
STARTING = Checked("starting")


@pytest.mark.parametrize(
    ("before", "passed", "age", "after"),
    [
        (STARTING, True, 0, ("healthy", 0)),
        (STARTING, False, 9, ("starting", 0)),
        (STARTING, False, 10, ("starting", 1)),
        (Checked("starting", 1), False, 11, ("unhealthy", 2)),
        (Checked("healthy"), False, 5, ("healthy", 1)),
        (Checked("healthy", 1), False, 5, ("unhealthy", 2)),
        (Checked("healthy", 1), True, 5, ("healthy", 0)),
        (Checked("unhealthy", 2), True, 50, ("healthy", 0)),
        (Checked("unhealthy", 2), False, 50, ("unhealthy", 3)),
    ],
)
def test_a_failure_counts_after_the_start_period_or_once_it_was_healthy(
    *, before: Checked, passed: bool, age: float, after: tuple[str, int]
) -> None:
    found = checked(before, HEALTH, passed=passed, age=age, said="x")
    assert (found.status, found.failing) == after
    assert found.said == "x"


@pytest.mark.parametrize(("state", "age", "seconds"), [(STARTING, 9, 1), (STARTING, 10, 5), (Checked("healthy"), 2, 5)])
def test_the_time_to_the_next_check(state: Checked, age: float, seconds: float) -> None:
    assert pause(state, HEALTH, age) == seconds


def test_without_a_check_there_is_no_health() -> None:
    assert begin(None).status == "none"
    assert begin(HEALTH).status == "starting"


@pytest.mark.parametrize(
    ("restart", "code", "restarts", "ran", "before", "seconds"),
    [
        (Restart(), 1, 0, 1, 0, None),
        (Restart(policy="always"), 0, 0, 1, 0, 0.1),
        (Restart(policy="always"), 1, 1, 1, 0.1, 0.2),
        (Restart(policy="always"), 1, 9, 1, 50, 60),
        (Restart(policy="always"), 1, 9, 11, 50, 0.1),
        (Restart(policy="on-failure"), 0, 0, 1, 0, None),
        (Restart(policy="on-failure"), 1, 99, 1, 60, 60),
        (Restart(policy="on-failure", most=3), 1, 2, 1, 0.2, 0.4),
        (Restart(policy="on-failure", most=3), 1, 3, 1, 0.4, None),
    ],
)
def test_the_time_to_the_next_start(
    *, restart: Restart, code: int, restarts: int, ran: float, before: float, seconds: float | None
) -> None:
    assert delay(restart, code=code, restarts=restarts, ran=ran, before=before) == seconds

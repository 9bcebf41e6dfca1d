"""Docker's rules for health checks."""

import pytest

from ci.supervisor.health import Health, HealthState, after_check, initial, seconds_to_next
from ci.supervisor.spec import HealthCheck

CHECK = HealthCheck(command=("c",), interval=5, retries=2, start_period=10, start_interval=1)
STARTING, HEALTHY, UNHEALTHY = Health.STARTING, Health.HEALTHY, Health.UNHEALTHY


@pytest.mark.parametrize(
    ("before", "passed", "age", "after"),
    [
        (HealthState(STARTING), True, 0, (HEALTHY, 0)),
        (HealthState(STARTING), False, 9, (STARTING, 0)),
        (HealthState(STARTING), False, 10, (STARTING, 1)),
        (HealthState(STARTING, 1), False, 11, (UNHEALTHY, 2)),
        (HealthState(HEALTHY), False, 5, (HEALTHY, 1)),
        (HealthState(HEALTHY, 1), False, 5, (UNHEALTHY, 2)),
        (HealthState(HEALTHY, 1), True, 5, (HEALTHY, 0)),
        (HealthState(UNHEALTHY, 2), True, 50, (HEALTHY, 0)),
        (HealthState(UNHEALTHY, 2), False, 50, (UNHEALTHY, 3)),
    ],
)
def test_a_failure_counts_after_the_start_period_or_once_the_service_was_healthy(
    *, before: HealthState, passed: bool, age: float, after: tuple[Health, int]
) -> None:
    found = after_check(before, CHECK, passed=passed, age=age, output="x")
    assert (found.status, found.failed_checks) == after
    assert found.output == "x"


@pytest.mark.parametrize(
    ("state", "age", "seconds"),
    [(HealthState(STARTING), 9, 1), (HealthState(STARTING), 10, 5), (HealthState(HEALTHY), 2, 5)],
)
def test_the_time_to_the_next_check(state: HealthState, age: float, seconds: float) -> None:
    assert seconds_to_next(state, CHECK, age) == seconds


def test_without_a_check_there_is_no_health() -> None:
    assert initial(None).status == Health.NONE
    assert initial(CHECK).status == STARTING

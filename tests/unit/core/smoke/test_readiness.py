"""How far a service is."""

import pytest

from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.readiness import (
    PENDING,
    READY,
    Status,
    final_readiness,
    not_ready_in_time,
    readiness,
)
from ci.core.smoke.service_spec import RestartPolicy, ServiceSpec
from ci.core.smoke.service_state import Health, Phase, ServiceState

SETTINGS = SmokeSettings()
NO, ALWAYS, ON_FAILURE = RestartPolicy.NO, RestartPolicy.ALWAYS, RestartPolicy.ON_FAILURE
UNHEALTHY = ServiceState(phase=Phase.RUNNING, health=Health.UNHEALTHY, failed_checks=3, health_output="no")


@pytest.mark.parametrize(
    ("state", "job", "restart", "status", "reason"),
    [
        (ServiceState(), False, ALWAYS, "pending", ""),
        (ServiceState(phase=Phase.RUNNING), False, ALWAYS, "ready", ""),
        (ServiceState(phase=Phase.RUNNING, health=Health.STARTING), False, ALWAYS, "pending", ""),
        (ServiceState(phase=Phase.RUNNING, health=Health.HEALTHY), False, ALWAYS, "ready", ""),
        (UNHEALTHY, False, NO, "failed", "is unhealthy: 3 health checks failed; output of the health check: no"),
        (ServiceState(phase=Phase.RUNNING), True, NO, "pending", ""),
        (ServiceState(phase=Phase.EXITED), True, NO, "ready", ""),
        (ServiceState(phase=Phase.EXITED), False, NO, "ready", ""),
        (ServiceState(phase=Phase.EXITED), False, ALWAYS, "failed", "ended with exit code 0"),
        (ServiceState(phase=Phase.EXITED, exit_code=2), True, NO, "failed", "ended with exit code 2"),
        (
            ServiceState(phase=Phase.EXITED, exit_code=2, restarts=3),
            True,
            ON_FAILURE,
            "failed",
            "exit code 2, after 3 restart(s)",
        ),
        (ServiceState(phase=Phase.RESTARTING, restarts=2), False, ALWAYS, "pending", ""),
        (
            ServiceState(phase=Phase.RESTARTING, exit_code=7, restarts=3),
            False,
            ALWAYS,
            "failed",
            "restarts again and again, last with exit code 7, after 3 restart(s)",
        ),
        (ServiceState(phase=Phase.RESTARTING, exit_code=7, restarts=3), True, ALWAYS, "failed", "exit code 7"),
        (ServiceState(phase=Phase.STOPPED), False, ALWAYS, "failed", "is stopped"),
    ],
)
def test_how_far_a_service_is(
    *, state: ServiceState, job: bool, restart: RestartPolicy, status: str, reason: str
) -> None:
    found = readiness(ServiceSpec(name="a", image="i", restart=restart), state, job=job, settings=SETTINGS)
    assert found.status == status
    assert reason in found.reason


def test_a_policy_with_a_limit_of_its_own_may_reach_it() -> None:
    job = ServiceSpec(name="a", image="i", restart=ON_FAILURE, max_restarts=5)
    state = ServiceState(phase=Phase.RESTARTING, exit_code=1, restarts=4)
    assert readiness(job, state, job=True, settings=SETTINGS) == PENDING


def test_a_service_that_is_late_is_reported_with_its_state() -> None:
    state = ServiceState(phase=Phase.RUNNING, health=Health.STARTING, health_output="refused")
    reason = "was not ready after 60 s: running, starting; output of the health check: refused"
    assert not_ready_in_time(state, 60).reason == reason
    assert not_ready_in_time(ServiceState(phase=Phase.RUNNING), 5).reason == "was not ready after 5 s: running"


@pytest.mark.parametrize(
    ("restarts", "allowed", "status"), [(0, 0, Status.READY), (1, 0, Status.FAILED), (1, 1, Status.READY)]
)
def test_restarts_count_at_the_end(restarts: int, allowed: int, status: Status) -> None:
    state = ServiceState(phase=Phase.RUNNING, health=Health.HEALTHY, restarts=restarts)
    settings = SmokeSettings(max_restarts=allowed)
    found = final_readiness(ServiceSpec(name="a", image="i"), state, job=False, settings=settings)
    assert found.status == status
    assert found == READY or "was restarted 1 time(s)" in found.reason


def test_a_service_that_is_pending_again_at_the_end_has_failed() -> None:
    state = ServiceState(phase=Phase.RESTARTING, restarts=1)
    found = final_readiness(ServiceSpec(name="a", image="i"), state, job=False, settings=SETTINGS)
    assert (found.status, found.reason) == (Status.FAILED, "was ready, but no longer is: restarting, none")

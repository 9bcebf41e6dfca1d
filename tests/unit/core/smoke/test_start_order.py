"""What may start, and whether everything started in order."""

import pytest

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.smoke.readiness import PENDING, READY, Readiness, Status
from ci.core.smoke.service_spec import ServiceSpec
from ci.core.smoke.service_state import Event, EventKind, Health, Phase, ServiceState
from ci.core.smoke.start_order import may_start, order_violations
from ci.core.smoke.start_plan import StartPlan

FAILED = Readiness(Status.FAILED, "ended with exit code 1")
BLOCKED = Readiness(Status.BLOCKED, "waits for `c`, which ended with exit code 1")
STARTED = ServiceState(phase=Phase.RUNNING, health=Health.STARTING, events=(Event(1, EventKind.STARTED),))
HEALTHY = ServiceState(
    phase=Phase.RUNNING, health=Health.HEALTHY, events=(*STARTED.events, Event(2, EventKind.HEALTHY))
)
COMPLETED = ServiceState(phase=Phase.EXITED, events=(*STARTED.events, Event(3, EventKind.EXITED, "0")))
EXITED = ServiceState(phase=Phase.EXITED, exit_code=1, events=(*STARTED.events, Event(3, EventKind.EXITED, "1")))


@pytest.mark.parametrize(
    ("dependency", "state", "readiness", "status"),
    [
        (Dependency("b", Condition.STARTED), ServiceState(), PENDING, "pending"),
        (Dependency("b", Condition.STARTED), STARTED, PENDING, "ready"),
        (Dependency("b", Condition.HEALTHY), STARTED, PENDING, "pending"),
        (Dependency("b", Condition.HEALTHY), HEALTHY, READY, "ready"),
        (Dependency("b", Condition.COMPLETED), HEALTHY, PENDING, "pending"),
        (Dependency("b", Condition.COMPLETED), COMPLETED, READY, "ready"),
        (Dependency("b", Condition.COMPLETED), EXITED, FAILED, "blocked"),
        (Dependency("b", Condition.COMPLETED, required=False), EXITED, FAILED, "ready"),
        (Dependency("b", Condition.STARTED), EXITED, FAILED, "ready"),
        (Dependency("b", Condition.HEALTHY), ServiceState(), BLOCKED, "blocked"),
    ],
)
def test_what_may_start(dependency: Dependency, state: ServiceState, readiness: Readiness, status: str) -> None:
    service = ServiceSpec(name="a", image="i", depends_on=(dependency,))
    assert may_start(service, {"b": (state, readiness)}).status == status


def test_a_blocked_service_names_what_blocks_it_in_one_line() -> None:
    service = ServiceSpec(name="a", image="i", depends_on=(Dependency("b", Condition.HEALTHY),))
    unhealthy = Readiness(Status.FAILED, "is unhealthy: 3 health checks failed; output of the health check: no")
    assert may_start(service, {"b": (ServiceState(), unhealthy)}).reason == "waits for `b`, which is unhealthy"
    reason = may_start(service, {"b": (ServiceState(), BLOCKED)}).reason
    assert "which was not started: it waits for `c`" in reason


PLAN = StartPlan(
    (
        ServiceSpec(name="b", image="i"),
        ServiceSpec(
            name="a",
            image="i",
            depends_on=(
                Dependency("b", Condition.HEALTHY),
                Dependency("c", Condition.STARTED, required=False),
            ),
        ),
    )
)


@pytest.mark.parametrize(
    ("started", "state", "violations"),
    [
        (2.5, HEALTHY, []),
        (1.5, HEALTHY, ["`a` was started before `b` had met service_healthy"]),
        (2.5, STARTED, ["`a` was started before `b` had met service_healthy"]),
        (None, STARTED, []),
    ],
)
def test_the_order_is_checked_by_the_reported_times(
    started: float | None, state: ServiceState, violations: list[str]
) -> None:
    own = ServiceState(events=(Event(started, EventKind.STARTED),)) if started else ServiceState()
    assert order_violations(PLAN, {"a": own, "b": state, "c": ServiceState()}) == violations

"""The state of a service, as its supervisor reports it."""

import json

import pytest

from ci.core.compose.depends_on import Condition
from ci.core.smoke.service_state import Event, EventKind, Health, Phase, ServiceState
from ci.supervisor import health as supervisor_health
from ci.supervisor import state as supervisor_state
from ci.supervisor.health import HealthState

STARTED = ServiceState(events=(Event(1, EventKind.STARTED),), phase=Phase.RUNNING, health=Health.STARTING)
HEALTHY = ServiceState(
    events=(*STARTED.events, Event(2, EventKind.HEALTHY)), phase=Phase.RUNNING, health=Health.HEALTHY
)
COMPLETED = ServiceState(events=(*STARTED.events, Event(3, EventKind.EXITED, "0")), phase=Phase.EXITED)
FAILED = ServiceState(events=(*STARTED.events, Event(3, EventKind.EXITED, "1")), phase=Phase.EXITED, exit_code=1)


def test_the_state_is_read_from_what_the_supervisor_reports() -> None:
    state = supervisor_state.State()
    with state.changed:
        state.record("started", supervisor_state.Phase.RUNNING)
        state.health = HealthState(supervisor_health.Health.UNHEALTHY, 3, "refused")
        state.record(state.health.status)
        state.exit_code, state.restarts = 7, 2
        sent = json.loads(json.dumps(state.as_json()))
    found = ServiceState.from_json(sent)
    assert [one.kind for one in found.events] == [EventKind.STARTED, EventKind.UNHEALTHY]
    assert found == ServiceState(2, Phase.RUNNING, Health.UNHEALTHY, "refused", 3, 7, 2, found.events)


def test_both_sides_know_the_same_phases_and_healths() -> None:
    assert list(map(str, Phase)) == list(map(str, supervisor_state.Phase))
    assert list(map(str, Health)) == list(map(str, supervisor_health.Health))


@pytest.mark.parametrize(
    ("state", "ready"),
    [(ServiceState(), None), (STARTED, None), (HEALTHY, 2), (COMPLETED, 3), (FAILED, 1)],
)
def test_when_a_service_was_ready(state: ServiceState, ready: float | None) -> None:
    assert state.ready_at() == ready


@pytest.mark.parametrize(
    ("kinds", "killed", "seconds"),
    [
        ("started stopped", False, 0.0),
        ("started killed stopped", True, 2.5),
        ("started killed stopped started", False, 2.5),
        ("started killed stopped started stopped", False, 2.5),
        ("started stopped started killed stopped", True, 2.5),
    ],
)
def test_whether_a_service_had_to_be_killed(kinds: str, killed: bool, seconds: float) -> None:  # noqa: FBT001 - a column of the table
    state = ServiceState(events=tuple(Event(1, EventKind(kind), "2.5") for kind in kinds.split()))
    assert (state.was_killed_at_last_stop(), state.killed_after_seconds()) == (killed, seconds)


@pytest.mark.parametrize(
    ("state", "condition", "met"),
    [
        (STARTED, Condition.STARTED, 1),
        (STARTED, Condition.HEALTHY, None),
        (HEALTHY, Condition.HEALTHY, 2),
        (HEALTHY, Condition.COMPLETED, None),
        (COMPLETED, Condition.COMPLETED, 3),
        (FAILED, Condition.COMPLETED, None),
    ],
)
def test_when_a_condition_was_met(state: ServiceState, condition: Condition, met: float | None) -> None:
    assert state.met_at(condition) == met

"""The state of a service and its events."""

from ci.supervisor.state import Phase, State


def test_every_event_is_a_new_version() -> None:
    state = State()
    with state.changed:
        state.record("started", Phase.RUNNING)
        state.record("healthy")
        state.record("exited", Phase.RESTARTING, "3")
        found = state.as_json()
    assert (found["version"], found["phase"]) == (3, "restarting")
    assert [(one["kind"], one["detail"]) for one in found["events"]] == [
        ("started", ""),
        ("healthy", ""),
        ("exited", "3"),
    ]
    assert found["events"][0]["at"] <= found["events"][2]["at"]


def test_an_event_without_a_phase_keeps_the_phase() -> None:
    state = State()
    with state.changed:
        state.record("started", Phase.RUNNING)
        state.record("unhealthy")
    assert state.phase == Phase.RUNNING

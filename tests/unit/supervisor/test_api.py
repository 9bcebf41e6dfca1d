"""The requests of a supervisor, by their path."""

import pytest

from ci.supervisor.api import respond
from ci.supervisor.supervisor import Supervisor


def test_a_supervisor_that_runs_nothing_yet_has_a_state_and_an_empty_log() -> None:
    supervisor = Supervisor()
    state = respond(supervisor, "/state", {"known_version": -1, "seconds": 0})
    assert (state["version"], state["phase"], state["health"], state["events"]) == (0, "created", "none", [])
    assert respond(supervisor, "/log", {"lines": 5}) == []
    assert respond(supervisor, "/shutdown", {}) is None


def test_an_unknown_path_is_an_error() -> None:
    with pytest.raises(KeyError, match="/nothing"):
        respond(Supervisor(), "/nothing", {})


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/stop", {}, "the service was not run yet"),
        ("/exec", {"command": ["true"], "seconds": 1}, "the service was not run yet"),
    ],
)
def test_a_service_must_run_before_it_is_stopped_or_used(path: str, body: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        respond(Supervisor(), path, body)


def test_a_parameter_that_a_request_does_not_have_is_an_error() -> None:
    with pytest.raises(TypeError, match="line"):
        respond(Supervisor(), "/log", {"line": 5})

"""The steps of a smoke: requests, commands, stops and starts."""

from typing import Any

from fakes import broken
from smoke_fakes import Trial

from ci.core.smoke.report import SmokeReport
from ci.core.smoke.step_check import ActionResult
from ci.errors import SmokeError

SHOP = """\
  web: {image: checked, depends_on: {db: {condition: service_healthy}}, expose: [80]}
  db: {image: checked, environment: {PASSWORD: "{{ $secrets.db }}"}}"""


def step(**more: Any) -> dict[str, Any]:
    return {"name": "s", "service": "web", **more}


def outcomes(report: SmokeReport) -> list[tuple[str, str]]:
    return [(one.name, one.outcome) for one in report.steps[1:]]


def test_a_request_is_sent_and_its_response_checked() -> None:
    trial = Trial(SHOP, ActionResult(200, '{"id": 7}'), ActionResult(500, "secret-db"))
    report = trial.run(
        step(http="POST /a/", send_json={"p": "{{ $secrets.db }}"}, session="me", save={"id": "id"}),
        step(name="t", http="GET /{{ id }}/", session="me", headers={"X": "{{ cookie.c }}"}),
        step(name="u", http="GET /{{ nobody }}/"),
    )
    assert outcomes(report) == [("s", "done"), ("t", "failed"), ("u", "skipped")]
    first, second = trial.client.requests
    assert (first.port, first.json) == (80, {"p": "secret-db"})
    assert (second.path, second.headers) == ("/7/", {"X": "me-c"})
    (problem,) = report.problems
    assert "The step `t` failed: status 500, not 200: ***" in str(problem)
    assert "log of web" in str(problem)
    assert "secret-db" not in str(problem)
    assert problem.expected
    assert "retry_seconds" in problem.hint
    assert report.steps[3].detail == "no value for `nobody`: the step that saves it did not succeed"


def test_a_step_is_tried_again_until_its_time_is_over() -> None:
    trial = Trial(SHOP, ActionResult(503), ActionResult(503), ActionResult(200))
    assert outcomes(trial.run(step(http="GET /", retry_seconds=1))) == [("s", "done")]
    assert trial.clock.waits == [0.5, 0.5]
    report = Trial(SHOP, ActionResult(503)).run(step(http="GET /", retry_seconds=1))
    assert outcomes(report) == [("s", "failed")]
    assert "status 503, not 200 (for 1 s)" in str(report.problems[0])


def test_a_command_is_repeated() -> None:
    trial = Trial(SHOP)
    report = trial.run(step(exec=["a", "{{ repetition }}"], repeat=2))
    assert outcomes(report) == [("s", "done")]
    assert report.steps[1].detail == "2 times"
    assert trial.effects.of("exec") == ["exec web a 1", "exec web a 2"]


def test_a_command_that_fails_the_second_time_fails_the_step() -> None:
    trial = Trial(SHOP, web={"results": [ActionResult(0), ActionResult(4, "why")]})
    report = trial.run(step(exec=["a"], repeat=3))
    assert outcomes(report) == [("s", "failed")]
    assert "exit code 4, not 0: why" in str(report.problems[0])


def test_a_service_is_stopped_and_started_and_its_dependents_with_restart_are_restarted() -> None:
    services = (
        "  web: {image: checked, depends_on: {db: {condition: service_started, restart: true}}}\n  db: {image: checked}"
    )
    trial = Trial(services)
    report = trial.run(
        step(name="stop", service="db", stop=True),
        step(name="while stopped", service="db", exec=["a"]),
        step(name="start", service="db", start=True),
    )
    assert outcomes(report) == [("stop", "done"), ("while stopped", "skipped"), ("start", "done")]
    assert report.steps[2].detail == "db not ready"
    assert trial.effects.of("stop", "start") == ["stop db", "start db", "stop web", "start web"]
    assert report.problems == ()


def test_a_service_that_had_to_be_killed_at_its_stop_is_a_problem_with_what_to_set() -> None:
    trial = Trial("  db: {image: checked, stop_grace_period: 3s}", db={"killed": True})
    report = trial.run(step(service="db", stop=True), step(name="start", service="db", start=True))
    assert outcomes(report) == [("s", "failed"), ("start", "done")]
    (problem,) = report.problems
    assert problem.what == "The step `s` failed: `db` did not stop within its grace period, and was killed"
    assert (problem.value, problem.file, problem.line) == ("3 s after SIGTERM", "f.yaml", 2)
    assert "set a longer `stop_grace_period` for `db` in the compose file, such as 6s" in problem.hint
    assert report.services[0].killed_after_seconds == 3.0


def test_a_dependent_that_had_to_be_killed_for_its_restart_is_a_problem_and_is_started_again() -> None:
    services = (
        "  web: {image: checked, depends_on: {db: {condition: service_started, restart: true}}}\n  db: {image: checked}"
    )
    trial = Trial(services, web={"killed": True})
    report = trial.run(step(service="db", stop=True), step(name="start", service="db", start=True))
    assert outcomes(report) == [("s", "done"), ("start", "failed")]
    assert [one.what for one in report.problems] == [
        "The step `start` failed: `web` did not stop within its grace period, and was killed"
    ]
    assert trial.effects.of("stop", "start") == ["stop db", "start db", "stop web", "start web"]
    assert {one.name: one.killed_after_seconds for one in report.services} == {"db": 0.0, "web": 10.0}


def test_a_service_that_a_step_leaves_stopped_is_no_problem() -> None:
    assert Trial("  db: {image: checked}").run(step(service="db", stop=True)).problems == ()


def test_a_service_that_is_not_ready_after_its_start_fails_the_step() -> None:
    trial = Trial("  db: {image: checked}")

    def break_health() -> None:
        trial.controls["db"].healthy = False

    trial.effects.hooks["stop db"] = break_health
    report = trial.run(step(service="db", stop=True), step(name="start", service="db", start=True))
    assert "The step `start` failed: `db` is unhealthy" in str(report.problems[0])


def test_a_step_that_requires_a_service_which_is_not_started_is_skipped() -> None:
    report = Trial(f"{SHOP}\n  graph: {{image: i, profiles: [x]}}").run(step(http="GET /", requires=["graph"]))
    assert outcomes(report) == [("s", "skipped")]
    assert report.steps[1].detail == "graph not started"
    assert report.notes == ("not started: graph",)


def test_a_supervisor_that_is_gone_fails_the_step() -> None:
    trial = Trial(SHOP)
    trial.effects.faults["exec web a"] = broken("gone", SmokeError)
    report = trial.run(step(exec=["a"]))
    assert outcomes(report) == [("s", "failed")]
    assert "The step `s` failed: gone" in str(report.problems[0])

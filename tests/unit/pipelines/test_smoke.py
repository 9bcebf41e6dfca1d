"""The story of a smoke, with fakes."""

from typing import Any

import pytest
from fakes import broken
from smoke_fakes import Trial

from ci.core.smoke.report import SmokeReport
from ci.core.smoke.states import Kept
from ci.core.smoke.steps import Answer
from ci.errors import SmokeError

SHOP = """\
  web: {image: checked, depends_on: {job: {condition: service_completed_successfully}}, expose: [80]}
  job: {image: i, depends_on: {db: {condition: service_healthy}}}
  db: {image: checked, environment: {PASSWORD: "{{ $secrets.db }}"}}"""
JOB = {"job": {"ends": 0}}


def outcomes(report: SmokeReport) -> dict[str, str]:
    return {one.name: one.outcome for one in report.services}


def step(**more: Any) -> dict[str, Any]:
    return {"name": "s", "service": "web", **more}


def results(report: SmokeReport) -> list[tuple[str, str]]:
    return [(one.name, one.outcome) for one in report.steps[1:]]


def test_each_service_begins_when_all_that_it_waits_for_is_there() -> None:
    trial = Trial(SHOP, **JOB)
    report = trial.run()
    assert report.problems == ()
    assert outcomes(report) == {"db": "ready", "job": "ready", "web": "ready"}
    assert trial.effects.of("begin") == ["begin db", "begin job", "begin web"]
    assert trial.effects.done.index("look db") < trial.effects.done.index("begin job")
    assert (report.steps[0].name, report.steps[0].outcome) == ("start order", "done")
    assert trial.effects.done[-1] == "take_down"
    assert sorted(trial.effects.of("end")) == ["end db", "end job", "end web"]


def test_a_keeper_is_told_the_secret_and_to_hide_it() -> None:
    trial = Trial(SHOP, **JOB)
    trial.run()
    assert trial.keepers["db"].told["environment"]["PASSWORD"] == "secret-db"
    assert trial.keepers["web"].told["hidden"] == ["secret-db"]


def test_what_fails_ends_nothing_but_what_waits_for_it() -> None:
    trial = Trial(f"{SHOP}\n  other: {{image: checked}}", job={"ends": 3})
    report = trial.run(step(http="GET /"), step(name="o", service="other", exec=["a"]))
    assert outcomes(report) == {"db": "ready", "job": "failed", "web": "blocked", "other": "ready"}
    assert "begin web" not in trial.effects.done
    assert results(report) == [("s", "passed over"), ("o", "done")]
    (problem,) = report.problems
    assert "`job` ended with exit code 3" in str(problem)
    assert "log of job" in str(problem)
    assert problem.line == 3


def test_a_health_check_that_never_passes_says_what_it_said() -> None:
    report = Trial(SHOP, db={"healthy": False}).run()
    assert outcomes(report) == {"db": "failed", "job": "blocked", "web": "blocked"}
    assert "is unhealthy: 3 health checks failed; its health check said: refused" in str(report.problems[0])


def test_an_image_that_can_t_be_had_ends_it_before_anything_is_put_up() -> None:
    trial = Trial(SHOP)
    trial.effects.faults["images"] = broken("No such image", SmokeError)
    report = trial.run()
    assert [problem.what for problem in report.problems] == ["No such image"]
    assert outcomes(report) == {"db": "not booted", "job": "not booted", "web": "not booted"}
    assert trial.effects.done == ["images", "take_down"]


def test_a_keeper_that_is_gone_fails_its_service_alone() -> None:
    trial = Trial(f"{SHOP}\n  other: {{image: checked}}", **JOB)
    trial.effects.faults["begin db"] = broken("gone", SmokeError)
    report = trial.run()
    assert outcomes(report) == {"db": "failed", "job": "blocked", "web": "blocked", "other": "ready"}


def test_a_request_is_made_and_judged() -> None:
    trial = Trial(SHOP, Answer(200, '{"id": 7}'), Answer(500, "secret-db"), **JOB)
    report = trial.run(
        step(http="POST /a/", send_json={"p": "{{ $secrets.db }}"}, session="me", save={"id": "id"}),
        step(name="t", http="GET /{{ id }}/", session="me", headers={"X": "{{ cookie.c }}"}),
        step(name="u", http="GET /{{ nobody }}/"),
    )
    assert results(report) == [("s", "done"), ("t", "failed"), ("u", "passed over")]
    first, second = trial.web.asked
    assert (first.port, first.json) == (80, {"p": "secret-db"})
    assert (second.path, second.headers) == ("/7/", {"X": "me-c"})
    (problem,) = report.problems
    assert "The step `t` failed: status 500, not 200: ***" in str(problem)
    assert "log of web" in str(problem)
    assert "secret-db" not in str(problem)


def test_a_step_has_its_time_and_no_more() -> None:
    trial = Trial(SHOP, Answer(503), Answer(503), Answer(200), **JOB)
    assert results(trial.run(step(http="GET /", retry_seconds=1))) == [("s", "done")]
    assert trial.clock.waits == [0.5, 0.5]
    late = Trial(SHOP, Answer(503), **JOB)
    report = late.run(step(http="GET /", retry_seconds=1))
    assert results(report) == [("s", "failed")]
    assert "status 503, not 200 (for 1 s)" in str(report.problems[0])


def test_a_command_is_run_as_often_as_it_says() -> None:
    trial = Trial(SHOP, **JOB)
    assert results(trial.run(step(exec=["a", "{{ repetition }}"], repeat=2))) == [("s", "done")]
    assert trial.effects.of("exec") == ["exec web a 1", "exec web a 2"]


def test_a_command_that_fails_the_second_time_fails_the_step() -> None:
    trial = Trial(SHOP, **JOB, web={"answers": [Answer(0), Answer(4, "why")]})
    report = trial.run(step(exec=["a"], repeat=3))
    assert results(report) == [("s", "failed")]
    assert "exit code 4, not 0: why" in str(report.problems[0])


def test_a_service_is_stopped_and_started_and_who_wants_it_is_restarted() -> None:
    services = (
        "  web: {image: checked, depends_on: {db: {condition: service_started, restart: true}}}\n  db: {image: checked}"
    )
    trial = Trial(services)
    stop, start = step(name="stop", service="db", stop=True), step(name="start", service="db", start=True)
    asked_while_down = step(name="asked", service="db", exec=["a"])
    report = trial.run(stop, asked_while_down, start)
    assert results(report) == [("stop", "done"), ("asked", "passed over"), ("start", "done")]
    assert trial.effects.of("stop", "start") == ["stop db", "start db", "stop web", "start web"]
    assert report.problems == ()


def test_a_service_that_is_left_stopped_is_no_problem_and_one_that_does_not_come_back_is() -> None:
    services = "  db: {image: checked}"
    assert Trial(services).run(step(service="db", stop=True)).problems == ()
    trial = Trial(services)

    def ill() -> None:
        trial.keepers["db"].healthy = False

    trial.effects.hooks["stop db"] = ill
    report = trial.run(step(service="db", stop=True), step(name="start", service="db", start=True))
    assert "The step `start` failed: `db` is unhealthy" in str(report.problems[0])


def test_a_step_about_a_service_that_is_not_booted_is_passed_over() -> None:
    report = Trial(f"{SHOP}\n  graph: {{image: i, profiles: [x]}}", **JOB).run(step(http="GET /", requires=["graph"]))
    assert report.steps[1].detail == "graph not booted"
    assert report.notes == ("not booted: graph",)


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (Kept(9, "running", "healthy", restarts=1, code=137), "was restarted 1 time(s), last after exit code 137"),
        (Kept(9, "exited", code=1), "ended with exit code 1"),
        (Kept(9, "restarting", code=1, restarts=1), "was ready, and is no more: restarting"),
        (Kept(9, "running", "unhealthy", failing=3), "is unhealthy"),
    ],
)
def test_what_was_ready_must_still_be(later: Kept, told: str) -> None:
    trial = Trial("  db: {image: checked, restart: always}", db={"later": later})
    report = trial.run()
    assert outcomes(report) == {"db": "failed"}
    assert told in str(report.problems[0])


def test_restarts_that_the_settings_allow_are_no_problem() -> None:
    later = Kept(9, "running", "healthy", restarts=1)
    assert Trial("  db: {image: checked}", db={"later": later}).run(max_restarts=1).problems == ()


def test_memory_is_weighed_while_a_service_is_up() -> None:
    report = Trial(SHOP, **JOB).run()
    assert {one.name: one.memory for one in report.services}["db"] == 2**20

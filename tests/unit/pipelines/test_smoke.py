"""The smoke pipeline with fakes: what runs when, and what becomes of failures."""

from typing import Any

import anyio
import pytest
from fakes import broken
from smoke_fakes import FakeRuntime, Trial

from ci.core.smoke.report import SmokeReport, StepOutcome
from ci.core.smoke.service_state import Health, Phase, ServiceState
from ci.errors import SmokeError

SHOP = """\
  web: {image: checked, depends_on: {job: {condition: service_completed_successfully}}, expose: [80]}
  job: {image: i, depends_on: {db: {condition: service_healthy}}}
  db: {image: checked, environment: {PASSWORD: "{{ $secrets.db }}"}}"""
JOB = {"job": {"exit_code": 0}}
DB = "  db: {image: checked, restart: always}"


def statuses(report: SmokeReport) -> dict[str, str]:
    return {one.name: one.status for one in report.services}


def step(**more: Any) -> dict[str, Any]:
    return {"name": "s", "service": "web", **more}


def test_a_green_smoke_runs_every_part_in_order() -> None:
    trial = Trial(SHOP, **JOB)
    report = trial.run(step(http="GET /"))
    assert report.problems == ()
    assert statuses(report) == {"db": "ready", "job": "ready", "web": "ready"}
    assert trial.effects.of("pull", "create", "run", "remove") == [
        *("pull", "create", "run db", "run job", "run web", "remove"),
    ]
    assert [(one.name, one.outcome) for one in report.steps] == [
        ("start order", StepOutcome.DONE),
        ("s", StepOutcome.DONE),
    ]
    assert report.steps[0].detail == "2 conditions met"
    assert sorted(trial.effects.of("shut_down")) == ["shut_down db", "shut_down job", "shut_down web"]
    assert trial.effects.done[-1] == "remove"


def test_a_failed_service_stops_only_what_depends_on_it() -> None:
    trial = Trial(f"{SHOP}\n  other: {{image: checked}}", job={"exit_code": 3})
    report = trial.run(step(http="GET /"), step(name="o", service="other", exec=["a"]))
    assert statuses(report) == {"db": "ready", "job": "failed", "web": "blocked", "other": "ready"}
    assert "run web" not in trial.effects.done
    assert [(one.name, one.outcome) for one in report.steps[1:]] == [("s", "skipped"), ("o", "done")]
    (problem,) = report.problems
    assert "`job` ended with exit code 3" in str(problem)
    assert "log of job" in str(problem)
    assert problem.line == 3
    assert problem.expected
    assert problem.hint


def test_an_image_that_is_not_available_ends_the_smoke_before_anything_is_created() -> None:
    trial = Trial(SHOP)
    trial.effects.faults["pull"] = broken("No such image", SmokeError)
    report = trial.run()
    assert [problem.what for problem in report.problems] == ["No such image"]
    assert statuses(report) == {"db": "not started", "job": "not started", "web": "not started"}
    assert trial.effects.done == ["pull", "remove"]


@pytest.mark.parametrize("record", ["pull", "create", "run db", "poll web", "exec web a"])
def test_whatever_ends_a_smoke_its_report_has_what_is_known_and_its_containers_are_removed(record: str) -> None:
    trial = Trial(SHOP, **JOB)
    trial.effects.faults[record] = RuntimeError("the engine is gone")
    report = trial.run(step(exec=["a"]))
    assert "The smoke ended by an error that is not expected" in report.problems[0].what
    assert report.problems[0].value == "RuntimeError: the engine is gone"
    assert [one.name for one in report.services] == ["db", "job", "web"]
    assert trial.effects.done[-1] == "remove"


@pytest.mark.parametrize("record", ["shut_down job", "remove"])
def test_containers_that_can_t_be_removed_are_a_problem_beside_what_was_found(record: str) -> None:
    trial = Trial(SHOP, **JOB)
    trial.effects.faults[record] = RuntimeError("the engine is gone")
    report = trial.run(step(exec=["a"]))
    assert statuses(report) == {"db": "ready", "job": "ready", "web": "ready"}
    assert [one.what.partition(" ended")[0] for one in report.problems] == ["The removal of the smoke's containers"]


def test_a_removal_without_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forever(_: object) -> None:
        await anyio.sleep_forever()

    monkeypatch.setattr("ci.pipelines.smoke.REMOVE_SECONDS", 0.01)
    monkeypatch.setattr(FakeRuntime, "remove", forever)
    (problem,) = Trial(SHOP, **JOB).run(step(exec=["a"])).problems
    assert problem.what == "The removal of the smoke's containers did not finish in time and was stopped"


def test_a_condition_without_a_health_check_ends_the_smoke_before_anything_is_created() -> None:
    trial = Trial("  web: {image: i, depends_on: {db: {condition: service_healthy}}}\n  db: {image: i}")
    report = trial.run()
    assert "which has no health check" in str(report.problems[0])
    assert trial.effects.done == ["pull", "remove"]


@pytest.mark.parametrize(
    ("final", "reason"),
    [
        (
            ServiceState(9, Phase.RUNNING, Health.HEALTHY, restarts=1, exit_code=137),
            "was restarted 1 time(s), last after exit code 137",
        ),
        (ServiceState(9, Phase.EXITED, exit_code=1), "ended with exit code 1"),
        (
            ServiceState(9, Phase.RESTARTING, exit_code=1, restarts=1),
            "was ready, but no longer is: restarting",
        ),
        (ServiceState(9, Phase.RUNNING, Health.UNHEALTHY, failed_checks=3), "is unhealthy"),
    ],
)
def test_a_service_that_was_ready_must_be_ready_at_the_end(final: ServiceState, reason: str) -> None:
    trial = Trial(DB, db={"final": final})
    report = trial.run()
    assert statuses(report) == {"db": "failed"}
    assert reason in str(report.problems[0])


def test_restarts_that_the_settings_allow_are_no_problem() -> None:
    final = ServiceState(9, Phase.RUNNING, Health.HEALTHY, restarts=1)
    assert Trial(DB, db={"final": final}).run(max_restarts=1).problems == ()


def test_a_supervisor_that_is_gone_at_the_end_fails_its_service() -> None:
    trial = Trial(DB)
    polls = [0]

    def gone() -> None:
        polls[0] += 1
        if polls[0] == 3:  # two polls until it is healthy
            trial.effects.faults["poll db"] = broken("gone", SmokeError)

    trial.effects.hooks["poll db"] = gone
    report = trial.run()
    assert statuses(report) == {"db": "failed"}
    assert "gone" in str(report.problems[0])


def test_memory_is_sampled_while_a_service_runs() -> None:
    report = Trial(SHOP, **JOB).run()
    assert {one.name: one.memory_bytes for one in report.services}["db"] == 2**20

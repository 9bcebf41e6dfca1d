"""Services started in the order of `depends_on`, and followed until they are ready."""

from fakes import broken
from smoke_fakes import Trial

from ci.core.smoke.report import SmokeReport
from ci.errors import SmokeError

SHOP = """\
  web: {image: checked, depends_on: {job: {condition: service_completed_successfully}}}
  job: {image: i, depends_on: {db: {condition: service_healthy}}}
  db: {image: checked, environment: {PASSWORD: "{{ $secrets.db }}"}}"""
JOB = {"job": {"exit_code": 0}}


def statuses(report: SmokeReport) -> dict[str, str]:
    return {one.name: one.status for one in report.services}


def test_a_service_starts_once_its_dependencies_have_met_their_conditions() -> None:
    trial = Trial(SHOP, **JOB)
    assert statuses(trial.run()) == {"db": "ready", "job": "ready", "web": "ready"}
    assert trial.effects.of("run") == ["run db", "run job", "run web"]
    assert trial.effects.done.index("poll db") < trial.effects.done.index("run job")


def test_a_supervisor_gets_the_secret_and_masks_it() -> None:
    trial = Trial(SHOP, **JOB)
    trial.run()
    assert trial.controls["db"].spec["environment"]["PASSWORD"] == "secret-db"
    assert trial.controls["web"].spec["redact"] == ["secret-db"]


def test_a_health_check_that_never_passes_is_reported_with_its_output() -> None:
    report = Trial(SHOP, db={"healthy": False}).run()
    assert statuses(report) == {"db": "failed", "job": "blocked", "web": "blocked"}
    assert "is unhealthy: 3 health checks failed; output of the health check: refused" in str(report.problems[0])


def test_a_supervisor_that_is_gone_fails_its_service_alone() -> None:
    trial = Trial(f"{SHOP}\n  other: {{image: checked}}", **JOB)
    trial.effects.faults["run db"] = broken("gone", SmokeError)
    report = trial.run()
    assert statuses(report) == {"db": "failed", "job": "blocked", "web": "blocked", "other": "ready"}


def test_a_service_that_is_late_fails() -> None:
    trial = Trial("  db: {image: checked}")
    report = trial.run(ready_seconds=0)
    assert "was not ready after 0 s" in str(report.problems[0])

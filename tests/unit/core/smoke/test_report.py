"""A smoke's report; the whole documents are in tests/golden/test_smoke_report.py."""

from dataclasses import replace

from ci.core.smoke.readiness import Status
from ci.core.smoke.report import MIB, ServiceResult, SmokeReport, as_json, memory_notes, service_problem, summary

DB = ServiceResult("db", "postgres:17", Status.READY, "", 5.25, 5.25, 0, 40 * MIB, 64 * MIB)


def test_a_report_without_problems_has_passed() -> None:
    report = SmokeReport("Shop", "2026-01-02T03:04:05+00:00", 12.5, (DB,))
    assert summary(report).splitlines() == [
        "Smoke of Shop: passed after 12.5 s, 40 MiB in use",
        "",
        "  ready        db     5.2 s (ready after    5.2 s)  restarts 0      40 MiB of 64",
    ]
    assert as_json(report)["ok"] is True


def test_a_service_that_was_killed_at_a_stop_says_so() -> None:
    report = SmokeReport("Shop", "", 1, (replace(DB, killed_after_seconds=10.0),))
    assert "  restarts 0  killed 10 s after its stop signal" in summary(report)
    assert as_json(report)["services"][0]["killed_after_seconds"] == 10.0


def test_a_problem_shows_the_end_of_the_log() -> None:
    result = ServiceResult("web", "i", Status.FAILED, "ended with exit code 1", log=("one", "two"))
    lines = str(service_problem(result, "f", 7)).splitlines()
    assert lines[:4] == ["f:7: `web` ended with exit code 1", "  its log ends with: ", "    one", "    two"]


def test_an_empty_log_is_reported_as_such() -> None:
    problem = service_problem(ServiceResult("web", "i", Status.FAILED, "is unhealthy"), "f", 1)
    assert str(problem).startswith("f:1: `web` is unhealthy\n  its log is empty\n  expected: ")


def test_more_memory_than_the_limit_is_noted() -> None:
    over = ServiceResult("db", "i", Status.READY, memory_bytes=65 * MIB, memory_limit_bytes=64 * MIB)
    (note,) = memory_notes((DB, over))
    assert note == "`db` uses 65 MiB, more than its limit of 64 MiB, which a smoke does not apply"

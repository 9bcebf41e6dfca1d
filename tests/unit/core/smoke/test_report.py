"""A smoke's report for people and for machines."""

import json

from ci.core.smoke.report import (
    MIB,
    ServiceResult,
    SmokeReport,
    StepResult,
    as_json,
    memory_notes,
    service_problem,
    summary,
)

DB = ServiceResult("db", "postgres:17", "ready", "", 5.25, 5.25, 0, 40 * MIB, 64 * MIB)
WEB = ServiceResult("web", "r/web:1", "failed", "ended with exit code 1\nand more", log=("one", "two"))
GREEN = SmokeReport("Shop", "2026-01-02T03:04:05+00:00", 12.5, (DB,), (StepResult("health", "done", 0.25),))


def red() -> SmokeReport:
    problem = service_problem(WEB, "docker-compose.omni.yaml", 7)
    steps = (StepResult("health", "passed over", 0.0, "web not up"),)
    return SmokeReport("Shop", "2026-01-02T03:04:05+00:00", 12.5, (DB, WEB), steps, (problem,), ("not booted: x",))


def test_a_green_smoke_is_a_line_a_service_and_a_line_a_step() -> None:
    assert summary(GREEN).splitlines() == [
        "Smoke of Shop: green after 12.5 s, 40 MiB in use",
        "",
        "  ready       db     5.2 s (up after    5.2 s)  restarts 0      40 MiB of 64",
        "",
        "Steps:",
        "  done         health     0.2 s",
    ]


def test_a_red_smoke_tells_the_end_of_the_log_and_what_was_not_done() -> None:
    told = summary(red())
    assert told.startswith("Smoke of Shop: FAILED")
    assert "  failed      web  ended with exit code 1\n" in told
    assert "  passed over  health     0.0 s  web not up" in told
    assert "docker-compose.omni.yaml:7: `web` ended with exit code 1" in told
    assert "its log ends with: \n    one\n    two" in told
    assert "  not booted: x" in told


def test_a_log_that_is_empty_is_said_to_be() -> None:
    problem = service_problem(ServiceResult("web", "i", "failed", "is unhealthy"), "f", 1)
    assert str(problem) == "f:1: `web` is unhealthy\n  its log is empty"


def test_the_report_for_machines_is_json_with_all_of_it() -> None:
    told = json.loads(json.dumps(as_json(red())))
    assert (told["ok"], told["memory"], told["seconds"]) == (False, 40 * MIB, 12.5)
    assert [one["name"] for one in told["services"]] == ["db", "web"]
    assert told["services"][0]["ready_seconds"] == 5.25
    assert told["problems"][0]["line"] == 7
    assert as_json(GREEN)["ok"] is True


def test_more_memory_than_the_limit_is_noted() -> None:
    over = ServiceResult("db", "i", "ready", memory=65 * MIB, memory_limit=64 * MIB)
    assert memory_notes((DB, over)) == ["`db` holds 65 MiB, its limit is 64 MiB (not held here)"]

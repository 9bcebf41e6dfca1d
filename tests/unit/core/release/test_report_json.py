"""The report for machines."""

import json

from fakes import GIT_SHA
from sample_reports import failed_report, good_report

from ci.core.release.report_json import REPORT_FORMAT, as_json


def test_a_failed_report_as_json() -> None:
    found = json.loads(json.dumps(as_json(failed_report())))
    assert (found["ok"], found["git_sha"], found["version"]) == (False, GIT_SHA, "1.2.0")
    assert found["steps"][1] == {
        "name": "build and push images",
        "outcome": "failed",
        "seconds": 2.0,
        "detail": "2 problems",
        "after_seconds": 1.0,
    }
    assert [image["action"] for image in found["images"]] == ["built", "failed", "failed"]
    assert [(one["step"], one["what"]) for one in found["problems"]] == [
        ("build and push images", "worker: exit code 1"),
        ("build and push images", "mail: exit code 2"),
    ]
    assert found["not_run"] == ["set version tags", "upgrade dev instance"]
    assert (found["plan_version"], found["upgrade"]) == (None, None)
    assert [change["where"] for change in found["pinned"]] == ["web", "web/scaler", "jobs", "mail"]


def test_a_report_without_problems_is_ok() -> None:
    found = as_json(good_report())
    assert found["ok"] is True
    assert found["plan_version"]["version"] == "2.0"
    assert found["upgrade"] == {
        "instance_id": "instance-dev",
        "outcome": "upgraded",
        "version": "2.0",
        "upgrade_id": "upgrade-1",
        "version_before": "",
    }


def test_a_report_says_its_format_and_what_the_same_call_does_next() -> None:
    assert as_json(good_report())["report_format"] == REPORT_FORMAT
    assert as_json(good_report())["next"] == ""
    assert "run the same call again" in as_json(failed_report())["next"]

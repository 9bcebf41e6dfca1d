"""From a report to the texts of a call's result."""

import json
from dataclasses import replace

import pytest
from fakes import GIT_SHA, problem
from sample_reports import failed_report, good_report

from ci.core.event.decide import Decision, Release
from ci.core.release.record import record_of
from ci.core.release.summary import summary
from ci.core.smoke.report import SmokeReport
from ci.core.smoke.report import summary as smoke_summary
from ci.errors import ConfigurationError, PipelineError
from ci.results import decision_texts, failure_texts, record_texts, release_texts, smoke_failure_texts, smoke_texts

SMOKE = SmokeReport(title="Shop", started="2026-01-02T03:04:05+00:00", seconds=1.0, services=(), steps=())
RED = SmokeReport(
    title="Shop",
    started="2026-01-02T03:04:05+00:00",
    seconds=1.0,
    services=(),
    steps=(),
    problems=(problem("`web` failed"),),
)
CI_FILES = ("summary.md", "annotations.txt", "outputs.txt")
FILES = [
    "summary.txt",
    "report.json",
    "slipway.lock.json",
    "docker-compose.omni.yaml",
    *CI_FILES,
    "report.html",
    "timeline.svg",
    "exit-code",
]
"""Of a release, in this order; one that was done has its notes as well."""


def test_a_release_has_a_summary_and_its_files() -> None:
    texts = release_texts(good_report())
    assert texts.summary == summary(good_report())
    assert list(texts.files) == [*FILES[:7], "notes.md", *FILES[7:]]
    assert texts.files["summary.txt"] == texts.summary
    assert json.loads(texts.files["report.json"])["ok"] is True
    assert json.loads(texts.files["slipway.lock.json"])["version"] == "1.2.0"
    assert texts.files["docker-compose.omni.yaml"] == good_report().plan.pinned.text


def test_an_event_that_is_not_released_is_a_success_with_its_reason() -> None:
    texts = decision_texts(Decision(Release.NONE, "push to main without chore(release)"), GIT_SHA)
    assert texts.files["summary.txt"] == "not released: push to main without chore(release)\n"
    assert json.loads(texts.files["report.json"]) == {
        "ok": True,
        "outcome": "not released",
        "git_sha": GIT_SHA,
        "reason": "push to main without chore(release)",
    }
    assert texts.files["exit-code"] == "0\n"
    assert texts.files["outputs.txt"] == "ok=true\nversion=\nplan_version=\n"
    assert texts.files["annotations.txt"] == f"::notice title=Slipway::{texts.summary}"
    texts.raise_failure()


def test_the_decision_of_an_event_that_is_released_is_told() -> None:
    texts = release_texts(good_report(), decision=Decision(Release.FULL, "started by hand for branch main"))
    assert texts.summary == f"{summary(good_report())}\nreleased in full: started by hand for branch main\n"
    assert "- released in full: started by hand for branch main\n" in texts.files["summary.md"]
    assert texts.files["outputs.txt"] == "ok=true\nversion=1.2.0\nplan_version=2.0\n"


def test_a_release_has_a_message_and_an_event_that_is_not_released_has_none() -> None:
    message = release_texts(failed_report()).message
    assert message
    assert (message.title, message.ok) == ("Release 1.2.0 of Shop: FAILED", False)
    assert decision_texts(Decision(Release.NONE, "x"), GIT_SHA).message is None


def test_what_ended_before_its_first_step_has_its_problems_in_every_file() -> None:
    texts = failure_texts([problem("`a` failed"), problem("`b` failed")])
    assert texts.summary.startswith("2 problems:\n")
    report = json.loads(texts.files["report.json"])
    assert (report["ok"], report["outcome"], len(report["problems"])) == (False, "failed", 2)
    assert texts.files["annotations.txt"].count("::error ") == 2
    assert "### 2 problems" in texts.files["summary.md"]
    assert (texts.files["outputs.txt"][:9], texts.files["exit-code"]) == ("ok=false\n", "1\n")
    with pytest.raises(PipelineError):
        texts.raise_failure()


def test_a_smoke_after_a_release_is_part_of_its_summary_and_files() -> None:
    texts = release_texts(good_report(), SMOKE)
    assert texts.summary == f"{summary(good_report())}\n{smoke_summary(SMOKE)}"
    assert json.loads(texts.files["smoke.json"])["ok"] is True


def test_a_release_that_did_not_do_all_has_no_notes() -> None:
    for texts in (release_texts(failed_report()), release_texts(good_report(), RED)):
        assert "notes.md" not in texts.files


def test_a_smoke_after_a_release_is_on_its_page() -> None:
    texts = release_texts(good_report(), SMOKE)
    assert json.loads(texts.files["report.json"])["smoke"]["ok"] is True
    assert "Smoke: passed" in texts.files["report.html"]


def test_a_record_that_another_version_has_written_comes_without_a_page() -> None:
    record = record_of(good_report(), {}, "")
    files = {**record.files, "report.json": '{"ok": true}'}
    assert "report.html" in record_texts(GIT_SHA, record).files
    texts = record_texts(GIT_SHA, replace(record, files=files))
    assert texts.files["report.json"] == '{"ok": true}'
    assert "report.html" not in texts.files


def test_a_smoke_alone_has_its_report() -> None:
    texts = smoke_texts(SMOKE)
    assert (texts.summary, list(texts.files)) == (smoke_summary(SMOKE), ["summary.txt", "smoke.json", "exit-code"])
    assert (texts.files["summary.txt"], texts.files["exit-code"]) == (texts.summary, "0\n")
    assert smoke_texts(RED).files["exit-code"] == "1\n"


def test_a_smoke_that_ended_before_a_container_was_started_has_its_problems() -> None:
    texts = smoke_failure_texts(RED.problems)
    assert list(texts.files) == list(smoke_texts(RED).files)
    report = json.loads(texts.files["smoke.json"])
    assert (report["ok"], [one["what"] for one in report["problems"]]) == (False, [one.what for one in RED.problems])
    assert texts.files["exit-code"] == "1\n"
    assert texts.problems == RED.problems


def test_a_failed_release_has_its_files_and_fails_the_call_with_its_summary() -> None:
    texts = release_texts(failed_report())
    assert list(texts.files) == FILES
    assert json.loads(texts.files["slipway.lock.json"])["outcome"] == "failed"
    assert texts.files["exit-code"] == "1\n"
    with pytest.raises(PipelineError) as caught:
        texts.raise_failure()
    assert str(caught.value) == summary(failed_report())
    assert caught.value.problems == failed_report().problems


def test_a_failed_smoke_fails_the_call_with_its_summary() -> None:
    with pytest.raises(PipelineError) as caught:
        smoke_texts(RED).raise_failure()
    assert str(caught.value) == smoke_summary(RED)
    with pytest.raises(PipelineError) as caught:
        release_texts(good_report(), RED).raise_failure()
    assert caught.value.problems == RED.problems


def test_of_a_record_the_result_is_that_of_the_recorded_run() -> None:
    for report in (good_report(), failed_report()):
        texts = record_texts(GIT_SHA, record_of(report, {}, ""))
        files = {
            name: text for name, text in release_texts(report).files.items() if name not in {*CI_FILES, "notes.md"}
        }
        assert (texts.summary, texts.files) == (summary(report), files)
        assert bool(texts.problems) is bool(report.problems)


def test_a_commit_without_a_record_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="No release of this commit is recorded"):
        record_texts(GIT_SHA, None)


def test_what_succeeded_fails_no_call() -> None:
    texts = release_texts(good_report(), SMOKE)
    texts.raise_failure()
    assert texts.files["exit-code"] == "0\n"
    assert release_texts(good_report(), RED).files["exit-code"] == "1\n"
    smoke_texts(SMOKE).raise_failure()


def test_the_summary_of_a_job_has_the_timeline() -> None:
    files = release_texts(good_report()).files
    assert "\n### Timeline\n\n```mermaid\ngantt\n" in files["summary.md"]

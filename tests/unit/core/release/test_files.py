"""The files of a release."""

from sample_reports import failed_report, good_report

from ci.core.release.files import FILES, json_text, release_files
from ci.core.release.lock import lock
from ci.core.release.report_json import as_json
from ci.core.release.summary import summary


def test_a_release_has_the_same_files_however_it_ended() -> None:
    for report in (good_report(), failed_report()):
        files = release_files(report)
        assert files.keys() == FILES
        assert files["summary.txt"] == summary(report)
        assert files["report.json"] == json_text(as_json(report))
        assert files["slipway.lock.json"] == json_text(lock(report))
        assert files["docker-compose.omni.yaml"] == report.plan.pinned.text


def test_json_ends_with_a_line_break() -> None:
    assert json_text({"a": 1}) == '{\n  "a": 1\n}\n'

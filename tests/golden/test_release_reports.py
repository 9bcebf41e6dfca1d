"""Complete documents of a release: the plan, the summary, the report and the lock, as a user gets them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import Stage, broken, small_plan
from golden.goldens import assert_matches

from ci.core.release import github, plan_text, report_json
from ci.core.release.lock import lock
from ci.core.release.notes import notes
from ci.core.release.report import Report
from ci.core.release.summary import summary
from ci.errors import BuildError, Problem

DOCUMENTS = Path(__file__).parent / "reports"


def done() -> Report:
    return Stage().with_sha_tags("mail").release()


def failed() -> Report:
    """Two images fail for different reasons; one of them has a log."""
    stage = Stage()
    stage.effects.faults["build worker"] = BuildError(
        Problem(
            what="The image `worker` could not be built",
            file="Dockerfile.worker",
            value="pip install -r requirements.txt\n    exit code 1\n    No matching distribution found",
            expected="every step of the Dockerfile succeeds",
            hint="fix the step shown, and run the same call again: the steps before it are cached",
        )
    )
    stage.effects.faults["build mail"] = broken("no space left on device", BuildError)
    return stage.release()


def skipped() -> Report:
    return Stage(instances={}).release()


def as_json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


CASES: dict[str, Callable[[], str]] = {
    "release_plan.txt": lambda: plan_text.as_text(small_plan()),
    "release_plan_json.json": lambda: as_json(plan_text.as_json(small_plan())),
    "release_done_summary.txt": lambda: summary(done()),
    "release_failed_summary.txt": lambda: summary(failed()),
    "release_skipped_upgrade_summary.txt": lambda: summary(skipped()),
    "release_done_report.json": lambda: as_json(report_json.as_json(done())),
    "release_failed_report.json": lambda: as_json(report_json.as_json(failed())),
    "release_done_job_summary.md": lambda: github.markdown(
        done(), (), "released in full: started by hand for branch main"
    ),
    "release_failed_job_summary.md": lambda: github.markdown(failed(), failed().problems),
    "release_failed_annotations.txt": lambda: github.annotations(failed().problems, failed().warnings),
    "release_refused_job_summary.md": lambda: github.failed(failed().problems[:1]),
    "release_not_released_job_summary.md": lambda: github.not_released("push to feature/a_*b* without build(full)"),
    "release_done_notes.md": lambda: notes(done()),
    "release_done_lock.json": lambda: as_json(lock(done())),
}


@pytest.mark.parametrize("name", CASES)
def test_the_document_is_as_expected(name: str, pytestconfig: pytest.Config) -> None:
    assert_matches(DOCUMENTS / name, CASES[name](), pytestconfig)

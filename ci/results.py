"""From the report of a pipeline to the texts of a call's result: the summary, and files by name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ci.core.omctl.commands import PINNED_FILE
from ci.core.release import report as release_report
from ci.core.release.lock import lock
from ci.core.release.report import Report
from ci.core.release.summary import summary
from ci.core.smoke import report as smoke_report
from ci.core.smoke.report import SmokeReport
from ci.errors import PipelineError, Problem

REPORT_FILE, LOCK_FILE, SMOKE_FILE, SUMMARY_FILE = "report.json", "slipway.lock.json", "smoke.json", "summary.txt"


@dataclass(frozen=True)
class ResultTexts:
    """The result of a call: the summary for people, the text of each file by its name, and what went wrong."""

    summary: str
    files: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    def raise_failure(self) -> None:
        """Fail the call if it did not do all that it is for.

        Raises:
            PipelineError: something went wrong; its text is the summary.
        """
        if self.problems:
            raise PipelineError(self.summary, *self.problems)


def release_texts(report: Report, smoke: SmokeReport | None = None) -> ResultTexts:
    """The result of a release, and of the smoke after it, whether or not they did all that they are for."""
    text = summary(report) + (f"\n{smoke_report.summary(smoke)}" if smoke else "")
    problems = (*report.problems, *(smoke.problems if smoke else ()))
    files = {
        SUMMARY_FILE: text,
        REPORT_FILE: _json(release_report.as_json(report)),
        LOCK_FILE: _json(lock(report)),
        PINNED_FILE: report.plan.pinned.text,
    }
    return ResultTexts(text, files | (_smoke_files(smoke) if smoke else {}), problems)


def smoke_texts(report: SmokeReport) -> ResultTexts:
    """The result of a smoke, whether or not all was as expected."""
    return ResultTexts(smoke_report.summary(report), _smoke_files(report), report.problems)


def _smoke_files(report: SmokeReport) -> dict[str, str]:
    return {SMOKE_FILE: _json(smoke_report.as_json(report))}


def _json(value: Mapping[str, Any]) -> str:  # Any: JSON
    return json.dumps(value, indent=2) + "\n"

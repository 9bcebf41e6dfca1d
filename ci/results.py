"""From the report of a pipeline to the texts of a call's result: the summary, and files by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.core.event.decide import Decision
from ci.core.page.page import PAGE_FILE, TIMELINE_FILE, page, read_report, timeline
from ci.core.release.files import REPORT_FILE, SUMMARY_FILE, json_text, release_files
from ci.core.release.record import Record
from ci.core.release.report import Report
from ci.core.release.report_json import as_json
from ci.core.release.summary import summary
from ci.core.smoke import report as smoke_report
from ci.core.smoke.report import SmokeReport
from ci.errors import ConfigurationError, PipelineError, Problem

SMOKE_FILE, EXIT_CODE_FILE = "smoke.json", "exit-code"


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
    files = release_files(report) | {SUMMARY_FILE: text}
    if smoke:
        whole = as_json(report) | {"smoke": smoke_report.as_json(smoke)}
        files |= {REPORT_FILE: json_text(whole)} | _smoke_files(smoke)
    return ResultTexts(text, files | _pages(files) | _exit_code(problems), problems)


def decision_texts(decision: Decision, git_sha: str) -> ResultTexts:
    """The result of a release that an event decided against: nothing was done, and that is right."""
    report = {"ok": True, "outcome": decision.release, "git_sha": git_sha, "reason": decision.reason}
    text = f"{decision}\n"
    return ResultTexts(text, {REPORT_FILE: json_text(report), SUMMARY_FILE: text} | _exit_code(()))


def record_texts(git_sha: str, record: Record | None) -> ResultTexts:
    """The result of a run of which only the record is known.

    Raises:
        ConfigurationError: there is none.
    """
    if record is None:
        raise ConfigurationError(
            Problem(
                what="No release of this commit is recorded in the registry",
                value=git_sha,
                expected="a commit that `release` or `publish` was called for, with the same `image_prefix`",
                hint="check --sha and `image_prefix`; a release that was not recorded has a warning in its summary",
            )
        )
    unfinished = Problem(
        what="The recorded release did not finish",
        value=git_sha,
        expected="a release that was done",
        hint="read its summary, which says what to do",
    )
    problems = (unfinished,) if record.failed else ()
    files = dict(record.files) | _pages(record.files) | _exit_code(problems)
    return ResultTexts(record.files[SUMMARY_FILE], files, problems)


def smoke_texts(report: SmokeReport) -> ResultTexts:
    """The result of a smoke, whether or not all was as expected."""
    return ResultTexts(smoke_report.summary(report), _smoke_files(report), report.problems)


def _smoke_files(report: SmokeReport) -> dict[str, str]:
    return {SMOKE_FILE: json_text(smoke_report.as_json(report))}


def _pages(files: Mapping[str, str]) -> dict[str, str]:
    """The report as a page, and its timeline; nothing if they can't be made, since the report itself must not be lost.

    They can't if another version of Slipway has recorded the report.
    """
    try:
        report = read_report(files[REPORT_FILE], REPORT_FILE)
        return {PAGE_FILE: page(report), TIMELINE_FILE: timeline(report)}
    except Exception:  # noqa: BLE001 - whatever it is, the report is there without them
        return {}


def _exit_code(problems: tuple[Problem, ...]) -> dict[str, str]:
    """For a caller that exports the files of a failure: the call that exports them succeeds."""
    return {EXIT_CODE_FILE: f"{1 if problems else 0}\n"}

"""From the report of a pipeline to the texts of a call's result: the summary, and files by name."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ci.core.diff import unified
from ci.core.event.decide import WITHOUT_EVENT, Decision
from ci.core.omctl.files import PINNED_FILE
from ci.core.page.gantt import gantt
from ci.core.page.page import PAGE_FILE, TIMELINE_FILE, page, read_report, timeline
from ci.core.release import github
from ci.core.release.files import REPORT_FILE, SUMMARY_FILE, json_text, release_files
from ci.core.release.notes import NOTES_FILE, notes
from ci.core.release.notification import Message, release_message
from ci.core.release.record import Record
from ci.core.release.report import Report, StepOutcome
from ci.core.release.report_json import as_json
from ci.core.release.summary import summary
from ci.core.smoke import report as smoke_report
from ci.core.smoke.report import SmokeReport
from ci.errors import ConfigurationError, PipelineError, Problem, describe

SMOKE_FILE, EXIT_CODE_FILE = "smoke.json", "exit-code"


@dataclass(frozen=True)
class ResultTexts:
    """The result of a call: the summary for people, the text of each file by its name, and what went wrong."""

    summary: str
    files: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    message: Message | None = None
    """What a notification says; None if nobody is to be told."""

    def raise_failure(self) -> None:
        """Fail the call if it did not do all that it is for.

        Raises:
            PipelineError: something went wrong; its text is the summary.
        """
        if self.problems:
            raise PipelineError(self.summary, *self.problems)


def release_texts(
    report: Report, smoke: SmokeReport | None = None, *, decision: Decision = WITHOUT_EVENT
) -> ResultTexts:
    """The result of a release, and of the smoke after it, whether or not they did all that they are for."""
    event = "" if decision is WITHOUT_EVENT else str(decision)
    text = "\n".join(
        [summary(report), *([smoke_report.summary(smoke)] if smoke else []), *([f"{event}\n"] if event else [])]
    )
    problems = (*report.problems, *(smoke.problems if smoke else ()))
    files = release_files(report) | {SUMMARY_FILE: text}
    if smoke:
        found = smoke_report.as_json(smoke)
        files |= {REPORT_FILE: json_text(as_json(report) | {"smoke": found}), SMOKE_FILE: json_text(found)}
    version = report.results.plan_version
    files |= {
        github.MARKDOWN_FILE: github.markdown(report, problems, event),
        github.ANNOTATIONS_FILE: github.annotations(problems, report.warnings),
        github.OUTPUTS_FILE: github.outputs(
            ok=not problems, version=report.plan.version, plan_version=version.version if version else ""
        ),
    }
    if not problems and (released := notes(report)):
        files |= {NOTES_FILE: released}
    message = release_message(report, problems)
    return ResultTexts(text, files | _pages(files) | _exit_code(problems), problems, message)


def decision_texts(decision: Decision, git_sha: str) -> ResultTexts:
    """The result of a release that an event decided against: nothing was done, and that is right."""
    report = {"ok": True, "outcome": decision.release, "git_sha": git_sha, "reason": decision.reason}
    return _without_release(f"{decision}\n", report, github.not_released(decision.reason), notice=str(decision))


def failure_texts(problems: Sequence[Problem]) -> ResultTexts:
    """The result of a release that has no report, since it ended before its first step."""
    report = {"ok": False, "outcome": StepOutcome.FAILED, "problems": [asdict(problem) for problem in problems]}
    return _without_release(f"{describe(problems)}\n", report, github.failed(problems), problems)


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


def _without_release(
    text: str,
    report: Mapping[str, Any],  # Any: JSON
    markdown: str,
    problems: Sequence[Problem] = (),
    notice: str = "",
) -> ResultTexts:
    files = {
        SUMMARY_FILE: text,
        REPORT_FILE: json_text(report),
        github.MARKDOWN_FILE: markdown,
        github.ANNOTATIONS_FILE: github.annotations(problems, notice=notice),
        github.OUTPUTS_FILE: github.outputs(ok=not problems),
        **_exit_code(problems),
    }
    return ResultTexts(text, files, tuple(problems))


def smoke_texts(report: SmokeReport) -> ResultTexts:
    """The result of a smoke, whether or not all was as expected."""
    return _smoke_result(smoke_report.summary(report), smoke_report.as_json(report), report.problems)


def smoke_failure_texts(problems: Sequence[Problem]) -> ResultTexts:
    """The result of a smoke that has no report, since it ended before a container was started."""
    report = {"ok": False, "problems": [asdict(problem) for problem in problems]}
    return _smoke_result(f"{describe(problems)}\n", report, problems)


def _smoke_result(text: str, report: Mapping[str, Any], problems: Sequence[Problem]) -> ResultTexts:  # Any: JSON
    files = {SUMMARY_FILE: text, SMOKE_FILE: json_text(report)} | _exit_code(problems)
    return ResultTexts(text, files, tuple(problems))


def _pages(files: Mapping[str, str]) -> dict[str, str]:
    """The report as a page, and its timeline, which is also added to the summary of a job, if there is one.

    Nothing if they can't be made, since the report itself must not be lost. They can't if another version of Slipway
    has recorded the report.
    """
    try:
        report = read_report(files[REPORT_FILE], REPORT_FILE)
        made = {PAGE_FILE: page(report), TIMELINE_FILE: timeline(report)}
        if github.MARKDOWN_FILE in files and (drawn := gantt(report)):
            made[github.MARKDOWN_FILE] = f"{files[github.MARKDOWN_FILE]}\n### Timeline\n\n{drawn}"
    except Exception:  # noqa: BLE001 - whatever it is, the report is there without them
        return {}
    return made


def _exit_code(problems: Sequence[Problem]) -> dict[str, str]:
    """For a caller that exports the files of a failure: the call that exports them succeeds."""
    return {EXIT_CODE_FILE: f"{1 if problems else 0}\n"}


def check_unchanged(given: str, generated: str) -> None:
    """Compare a pinned file with the one that is generated now.

    Raises:
        ConfigurationError: they differ; the error shows the difference.
    """
    if difference := unified(given, generated, "given", "generated now"):
        raise ConfigurationError(
            Problem(
                what="The file given differs from the one that is generated now",
                expected="no difference",
                hint=f"generate it again: dagger call gen-compose --sha … export --path {PINNED_FILE}",
                excerpt=difference,
            )
        )

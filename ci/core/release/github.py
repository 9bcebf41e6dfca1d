"""What GitHub Actions shows of a release: the job's summary, annotations and outputs.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions has their forms. Values come from files,
logs and responses of other programs: each is escaped where it is put.
"""

import re
from collections.abc import Iterable, Sequence

from ci.core.release.continuation import continuation
from ci.core.release.report import ImageResult, Report, title, verdict
from ci.errors import Problem

MARKDOWN_FILE, ANNOTATIONS_FILE, OUTPUTS_FILE = "summary.md", "annotations.txt", "outputs.txt"
_SHOWN = 30
"""Problems in the summary, of at most 4,000 characters a text each; GitHub refuses a summary of more than 1 MiB."""
_PLAIN = re.compile(r"[^A-Za-z0-9 .,:;/()=+-]", re.ASCII)


def markdown(report: Report, problems: Sequence[Problem], event: str = "") -> str:
    """The job's summary of a release; `problems` are the report's and those of a smoke after it.

    `event` is the decision by which it was released.
    """
    plan, results = report.plan, report.results
    ended = verdict(report, problems)
    lines = [f"## {title(report)} {_inline(plan.version)} of {_inline(plan.settings.product_name)}: {ended}", ""]
    facts = [f"Commit `{plan.git_sha}`"]
    if event:
        facts.append(_inline(event))
    if version := results.plan_version:
        facts.append(
            f"Plan version **{_inline(version.version)}** of plan {_inline(version.plan_name or version.plan_id)}"
        )
    if preferred := results.preferred:
        facts.append(
            f"Preferred plan version: {_inline(preferred.version)}{_before(preferred.before, preferred.version)}"
        )
    if upgrade := results.upgrade:
        moved = f"{_inline(upgrade.outcome)}, version {_inline(upgrade.version)}"
        facts.append(
            f"Instance {_inline(upgrade.instance_id)}: {moved}{_before(upgrade.version_before, upgrade.version)}"
        )
    lines += [f"- {fact}" for fact in facts]
    if problems:
        lines += ["", *_problems(problems)]
    if report.problems:
        lines += ["", "### What to do", "", _block(continuation(report))]
    if results.images:
        lines += ["", "| image | what was done | why | digest |", "| --- | --- | --- | --- |"]
        lines += [_row(image) for image in results.images]
    lines += ["", "| step | outcome | seconds | result |", "| --- | --- | ---: | --- |"]
    lines += [
        f"| {_inline(step.name)} | {step.outcome} | {step.seconds:.1f} | {_inline(step.detail)} |"
        for step in report.steps
    ]
    lines += [f"| {_inline(name)} | not run | | |" for name in report.not_run]
    if report.warnings:
        lines += ["", "### Warnings", "", *(_block(str(warning)) for warning in report.warnings)]
    return "\n".join(lines) + "\n"


def failed(problems: Sequence[Problem]) -> str:
    """The job's summary of a release that has no report, since it ended before its first step."""
    return "\n".join(["## Release: FAILED", "", *_problems(problems)]) + "\n"


def not_released(reason: str) -> str:
    """The job's summary of an event that is not released."""
    return f"## Not released\n\n{_inline(reason)}\n"


def annotations(errors: Iterable[Problem], warnings: Iterable[Problem] = (), notice: str = "") -> str:
    """Workflow commands, a line each, which GitHub shows at the file and line of each problem."""
    lines = [*(_command("error", one) for one in errors), *(_command("warning", one) for one in warnings)]
    if notice:
        lines.append(f"::notice title=Slipway::{_data(notice)}")
    return "".join(f"{line}\n" for line in lines)


def outputs(*, ok: bool, version: str = "", plan_version: str = "") -> str:
    """The step's outputs, for `$GITHUB_OUTPUT`; without a version if nothing was released."""
    values = {"ok": "true" if ok else "false", "version": version, "plan_version": plan_version}
    return "".join(f"{name}={' '.join(value.split())}\n" for name, value in values.items())


def _row(image: ImageResult) -> str:
    digest = f"`{image.digest[:19]}`" if image.digest else ""
    return f"| {_inline(image.name)} | {_inline(image.action)} | {_inline(image.reason)} | {digest} |"


def _before(before: str, now: str) -> str:
    return f" (before: {_inline(before)})" if before not in {"", now} else ""


def _problems(problems: Sequence[Problem]) -> list[str]:
    title = "### 1 problem" if len(problems) == 1 else f"### {len(problems)} problems"
    lines = [title, "", *(_block(str(problem)) for problem in problems[:_SHOWN])]
    if len(problems) > _SHOWN:
        lines.append(f"And {len(problems) - _SHOWN} more: see the log and report.json.")
    return lines


def _block(text: str) -> str:
    """A text as it is: in a fence that is longer than any in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _inline(text: str) -> str:
    """A text inside a line or a table's cell: what Markdown or HTML could read as its own is a character reference."""
    return _PLAIN.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))


def _command(kind: str, problem: Problem) -> str:
    places = {"file": problem.file, "line": problem.line, "col": problem.column, "title": problem.step or "Slipway"}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places.items() if value)
    return f"::{kind} {properties}::{_data(str(problem))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

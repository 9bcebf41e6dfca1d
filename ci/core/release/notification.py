"""The message at the end of a release, for people who do not read its log."""

from collections.abc import Sequence
from dataclasses import dataclass

from ci.core.release.report import Report, title, verdict
from ci.errors import Problem

_PROBLEMS = 5
"""Problems in a message; the report has all."""
_LINE = 300
"""Characters of one line of a message."""


@dataclass(frozen=True)
class Message:
    """A message in plain text."""

    title: str
    body: str
    ok: bool
    """Whether it tells of a success."""


def release_message(report: Report, problems: Sequence[Problem]) -> Message:
    """The message of a release; `problems` are the report's and those of a smoke after it."""
    plan, results = report.plan, report.results
    lines = [f"commit {plan.git_sha}"]
    if version := results.plan_version:
        lines.append(f"plan version {version.version} of {version.plan_name or version.plan_id}")
    if upgrade := results.upgrade:
        lines.append(f"instance {upgrade.instance_id}: {upgrade.outcome}, version {upgrade.version}")
    heading = f"{title(report)} {plan.version} of {plan.settings.product_name}: {verdict(report, problems)}"
    return Message(heading, "\n".join([*lines, *_first_lines(problems)]), ok=not problems)


def failure_message(problems: Sequence[Problem]) -> Message:
    """The message of a release that ended before its first step."""
    return Message("Release: FAILED before its first step", "\n".join(_first_lines(problems)), ok=False)


def _first_lines(problems: Sequence[Problem]) -> list[str]:
    """The first line of each problem: its file, what failed, the start of the value."""
    lines = [str(problem).partition("\n")[0] for problem in problems[:_PROBLEMS]]
    more = [f"and {len(problems) - _PROBLEMS} more problems"] if len(problems) > _PROBLEMS else []
    return [*(f"- {line[: _LINE - 1]}…" if len(line) > _LINE else f"- {line}" for line in lines), *more]

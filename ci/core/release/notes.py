"""The notes of a release, in Markdown: what changed, and what was released."""

import re

from ci.core.release.report import Report

NOTES_FILE = "notes.md"


def notes(report: Report) -> str:
    """The changelog's entry as it is, then the plan version and each image at its version tag and digest.

    `""` for a report without a plan version, as one of a `publish`.
    """
    plan, made = report.plan, report.results.plan_version
    if made is None:
        return ""
    digests = {image.name: image.digest for image in report.results.images if image.digest}
    lines = [plan.changes, "", "### Released", ""]
    lines += [f"Plan version {_code(made.version)} of plan {_code(made.plan_name or made.plan_id)}, of the images", ""]
    lines += [
        f"- {_code(f'{one.version_reference}@{digests[one.name]}')}" for one in plan.images if one.name in digests
    ]
    return "\n".join([*lines, "", f"from commit {plan.git_sha}."]) + "\n"


def _code(text: str) -> str:
    """A text as code in a line, between more backticks than any that it has in a row."""
    plain = " ".join(text.split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    return f"{fence} {plain} {fence}" if "`" in plain else f"`{plain}`"

"""The record of a release: what a run did so far, as it is kept in the registry beside the images."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ci.core.references import is_git_sha
from ci.core.release.files import FILES, json_text, release_files
from ci.core.release.report import Report, StepOutcome
from ci.core.release.steps import StepName
from ci.errors import Problem, PublishError

RECORD_FORMAT = 1
"""Raised with every change of the record's keys or their values."""
RECORD_TYPE = "application/vnd.slipway.release.v1+json"
"""The media type of a record, and the type of its artifact in the registry."""
_SUFFIX = "-releases"
_VERIFIED = (StepName.VERSION_TAGS, StepName.VERIFY)
"""The steps that begin by, or consist of, verifying the sha tags."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Record:
    """The state of the newest run of a commit."""

    git_sha: str
    digests: Mapping[str, str]
    """Image name -> its digest, of all images of the commit that this run or an earlier one has pushed or found."""
    files: Mapping[str, str]
    """File name -> its text, as exported: those of `FILES`."""
    failed: bool
    """Whether something was not done, or is unknown; so it is as well while the run goes on."""
    previous: str = field(default="", compare=False)
    """The digest of the record before this one, `""` if it is the first: each state stays in the registry."""


def records_repository(image_prefix: str) -> str:
    """The repository of the records of a product."""
    return f"{image_prefix}{_SUFFIX}"


def record_of(report: Report, recorded: Mapping[str, str], previous: str, *, found_first: bool = False) -> Record:
    """The record of a run; what was `recorded` of an image before stays, since a sha tag does not move.

    It gives way to what this run found with `found_first`, and once this run has verified the sha tags: then what
    another run has recorded since is not what they name.
    """
    sha_references = {one.name: str(one.sha_reference) for one in report.plan.images}
    found = {one.name: one.digest for one in report.results.images if sha_references[one.name] in one.references}
    verified = any(step.outcome is StepOutcome.DONE and step.name in _VERIFIED for step in report.steps)
    digests = {**recorded, **found} if found_first or verified else {**found, **recorded}
    return Record(report.plan.git_sha, digests, release_files(report), bool(report.problems), previous)


def record_text(record: Record) -> str:
    """The record as JSON."""
    return json_text(
        {
            "record_format": RECORD_FORMAT,
            "git_sha": record.git_sha,
            "failed": record.failed,
            "digests": dict(sorted(record.digests.items())),
            "previous": record.previous,
            "files": dict(record.files),
        }
    )


def read_record(text: str, git_sha: str) -> Record:
    """The record of a commit, read from JSON.

    Raises:
        PublishError: it is no record of this commit, or of a format that this version does not know.
    """
    found = _object(text)
    if found is None:
        raise foreign("no JSON object", git_sha)
    if found.get("record_format") != RECORD_FORMAT:
        raise foreign(f"record_format {found.get('record_format')}", git_sha)
    if found.get("git_sha") != git_sha:
        raise foreign(f"git_sha {found.get('git_sha')}", git_sha)
    digests, files, previous = _strings(found, "digests"), _strings(found, "files"), found.get("previous")
    failed = found.get("failed")
    if digests is None or not all(map(_DIGEST.fullmatch, digests.values())):
        raise foreign("digests that are none", git_sha)
    if files is None or files.keys() != FILES:
        raise foreign("other files than those of a release", git_sha)
    if not isinstance(failed, bool) or not isinstance(previous, str):
        raise foreign("keys without their values", git_sha)
    return Record(git_sha, digests, files, failed, previous)


def named_commit(text: str) -> str:
    """The git sha that a record says it is of; `""` if it says none."""
    git_sha = (_object(text) or {}).get("git_sha")
    return git_sha if isinstance(git_sha, str) and is_git_sha(git_sha) else ""


def foreign(found: str, git_sha: str) -> PublishError:
    """The error of an artifact that is no record which can be trusted."""
    return PublishError(
        Problem(
            what=f"What the registry has as the release record of {git_sha} is none that can be trusted",
            value=found,
            expected=f"an artifact of type {RECORD_TYPE}, record_format {RECORD_FORMAT}, of this commit",
            hint="find out who pushed it; a newer version of Slipway writes another format: use that one",
        )
    )


def _object(text: str) -> dict[str, Any] | None:  # Any: JSON
    """The JSON object of a text; None if it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _strings(found: dict[str, Any], key: str) -> dict[str, str] | None:  # Any: JSON
    """An object of strings; None if it is none."""
    value = found.get(key)
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        return None
    return value

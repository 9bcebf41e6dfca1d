"""VERSION and the changelog of a source on the disk, raised to the next version of today."""

from datetime import datetime
from pathlib import Path

from ci.adapters.files import Change, existing, write_all
from ci.core.diff import unified
from ci.core.product.bump import Part, bump
from ci.core.product.source import CHANGELOG_FILE, VERSION_FILE
from ci.errors import Findings


def bump_files(top: Path, part: str, release_commit: str, *, diff: bool) -> str:
    """What was changed, and what to do next; with `diff` what would change, and nothing is written.

    Raises:
        ConfigurationError: a file is missing, has not what a release needs, or can't be written; then neither changed.
    """
    findings = Findings()
    version = findings.collect(lambda: existing(top / VERSION_FILE, "create it with the version, such as 0.1.0"))
    template = "create it with a heading `## [Unreleased]` and what changed below it"
    changelog = findings.collect(lambda: existing(top / CHANGELOG_FILE, template))
    version, changelog = findings.require(version), findings.require(changelog)
    today = f"{datetime.now().astimezone():%Y-%m-%d}"  # of the person who releases, as in the commit
    made = bump(version, changelog, Part(part), today, (VERSION_FILE, CHANGELOG_FILE))
    if diff:
        return unified(version, made.version_text, VERSION_FILE, VERSION_FILE) + unified(
            changelog, made.changelog_text, CHANGELOG_FILE, CHANGELOG_FILE
        )
    changed = Change(top / CHANGELOG_FILE, changelog, made.changelog_text)
    write_all([changed, Change(top / VERSION_FILE, version, made.version_text)])
    return (
        f"{VERSION_FILE}: {made.old} -> {made.version}\n"
        f"{CHANGELOG_FILE}: what was unreleased is under {made.version}, {today}\n"
        f"next: git commit --message '{release_commit}: {made.version}' {VERSION_FILE} {CHANGELOG_FILE}\n"
    )

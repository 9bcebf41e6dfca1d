"""The next version: what VERSION and the changelog are then, changed only where they must be.

The changelog has the form of https://keepachangelog.com: what is below `[Unreleased]` comes under the new version.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ci.core.product.changelog import headings
from ci.core.product.version import parse_version
from ci.errors import ConfigurationError, Findings, Problem

_UNRELEASED = "unreleased"
_LINK = re.compile(r"\[[^\]]+\]:\s")
_COMPARISON = re.compile(
    r"(?P<start>\[unreleased\]:\s*\S*/compare/)(?P<old>[^\s/]*?\d+\.\d+\.\d+[^\s/]*?)(?P<dots>\.{2,3})(?P<head>[^\s.]+\s*)",
    re.IGNORECASE,
)
"""The link of `[Unreleased]` as GitHub and GitLab compare a tag with a branch: `…/compare/v1.4.0...HEAD`."""
_VERSION = re.compile(r"\d+\.\d+\.\d+.*")


class Part(StrEnum):
    """The part of the version that is raised (https://semver.org)."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


@dataclass(frozen=True)
class Bumped:
    """The new version, and the new texts of both files."""

    old: str
    version: str
    version_text: str
    changelog_text: str


def bump(version_text: str, changelog_text: str, part: Part, date: str, files: tuple[str, str]) -> Bumped:
    """The next version, of the date `YYYY-MM-DD`; `files` are the names of VERSION and the changelog.

    A pre-release becomes its release where that raises the part: the patch after 1.4.0-rc.1 is 1.4.0.

    Raises:
        ConfigurationError: VERSION has no version, or the changelog has nothing that is unreleased, or has the new
            version already; all problems of both.
    """
    import semver  # noqa: PLC0415 - as in version.py

    findings = Findings()
    old = findings.collect(lambda: parse_version(version_text, files[0]))
    version = str(semver.Version.parse(old).next_version(part)) if old else ""
    changelog = findings.collect(lambda: _moved(changelog_text, version, date, files[1]))
    new, old = findings.require(changelog), findings.require(old)
    return Bumped(old, version, version_text.replace(old, version, 1), new)


def _moved(text: str, version: str, date: str, file: str) -> str:
    """The changelog with what is unreleased under the new version.

    Raises:
        ConfigurationError: nothing is unreleased, or the version has its heading.
    """
    lines = text.splitlines(keepends=True)
    found = headings([line.removeprefix("\ufeff") if at == 0 else line for at, line in enumerate(lines)])
    at = _unreleased(lines, found, file)
    for line, name in found:
        if version and name == version:
            raise ConfigurationError(
                Problem(
                    what=f"The changelog has an entry for version {version}",
                    value=lines[line].strip(),
                    file=file,
                    line=line + 1,
                    expected="no entry for the new version yet",
                    hint=f"write {version} into VERSION if the entry is finished, else remove it and call again",
                )
            )
    heading = lines[at]
    end = heading[len(heading.rstrip("\r\n")) :]
    released = next((lines[line] for line, name in found if name and name.lower() != _UNRELEASED), "")
    return "".join(
        (
            *lines[: at + 1],
            f"{end}{_heading(released or heading, version, date)}{end}",
            *(_linked(line, version, end) for line in lines[at + 1 :]),
        )
    )


def _unreleased(lines: list[str], found: list[tuple[int, str]], file: str) -> int:
    """The index of the heading `[Unreleased]`, below which there is something.

    Raises:
        ConfigurationError: there is no such heading, there are two, or only headings are below it.
    """
    places = [place for place, (_, name) in enumerate(found) if name.lower() == _UNRELEASED]
    if len(places) != 1:
        known = ", ".join(str(found[place][0] + 1) for place in places)
        raise ConfigurationError(
            Problem(
                what="The changelog has " + ("no heading [Unreleased]" if not places else "two headings [Unreleased]"),
                value=f"lines {known}" if places else f"{len(found)} other headings",
                file=file,
                line=found[places[1]][0] + 1 if places else found[0][0] + 1 if found else 0,
                expected="one heading `## [Unreleased]` with the changes since the last version below it",
                hint="merge the two" if places else "add it above the newest version, with what changed",
            )
        )
    start = found[places[0]][0]
    end = found[places[0] + 1][0] if places[0] + 1 < len(found) else len(lines)
    body = (line for line in lines[start + 1 : end] if line.strip() and not _LINK.match(line))
    if all(line.startswith("#") for line in body):
        raise ConfigurationError(
            Problem(
                what="The changelog has nothing below [Unreleased]",
                value=lines[start].strip(),
                file=file,
                line=start + 1,
                expected="what changed since the last version: it becomes the description of the plan version",
                hint="write below this heading what changed",
            )
        )
    return start


def _heading(like: str, version: str, date: str) -> str:
    """The heading of the new version in the form of another: with or without brackets, `v` and parentheses."""
    name = f"v{version}" if re.match(r"##\s+\[?v\d", like) else version
    shown = f"[{name}]" if "[" in like else name
    return f"## {shown} ({date})" if re.search(r"\(\d{4}-\d\d-\d\d\)", like) else f"## {shown} - {date}"


def _linked(line: str, version: str, end: str) -> str:
    """A line of the changelog; the link of `[Unreleased]` starts at the new version, which gets the link before it."""
    link = _COMPARISON.fullmatch(line)
    if not link:
        return line
    tag = _VERSION.sub(lambda _: version, link["old"])
    start = re.sub(r"\[.*?\]", f"[{version}]", link["start"], count=1)
    own = f"{start}{link['old']}{link['dots']}{tag}{end}"
    return f"{link['start']}{tag}{link['dots']}{link['head'].rstrip()}{end}{own}"

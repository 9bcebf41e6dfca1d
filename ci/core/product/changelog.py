"""The changelog's entry for a version, in the form of https://keepachangelog.com."""

import re

from ci.errors import ConfigurationError, Problem

_HEADING = re.compile(r"##\s+\[?(?P<version>[^\]\s]+)\]?(?:\([^)]*\))?(?:\s+[-–—]\s+.*|\s*\(.*\)\s*|\s*)$")  # noqa: RUF001 - people write all three dashes
_SECTION = re.compile(r"##?\s")
_LINK = re.compile(r"\[[^\]]+\]:\s")
_FENCE = re.compile(r"\s*(```|~~~)")


def entry(text: str, version: str, file: str = "CHANGELOG.md") -> str:
    """The text below the heading `## [version]`, without the heading and the link list.

    Raises:
        ConfigurationError: there is no such heading, there are two, or nothing stands below it.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    headings: list[tuple[int, str]] = []
    fenced = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and _SECTION.match(line):
            found = _HEADING.match(line)
            headings.append((number, found["version"].removeprefix("v") if found else ""))
    mine = [(at, position) for position, (at, name) in enumerate(headings) if name == version]
    wanted = f"a heading `## [{version}] - YYYY-MM-DD` with the changes below it"
    if not mine:
        known = ", ".join([name for _, name in headings if name][:5]) or "none"
        raise ConfigurationError(
            Problem(
                what=f"No entry for version {version}",
                value=f"entries found: {known}",
                file=file,
                expected=wanted,
                hint=f"add the entry to {file}, or mend VERSION",
            )
        )
    if len(mine) > 1:
        raise ConfigurationError(
            Problem(
                what=f"Two entries for version {version}",
                value=f"lines {mine[0][0] + 1} and {mine[1][0] + 1}",
                file=file,
                line=mine[1][0] + 1,
                expected="one entry a version",
                hint="merge them",
            )
        )
    start, position = mine[0]
    end = headings[position + 1][0] if position + 1 < len(headings) else len(lines)
    body = "\n".join(line for line in lines[start + 1 : end] if not _LINK.match(line)).strip()
    if not body:
        raise ConfigurationError(
            Problem(
                what=f"The entry for version {version} is empty",
                file=file,
                line=start + 1,
                expected=wanted,
                hint="say what changed: it becomes the release's description",
            )
        )
    return body

"""The changelog's entry for a version, in the form of https://keepachangelog.com."""

import re

from ci.errors import ConfigurationError, Problem

_HEADING = re.compile(r"##\s+\[?(?P<version>[^\]\s]+)\]?(?:\([^)]*\))?(?:\s+[-–—]\s+.*|\s*\(.*\)\s*|\s*)$")  # noqa: RUF001 - people write all three dashes
_SECTION = re.compile(r"##?\s")
_LINK = re.compile(r"\[[^\]]+\]:\s")
_FENCE = re.compile(r"\s*(```|~~~)")
_KNOWN = 5
"""How many versions a message lists."""


def entry(text: str, version: str, file: str = "CHANGELOG.md") -> str:
    """The text below the heading `## [version]`, without the heading and the list of links.

    Raises:
        ConfigurationError: there is no such heading, there are two, or its section is empty.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    found = headings(lines)
    matching = [at for at, (_, name) in enumerate(found) if name == version]
    expected = f"a heading `## [{version}] - YYYY-MM-DD` with the changes below it"
    if not matching:
        known = ", ".join([name for _, name in found if name][:_KNOWN]) or "none"
        raise ConfigurationError(
            Problem(
                what=f"The changelog has no entry for version {version}",
                value=f"entries found: {known}",
                file=file,
                expected=expected,
                hint=f"add the entry to {file}, or correct VERSION; `slipway bump` changes both",
            )
        )
    starts = [found[at][0] for at in matching]
    if len(starts) > 1:
        raise ConfigurationError(
            Problem(
                what=f"The changelog has two entries for version {version}",
                value=f"lines {starts[0] + 1} and {starts[1] + 1}",
                file=file,
                line=starts[1] + 1,
                expected="one entry for each version",
                hint="merge the two entries",
            )
        )
    next_heading = matching[0] + 1
    end = found[next_heading][0] if next_heading < len(found) else len(lines)
    body = "\n".join(line for line in lines[starts[0] + 1 : end] if not _LINK.match(line)).strip()
    if not body:
        raise ConfigurationError(
            Problem(
                what=f"The changelog's entry for version {version} is empty",
                value=lines[starts[0]],
                file=file,
                line=starts[0] + 1,
                expected=expected,
                hint="write below it what changed: it becomes the description of the plan version",
            )
        )
    return body


def headings(lines: list[str]) -> list[tuple[int, str]]:
    """The index of each heading outside of code blocks, and its version, `""` if it has none."""
    found: list[tuple[int, str]] = []
    in_code = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            in_code = not in_code
        elif not in_code and _SECTION.match(line):
            match = _HEADING.match(line)
            found.append((number, match["version"].removeprefix("v") if match else ""))
    return found

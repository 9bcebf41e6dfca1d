"""A `.dockerignore`: which files of a build context are not sent to the build."""

import re
from functools import lru_cache

Rules = tuple[tuple[re.Pattern[str], bool], ...]
"""The patterns in the order of the file, each with whether it includes a path again (`!`)."""


@lru_cache(maxsize=64)
def rules(text: str) -> Rules:
    """The patterns of a `.dockerignore`."""
    found = []
    for line in text.removeprefix("\ufeff").splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        includes = pattern.startswith("!")
        parts = [part for part in pattern.removeprefix("!").strip().split("/") if part not in {"", "."}]
        regex = "".join(r"(?:.*/)?" if part == "**" else segment(part) + "/" for part in parts).removesuffix("/")
        if parts and parts[-1] == "**":
            regex += ".*"
        found.append((re.compile(f"(?:{regex})(?:/.*)?"), includes))
    return tuple(found)


def is_ignored(path: str, patterns: Rules) -> bool:
    """Whether a file is excluded from the context: the last pattern that matches it decides."""
    ignored = False
    for pattern, includes in patterns:
        if pattern.fullmatch(path):
            ignored = not includes
    return ignored


def segment(part: str) -> str:
    """A regular expression for one segment of a path, as Go's `filepath.Match` and git read it."""

    def translate(match: re.Match[str]) -> str:
        token = match.group()
        if token[0] in "*?":
            return "[^/]*" if token[0] == "*" else "[^/]"
        return token if token[0] == "[" else re.escape(token.removeprefix("\\"))

    return re.sub(r"\*+|\?|\[\^?[^\]]+\]|\\.|.", translate, part)

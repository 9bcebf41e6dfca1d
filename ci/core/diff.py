"""A unified diff of two strings, for people and for `patch`."""

import re
from difflib import unified_diff

_LINE = re.compile(r".*?(?:\r\n|\n|\r|\Z)", re.DOTALL)
"""A line with its break: of the breaks that `str.splitlines` counts, only those that `patch` knows."""


def unified(before: str, after: str, before_name: str, after_name: str) -> str:
    """The unified diff, `""` for equal strings; line breaks count, and a missing one at the end is marked."""
    lines = unified_diff(_lines(before), _lines(after), before_name, after_name, n=3)
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    return [line for line in _LINE.findall(text) if line]

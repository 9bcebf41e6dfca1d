"""Two texts compared line by line, for people and for `patch`."""

import re
from difflib import unified_diff

_LINE = re.compile(r".*?(?:\r\n|\n|\r|\Z)", re.DOTALL)


def unified(before: str, after: str, before_name: str, after_name: str) -> str:
    """The unified diff of two texts, `""` where they are equal; line ends count, and one that is missing is said."""
    lines = unified_diff(_lines(before), _lines(after), before_name, after_name, n=3)
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    return [line for line in _LINE.findall(text) if line]

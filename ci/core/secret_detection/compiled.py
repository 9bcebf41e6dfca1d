"""Patterns, compiled only when they are needed: to compile all of them takes longer than a whole release plan."""

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern."""
    return re.compile(pattern)

"""The end of a service's output, with secrets masked."""

import sys
from collections import deque
from collections.abc import Sequence
from typing import IO

from .redaction import Redaction

LINES = 300
WIDTH = 2000
"""How many characters of a line are kept."""


class Log:
    """The last lines of an output; each is also written to the supervisor's own output."""

    def __init__(self, redact: Sequence[str] = ()) -> None:
        self._lines: deque[str] = deque(maxlen=LINES)
        self.redact = Redaction(redact).mask

    def add(self, line: str) -> None:
        """Add one line."""
        shown = self.redact(line.rstrip("\r\n"))[:WIDTH]
        self._lines.append(shown)
        sys.stdout.write(f"{shown}\n")
        sys.stdout.flush()

    def follow(self, pipe: IO[bytes]) -> None:
        """Add every line of a pipe until it is closed."""
        for line in pipe:
            self.add(line.decode(errors="replace"))

    def tail(self, lines: int = LINES) -> list[str]:
        """The last lines."""
        return list(self._lines)[-lines:]

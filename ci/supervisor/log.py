"""The end of a service's output, with what must not be seen blotted out."""

import sys
from collections import deque
from collections.abc import Sequence
from typing import IO

LINES = 300
WIDTH = 2000
BLOT = "***"


class Log:
    """The last lines of an output; each is passed on to the keeper's own output as well."""

    def __init__(self, hidden: Sequence[str] = ()) -> None:
        self._lines: deque[str] = deque(maxlen=LINES)
        # The longest first: one text may be a part of another.
        self._hidden = sorted((text for text in hidden if text), key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text without what must not be seen."""
        for one in self._hidden:
            text = text.replace(one, BLOT)
        return text

    def add(self, line: str) -> None:
        """Take one line."""
        said = self.clean(line.rstrip("\r\n"))[:WIDTH]
        self._lines.append(said)
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()

    def follow(self, pipe: IO[bytes]) -> None:
        """Take every line of a pipe until it is closed."""
        for line in pipe:
            self.add(line.decode(errors="replace"))

    def end(self, lines: int = LINES) -> list[str]:
        """The last lines."""
        return list(self._lines)[-lines:]

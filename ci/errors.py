"""What can go wrong, as values.

SlipwayError            anything that Slipway says to its user
├── ConfigurationError  the caller's input; raised before any effect
├── BuildError          an image could not be built
├── PublishError        an image or a tag could not be pushed or read back
├── OmnistrateError     omctl failed, or answered what was not expected
├── SmokeError          a product could not be booted, or was not as it must be
└── ReleaseError        a whole release ended at one of these; its text is the report

A `Problem` says one thing; an error carries all that were found, never the first alone.
The leaf says the problem; the step's name is added once, by `ci.pipelines.release`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, told so that a stranger can mend it.

    `line` and `column` count from 1; 0 means that there is none.
    """

    what: str
    value: str = ""
    expected: str = ""
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    excerpt: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        lines = [f"{place}: {self.what}" if place else self.what]
        if self.value:
            lines[0] += f": {self.value}"
        if self.excerpt:
            lines += [
                f"    {self.line} | {line}" if self.line else f"    | {line}" for line in self.excerpt.splitlines()
            ]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class SlipwayError(Exception):
    """Base of all that Slipway raises on purpose; `problems` holds each finding, once."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__(describe(self.problems))


class ConfigurationError(SlipwayError):
    """The caller's input is wrong; nothing was done."""


class BuildError(SlipwayError):
    """An image could not be built."""


class PublishError(SlipwayError):
    """A reference could not be pushed, read, or had another digest than it must have."""


class OmnistrateError(SlipwayError):
    """`omctl` failed or its answer was not what its contract says."""


class SmokeError(SlipwayError):
    """A product could not be booted, or what it did was not what its compose file and the settings say."""


class ReleaseError(SlipwayError):
    """A release that did not come to its end; `told` is its report for people."""

    def __init__(self, told: str, *problems: Problem) -> None:
        super().__init__(*problems)
        self.args = (told,)


class Findings:
    """Collects what is wrong over several readings, so that all of it comes out at once."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems = [*problems]

    def collect(self, reading: Callable[[], T]) -> T | None:
        """What `reading` gives; None where it raises a `ConfigurationError`, whose problems are kept."""
        try:
            return reading()
        except ConfigurationError as error:
            self.problems += error.problems
            return None

    def raise_all(self) -> None:
        """Raise a `ConfigurationError` if anything was found."""
        if self.problems:
            raise ConfigurationError(*self.problems)


def describe(problems: Iterable[Problem]) -> str:
    """The problems as text: one as it is, several as a counted list."""
    found = [str(problem) for problem in problems]
    if len(found) == 1:
        return found[0]
    return f"{len(found)} problems:\n" + "\n".join("- " + text.replace("\n", "\n  ") for text in found)

"""The errors of Slipway, and the problems that they carry.

SlipwayError            base of every error that is meant for the user
├── ConfigurationError  the caller's input is wrong; raised before any effect
├── BuildError          an image could not be built
├── PublishError        an image or a tag could not be pushed, read or verified
│   └── TagUnknownError     whether a tag was set is not known
├── OmnistrateError     omctl failed, or its response was not as its contract says
│   └── OutcomeUnknownError   whether an effect was done is not known
├── SmokeError          a product could not be started, or did not behave as expected
└── PipelineError       a pipeline ended with problems; its text is the pipeline's report

A `Problem` describes one thing. An error carries all problems that were found, never only the first.
Code inside a step does not name the step: the runner (`ci.pipelines.run`) adds `Problem.step`, once.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, described so that a user who does not know the code can fix it."""

    what: str
    """What failed or is wrong."""
    value: str = ""
    """The offending value, or the output of the program that failed. Never a secret."""
    expected: str
    hint: str
    """What to do next: the setting, flag, command or edit that fixes it."""
    file: str = ""
    line: int = 0
    """Counted from 1; 0 if the problem has no line. The same holds for `column`."""
    column: int = 0
    excerpt: str = ""
    """The lines of the file that the problem is about."""
    step: str = ""
    """The pipeline step in which the problem was found; set by `ci.pipelines.run` only."""

    def __str__(self) -> str:
        location = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        lines = [": ".join(part for part in (self.step, location, self.what, self.value) if part)]
        margin = f"    {self.line} | " if self.line else "    | "
        lines += [f"{margin}{line}" for line in self.excerpt.splitlines()]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class SlipwayError(Exception):
    """Base of all errors that Slipway raises on purpose; `problems` holds each problem once."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__(describe(self.problems))


class ConfigurationError(SlipwayError):
    """The caller's input is wrong; nothing was done."""


class BuildError(SlipwayError):
    """An image could not be built."""


class PublishError(SlipwayError):
    """A reference could not be pushed or read, or its digest is not the expected one."""


class TagUnknownError(PublishError):
    """Whether a tag was set is not known: neither the request nor the look-up after it got a response."""


class OmnistrateError(SlipwayError):
    """`omctl` failed, or its response was not as its contract says."""


class OutcomeUnknownError(OmnistrateError):
    """Whether an effect was done is not known: its answer did not come; the problem says how to find out."""


class SmokeError(SlipwayError):
    """A product could not be started, or did not behave as its compose file and the settings say."""


class PipelineError(SlipwayError):
    """A pipeline ended with problems; the text of the error is the pipeline's report for people."""

    def __init__(self, report: str, *problems: Problem) -> None:
        super().__init__(*problems)
        self.args = (report,)


class Findings:
    """Collects the problems of several readings, so that all of them are reported at once.

    findings = Findings()
    version = findings.collect(lambda: parse_version(text))
    images = findings.collect(lambda: read_images(compose))
    return Product(findings.require(version), findings.require(images))
    """

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems = [*problems]

    def collect(self, reading: Callable[[], T]) -> T | None:
        """The result of `reading`; None if it raises a `ConfigurationError`, whose problems are kept."""
        try:
            return reading()
        except ConfigurationError as error:
            self.problems += error.problems
            return None

    async def collect_async(self, reading: Awaitable[T]) -> T | None:
        """As `collect`, for a reading that has to be awaited."""
        try:
            return await reading
        except ConfigurationError as error:
            self.problems += error.problems
            return None

    def require(self, result: T | None) -> T:
        """A result of `collect`, if no problem was found in any reading.

        Raises:
            ConfigurationError: a problem was found; the error carries all of them.
        """
        self.raise_all()
        if result is None:
            raise ConfigurationError(MISSING)
        return result

    def raise_all(self) -> None:
        """Raise all problems found so far, if there are any.

        Raises:
            ConfigurationError: a problem was found.
        """
        if self.problems:
            raise ConfigurationError(*self.problems)


MISSING = Problem(
    what="A required part of the input was not read, and no problem says why",
    value="None",
    expected="a result, or a problem for each part that is missing",
    hint="this is a defect of Slipway: report the command and its output to its maintainers",
)
"""Raised by `Findings.require` for a reading that returned None itself, which no reading may do."""


def unexpected(what: str, error: BaseException, find_out: str) -> Problem:
    """The problem of an error that no code expects: a defect, or an engine that is gone; `find_out` is how to look."""
    return Problem(
        what=f"{what} ended by an error that is not expected, and its outcome is unknown",
        value=f"{type(error).__name__}: {error}".strip().removesuffix(":"),
        expected="an outcome that is known",
        hint=f"run the same call again, which goes on from what is there; {find_out}. If it ends so again, report it "
        "with its output to the maintainers of Slipway",
    )


def describe(problems: Iterable[Problem]) -> str:
    """The problems as text: a single one as it is, several as a list with their count."""
    texts = [str(problem) for problem in problems]
    if len(texts) == 1:
        return texts[0]
    return f"{len(texts)} problems:\n" + "\n".join("- " + text.replace("\n", "\n  ") for text in texts)

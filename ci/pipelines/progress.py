"""What a person sees of a call while it runs: one line for each step and each image."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Line(Protocol):
    """The line of a step."""

    def done(self, detail: str) -> None:
        """Add what the step did; the text holds no secret."""

    def failed(self, reason: str) -> None:
        """Show the step as failed, with a short reason; the problem itself is in the summary."""


class Progress(Protocol):
    """Shows the steps of a call while they run."""

    def step(self, name: str) -> AbstractContextManager[Line]:
        """Show a line while the context lasts; a step within a step is shown below it.

        A step that an exception leaves is shown as failed, and the exception goes up.
        """


class _NoLine:
    def done(self, detail: str) -> None:
        """See `Line`."""

    def failed(self, reason: str) -> None:
        """See `Line`."""


class NoProgress:
    """Shows nothing."""

    @contextmanager
    def step(self, name: str) -> Iterator[Line]:  # noqa: ARG002 - nothing is shown
        """See `Progress`."""
        yield _NoLine()


NO_PROGRESS = NoProgress()

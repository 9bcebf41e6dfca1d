"""What a builder did with an image, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class SpanKind(StrEnum):
    """What was done with an image during a part of a call."""

    WAITING = "waiting"
    """For other images: only so many are built at once, and the first of a base is pushed before the others."""
    BUILDING = "building"
    PUSHING = "pushing"


@dataclass(frozen=True)
class ImageSpan:
    """A part of a call, in seconds from its start."""

    kind: SpanKind
    after_seconds: float
    seconds: float

    def later(self, seconds: float) -> "ImageSpan":
        """The same part, so many seconds later."""
        return replace(self, after_seconds=round(self.after_seconds + seconds, 3))


def spans_of(marks: Sequence[tuple[SpanKind, float]], end: float, pushed: float = 0.0) -> tuple[ImageSpan, ...]:
    """The parts between marks, each of which says what begins at its time in seconds from the start; at `end` all ends.

    `pushed` are the seconds at the end of the last part in which the image was pushed, where no mark says it.
    """
    if not marks:
        return ()
    if pushed and marks[-1][0] is SpanKind.BUILDING:
        marks = [*marks, (SpanKind.PUSHING, max(marks[-1][1], end - pushed))]
    ends = [*(at for _, at in marks[1:]), end]
    spans = (ImageSpan(kind, round(at, 3), round(until - at, 3)) for (kind, at), until in zip(marks, ends, strict=True))
    return tuple(one for one in spans if one.seconds > 0)

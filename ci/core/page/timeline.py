"""What was done when: the steps of a release and its images as bars, and which of them the end had to wait for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ci.core.release.report import StepOutcome
from ci.core.release.steps import StepName

WAITING = "waiting"
"""The kind of the part of an image in which it waits."""
JOIN_SECONDS = 0.25
"""An image that began this soon after another had ended is taken to have waited for it."""


@dataclass(frozen=True)
class Span:
    """A part of a bar: what was done, and when, in seconds from the start of the run."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True)
class Bar:
    """A step, or an image within its step."""

    label: str
    outcome: str
    """Of a step its outcome, of an image what was done with it."""
    spans: tuple[Span, ...]
    is_image: bool = False
    critical: bool = False
    """Whether the end of the run had to wait for it."""
    waited_for: str = ""
    """The image whose end this one's build had to wait for, since only so many are built at once."""

    @property
    def start(self) -> float:
        """When it began."""
        return self.spans[0].start

    @property
    def end(self) -> float:
        """When it ended."""
        return self.spans[-1].end

    @property
    def seconds(self) -> float:
        """From its start to its end, waits included."""
        return self.end - self.start


def bars(report: Mapping[str, Any]) -> tuple[Bar, ...]:  # Any: JSON
    """The bars of a report in the order in which they began, those of images after their step.

    Steps run one after another, so the end waits for each; of the images it waits for the one that ended last, and for
    those that this one had to wait for.
    """
    found: list[Bar] = []
    for step in report["steps"]:
        start = float(step["after_seconds"])
        spans = (Span("step", start, start + float(step["seconds"])),)
        found.append(Bar(step["name"], step["outcome"], spans, critical=step["outcome"] != StepOutcome.SKIPPED))
        if step["name"] == StepName.IMAGES:
            found += _images(report["images"], start)
    return tuple(found)


def total_seconds(found: Sequence[Bar]) -> float:
    """The end of the last bar; 0 if there is none."""
    return max((bar.end for bar in found), default=0.0)


def _images(images: Sequence[Mapping[str, Any]], start: float) -> list[Bar]:
    """The bars of images whose step began then."""
    made = [
        Bar(one["name"], one["action"], tuple(_spans(one, start)), is_image=True) for one in images if one.get("spans")
    ]
    waits = {bar.label: _waited_for(bar, made) for bar in made}
    critical = set(_chain(max(made, key=lambda bar: bar.end).label, waits)) if made else set()
    found = [replace(bar, critical=bar.label in critical, waited_for=waits[bar.label]) for bar in made]
    return sorted(found, key=lambda bar: (bar.spans[-1].start, bar.label))


def _spans(image: Mapping[str, Any], step: float) -> Iterator[Span]:
    for one in image["spans"]:
        start = step + float(one["after_seconds"])
        yield Span(one["kind"], start, start + float(one["seconds"]))


def _waited_for(bar: Bar, others: Sequence[Bar]) -> str:
    """The image that ended last before the wait of this one ended; `""` if it did not wait."""
    if bar.spans[0].kind != WAITING or bar.spans[0].end - bar.spans[0].start < JOIN_SECONDS:
        return ""
    began = bar.spans[0].end
    before = [one for one in others if one is not bar and began - JOIN_SECONDS <= one.end <= began + JOIN_SECONDS]
    return max(before, key=lambda one: one.end).label if before else ""


def _chain(label: str, waits: Mapping[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while label and label not in seen:
        yield label
        seen.add(label)
        label = waits[label]

"""What `ci/adapters/buildkit.sh` writes of its builds, as values, and what it says as problems.

Its text has a line for each fact, `KEY VALUE`; `image NAME` begins the facts of an image, and those before the first
are of the builder itself. A log is many lines `log …`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ci.core.images.build_problems import too_slow
from ci.core.images.spans import ImageSpan, SpanKind, spans_of
from ci.errors import BuildError, Problem, PublishError, SlipwayError

LOG_LINES = 30
"""Lines of a log that a problem shows, from the end."""
_AT = re.compile(r"(?P<file>[^\s:]+):(?P<line>\d+)")
_FULL = re.compile(r"no space left on device|disk quota exceeded", re.IGNORECASE)
_DAMAGED = re.compile(
    r"(?:content|snapshot|blob) \S+: not found|snapshot \S+ does not exist|failed to (?:get|load) cache|"
    r"input/output error|invalid database|unexpected commit digest",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_EMPTY_IT = "remove what the engine has cached: dagger core engine local-cache prune"


class Status(StrEnum):
    """How the build of an image ended."""

    DONE = "done"
    FAILED = "failed"
    NOT_PUSHED = "not-pushed"
    TOO_SLOW = "too-slow"


@dataclass(frozen=True)
class ImageOutcome:
    """What is known of an image: how it ended, how long it took, its digest if it was pushed, and the log's end."""

    status: Status
    seconds: int = 0
    digest: str = ""
    log: tuple[str, ...] = ()
    built: bool = False
    """Whether a step was executed, and not taken from a cache."""
    not_imported: str = ""
    """Why a layer cache that exists was not used."""
    spans: tuple[ImageSpan, ...] = ()
    """What was done with it when, from the start of the builder."""


@dataclass(frozen=True)
class BuilderResults:
    """What the builder did. An image without an outcome was not begun, or the builder ended before it."""

    images: dict[str, ImageOutcome]
    failure: str = ""
    """Why the builder did nothing: `no-lock` or `no-daemon`."""
    emptied: bool = False
    """Whether its cache could not be used, and was emptied."""
    log: tuple[str, ...] = ()
    """The end of the daemon's log, if it matters."""
    seconds: float = 0.0
    """From the builder's start to its end."""


def read_results(text: str) -> BuilderResults:
    """The results in the text of the script; a line that is not understood is not used."""
    images: dict[str, ImageOutcome] = {}
    facts: dict[str, str] = {}
    log: list[str] = []
    own: tuple[dict[str, str], list[str]] = facts, log
    name = ""
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        if key == "image":
            facts, log, name = {}, [], value
        elif key == "log":
            log.append(value)
        elif key == "end" and facts.get("status") in list(Status):
            seconds = int(facts["seconds"]) if facts.get("seconds", "").isdigit() else 0
            images[name] = ImageOutcome(
                Status(facts["status"]),
                seconds,
                _digest(facts.get("metadata", "")),
                tuple(log),
                "built" in facts,
                facts.get("not-imported", ""),
                _spans(_number(own[0].get("zero", "")), facts),
            )
        else:
            facts[key] = value
    took = _number(own[0].get("closed", "")) - _number(own[0].get("zero", ""))
    return BuilderResults(images, own[0].get("failure", ""), "emptied" in own[0], tuple(own[1]), max(took, 0.0))


def failure(name: str, file: str, seconds: float, outcome: ImageOutcome) -> SlipwayError:
    """The error of an image that was not built, or not pushed; `file` is its Dockerfile."""
    shown = _end_of(outcome.log)
    if outcome.status is Status.TOO_SLOW:
        return SlipwayError(too_slow(name, seconds))
    if hint := _cache_hint(outcome.log):
        return BuildError(
            Problem(
                what=f"The image `{name}` could not be built, since the builder's cache is full or damaged",
                value=shown,
                expected="a cache volume with space, whose content is complete",
                hint=hint,
            )
        )
    if outcome.status is Status.NOT_PUSHED:
        return PublishError(
            Problem(
                what=f"The image `{name}` was built, and could not be pushed",
                value=shown,
                expected="a registry that accepts the push",
                hint="check --registry-token and the registry, then run the same call again: what was built is cached",
            )
        )
    matches = [match for line in outcome.log if (match := _AT.fullmatch(line.strip()))]
    return BuildError(
        Problem(
            what=f"The image `{name}` could not be built",
            file=file,
            line=int(matches[-1]["line"]) if matches else 0,
            value=shown,
            expected="every step of the Dockerfile succeeds",
            hint="fix the step shown, and run the same call again: the steps before it are cached",
        )
    )


def no_outcome(names: Sequence[str], results: BuilderResults, minutes: int) -> SlipwayError:
    """The error of images of which the builder says nothing."""
    shown = ", ".join(names)
    if results.failure == "no-lock":
        return BuildError(
            Problem(
                what="Another run on this engine builds with the product's builder, and did not end",
                value=f"{minutes} minutes waited; not built: {shown}",
                expected="one run at a time on one engine",
                hint="wait until the other run has ended, or cancel it, and run the same call again; a run waits for "
                "`build_minutes` of [tool.slipway]",
            )
        )
    if results.failure == "no-daemon":
        return BuildError(
            Problem(
                what="BuildKit could not be started in the builder's container",
                value=_end_of(results.log),
                expected="a daemon that answers",
                hint=_cache_hint(results.log)
                or "set `buildkit_image` in [tool.slipway] to a release of moby/buildkit, or "
                '`builder = "dagger"` to build with the engine itself',
            )
        )
    return SlipwayError(
        Problem(
            what="The builder ended before these images, and what it did with them is not known",
            value=shown,
            expected="an outcome for each image",
            hint="run the same call again: what was built is cached",
        )
    )


def emptied(results: BuilderResults) -> Problem:
    """The warning that the builder's cache was emptied."""
    return Problem(
        what="The builder's cache could not be used, and was emptied: this call built everything anew",
        value=_end_of(results.log),
        expected="a cache that BuildKit can open",
        hint="nothing, if it happens once; if it happens again, look for what stops the engine while a call runs",
    )


def _cache_hint(log: Sequence[str]) -> str:
    text = "\n".join(log)
    if _FULL.search(text):
        return f"give the engine more disk, set a lower `builder_cache_gb` in [tool.slipway], or {_EMPTY_IT}"
    return _EMPTY_IT if _DAMAGED.search(text) else ""


def _end_of(log: Sequence[str]) -> str:
    """What a log says of its failure: from the last step that failed on, and no more than `LOG_LINES`."""
    marks = [at for at, line in enumerate(log) if line == "------"]
    kept = log[marks[-2] + 1 :] if len(marks) > 1 else log
    cut = [*kept[:1], "…", *kept[-LOG_LINES:]] if len(kept) > LOG_LINES + 1 else kept
    return "\n    ".join(line for line in cut if not line.startswith("------"))


def _digest(metadata: str) -> str:
    try:
        found = json.loads(metadata) if metadata else {}
    except ValueError:
        return ""
    digest = found.get("containerimage.digest", "") if isinstance(found, dict) else ""
    return digest if isinstance(digest, str) else ""


def _spans(zero: float, facts: Mapping[str, str]) -> tuple[ImageSpan, ...]:
    """The parts of a build, from the times of the machine at which they began: `building 71.20 end 80.10`."""
    words = facts.get("marks", "").split()
    pairs = [(kind, _number(at) - zero) for kind, at in zip(words[::2], words[1::2], strict=False)]
    marks = [(SpanKind(kind), at) for kind, at in pairs if kind in list(SpanKind)]
    ends = [at for kind, at in pairs if kind == "end"]
    if not marks or not ends:
        return ()
    return spans_of([(SpanKind.WAITING, 0.0), *marks], ends[-1], _number(facts.get("pushed", "")))


def _number(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else 0.0

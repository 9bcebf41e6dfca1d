"""The report of a release: what was done, what was not, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ci.core.images.spans import ImageSpan
from ci.core.omctl.model import PlanVersion
from ci.core.pin.pin import Pinned
from ci.core.release.plan import Plan
from ci.core.release.version_tags import VersionTag
from ci.errors import Problem


class StepOutcome(StrEnum):
    """How a step ended, or a whole run."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    """It was not done, or not wholly; what it did nonetheless is known."""
    UNKNOWN = "unknown"
    """Whether it was done is not known."""


class ImageAction(StrEnum):
    """What a release did with an image."""

    BUILT = "built"
    REUSED = "reused"
    PUSHED_ELSEWHERE = "pushed by another run"
    """Another run of the same commit, or with the same inputs, had set its tag first: the other's image is used."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Whether it was pushed is not known."""


class UpgradeOutcome(StrEnum):
    """How an upgrade ended that did not fail."""

    UPGRADED = "upgraded"
    UP_TO_DATE = "up to date"


@dataclass(frozen=True)
class Step:
    """A step that was run; `detail` is its result, the reason for which it was skipped, or how it failed."""

    name: str
    outcome: StepOutcome
    seconds: float
    detail: str = ""
    after_seconds: float = 0.0
    """From the start of the run to that of the step."""


@dataclass(frozen=True)
class ImageResult:
    """What was done with an image; `references` are those under which it was pushed."""

    name: str
    action: ImageAction
    digest: str = ""
    references: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """References of which is not known whether they name this image."""
    version_tag_moved_from: VersionTag | None = None
    """What the version tag named before, if it was set to this image and named another."""
    reason: str = ""
    """Why it was built, or of what it was reused."""
    inputs: str = ""
    """The hash of what it was built from, `""` if that is not known."""
    built_in: str = ""
    """The git sha in whose release it was built, `""` if that is not known."""
    built_at: str = ""
    """When, as ISO 8601 in UTC."""
    inputs_tag: str = ""
    """The inputs tag that this run has set, `…:inputs-…@sha256:…`; without a digest if that is not known."""
    spans: tuple[ImageSpan, ...] = ()
    """What was done with it when, from the start of its step; none if nothing was built, or it is not known."""


@dataclass(frozen=True)
class PreferredResult:
    """The plan version that is the preferred one now, and the one before; `way_back` makes that one preferred again."""

    version: str
    before: str = ""
    """Empty if none was."""
    way_back: str = ""
    """A command, empty if none was before, or if it was the same."""


@dataclass(frozen=True)
class UpgradeResult:
    """The upgrade of an instance; without an `upgrade_id` if none was needed."""

    instance_id: str
    outcome: UpgradeOutcome
    version: str
    upgrade_id: str = ""
    version_before: str = ""
    """The plan version that the instance had before this call."""


@dataclass(frozen=True)
class Results:
    """What the steps of a release produced."""

    images: tuple[ImageResult, ...] = ()
    plan_version: PlanVersion | None = None
    upgrade: UpgradeResult | None = None
    preferred: PreferredResult | None = None
    pinned: Pinned | None = None
    """The pinned file that omctl is given, when the tags are verified."""
    builder: str = ""
    """What has built images, by the name that the setting `builder` has for it; empty if none was built."""
    warnings: tuple[Problem, ...] = ()
    """What went wrong beside the results, and failed none of them."""

    def updated(self, newer: "Results") -> "Results":
        """These results with all that `newer` has in their place."""
        return Results(
            images=newer.images or self.images,
            plan_version=newer.plan_version or self.plan_version,
            preferred=newer.preferred or self.preferred,
            upgrade=newer.upgrade or self.upgrade,
            pinned=newer.pinned or self.pinned,
            builder=newer.builder or self.builder,
            warnings=(*self.warnings, *newer.warnings),
        )


NO_RESULTS = Results()


@dataclass(frozen=True)
class Report:
    """Everything that a release did, and what it could not do."""

    plan: Plan
    started: str
    """ISO 8601, in UTC."""
    steps: tuple[Step, ...]
    results: Results = NO_RESULTS
    problems: tuple[Problem, ...] = ()
    not_run: tuple[str, ...] = ()
    """The names of the steps that were not started."""
    warnings: tuple[Problem, ...] = ()
    """What went wrong beside the release, such as with its record; the release is not failed by it."""

    @property
    def outcome(self) -> StepOutcome:
        """How the whole ended: done, failed, or unknown if the outcome of a step is."""
        if self.unknown:
            return StepOutcome.UNKNOWN
        return StepOutcome.FAILED if self.problems else StepOutcome.DONE

    @property
    def pinned(self) -> Pinned:
        """The pinned compose file: as omctl is given it, and before the tags are verified as it was planned."""
        return self.results.pinned or self.plan.pinned

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the steps of which is not known whether they were done."""
        return tuple(step.name for step in self.steps if step.outcome is StepOutcome.UNKNOWN)

    @property
    def not_done(self) -> tuple[str, ...]:
        """The names of the steps that failed or were not started."""
        return (*(step.name for step in self.steps if step.outcome is StepOutcome.FAILED), *self.not_run)


SIMULATED = "A simulation: no image was built, nothing was pushed, omctl was not run, and nothing was released."


def title(report: Report) -> str:
    """What a report is of."""
    return "Simulated release" if report.plan.simulation else "Release"


def verdict(report: Report, problems: Sequence[Problem]) -> str:
    """How a release ended, for people; `problems` are the report's and those of a smoke after it."""
    return "OUTCOME UNKNOWN" if report.unknown else "FAILED" if problems else "done"


def pushed_digests(report: Report) -> dict[str, str]:
    """Each reference of the pinned file -> the path and digest of the image in its registry, `org/name@sha256:…`."""
    digests = {image.name: image.digest for image in report.results.images}
    return {
        str(one.sha_reference): f"{one.sha_reference.path}@{digests[one.name]}"
        for one in report.plan.images
        if digests.get(one.name)
    }

"""Reports to be shown as pages: a release that was done, one whose build failed, and one whose upgrade failed."""

from dataclasses import replace
from typing import Any

from fakes import digest_of, problem, sha_ref, small_plan, version_ref
from sample_reports import STARTED, VERSION

from ci.core.images.spans import ImageSpan, SpanKind
from ci.core.release.report import (
    ImageAction,
    ImageResult,
    PreferredResult,
    Report,
    Results,
    Step,
    StepOutcome,
    UpgradeOutcome,
    UpgradeResult,
)
from ci.core.release.report_json import as_json
from ci.core.release.steps import STEPS

SECONDS = (1.2, 88.0, 0.8, 0.3, 21.0, 0.9, 143.0)
"""Of each step."""
LOG = "\n    ".join(
    ["RUN pip install -r requirements.txt", *(f"Collecting package-{n}" for n in range(60)), "exit code 1"]
)


def spans(*parts: tuple[SpanKind, float]) -> tuple[ImageSpan, ...]:
    """Parts one after another, from the start of the step."""
    found, at = [], 0.0
    for kind, seconds in parts:
        found.append(ImageSpan(kind, at, seconds))
        at += seconds
    return tuple(found)


def image(name: str, *parts: tuple[SpanKind, float], action: ImageAction = ImageAction.BUILT) -> ImageResult:
    if action is ImageAction.FAILED:
        return ImageResult(name, action, spans=spans(*parts))
    return ImageResult(name, action, digest_of(name), (sha_ref(name), version_ref(name)), spans=spans(*parts))


WEB = ((SpanKind.BUILDING, 61.0), (SpanKind.PUSHING, 4.0))
WORKER = ((SpanKind.WAITING, 65.0), (SpanKind.BUILDING, 20.0), (SpanKind.PUSHING, 2.5))
"""It begins when `web` has ended."""


REUSED = replace(
    image("mail", action=ImageAction.REUSED),
    reason="inputs equal",
    built_in="89abcdef" * 5,
    built_at="2025-12-30T10:00:00+00:00",
)


def steps(last: int = len(STEPS), outcome: StepOutcome = StepOutcome.DONE) -> tuple[Step, ...]:
    """The first `last` steps, of which the last has the outcome."""
    return tuple(
        Step(name, outcome if at == last - 1 else StepOutcome.DONE, SECONDS[at], "", round(sum(SECONDS[:at]), 3))
        for at, name in enumerate(STEPS[:last])
    )


def done() -> Report:
    images = (image("web", *WEB), image("worker", *WORKER), REUSED)
    upgrade = UpgradeResult("instance-dev", UpgradeOutcome.UPGRADED, "2.0", "upgrade-1", "1.0")
    preferred = PreferredResult("2.0", "1.0", "omctl service-plan set-default --version 1.0")
    results = Results(images, VERSION, upgrade, preferred)
    return Report(small_plan(), STARTED, steps(), results)


def failed_build() -> Report:
    images = (image("web", *WEB), image("worker", *WORKER[:2], action=ImageAction.FAILED), image("mail"))
    wrong = problem(
        "The image `worker` could not be built", value=LOG, file="Dockerfile.worker", line=4,
        expected="every step of the Dockerfile succeeds", hint="fix the step shown, and run the same call again",
        step=STEPS[1],
    )  # fmt: skip
    return Report(small_plan(), STARTED, steps(2, StepOutcome.FAILED), Results(images), (wrong,), tuple(STEPS[2:]))


def failed_upgrade() -> Report:
    wrong = problem(
        "The upgrade of `instance-dev` failed", value="status FAILED, version 1.0", expected="the instance runs 2.0",
        hint="look at `omctl instance describe`", step=STEPS[-1],
    )  # fmt: skip
    report = done()
    results = replace(report.results, upgrade=None)
    return replace(report, steps=steps(outcome=StepOutcome.FAILED), results=results, problems=(wrong,))


def documents() -> dict[str, dict[str, Any]]:
    """Each report as JSON, by its name."""
    return {name: as_json(made()) for name, made in REPORTS.items()}


REPORTS = {"done": done, "failed-build": failed_build, "failed-upgrade": failed_upgrade}

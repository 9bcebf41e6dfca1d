"""Reports of a release of the small product, for the tests of what is made of a report."""

from fakes import GIT_SHA, NAMES, digest_of, problem, sha_ref, small_plan, version_ref

from ci.core.omctl.model import PlanVersion
from ci.core.release.report import (
    ImageAction,
    ImageResult,
    Report,
    Results,
    Step,
    StepOutcome,
    UpgradeOutcome,
    UpgradeResult,
)

STARTED = "2026-01-02T03:04:05+00:00"
VERSION = PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "Dev")
BUILT = tuple(
    ImageResult(name, ImageAction.BUILT, digest_of(name), (sha_ref(name), version_ref(name)), built_in=GIT_SHA)
    for name in NAMES
)


def good_report() -> Report:
    upgrade = UpgradeResult("instance-dev", UpgradeOutcome.UPGRADED, "2.0", "upgrade-1")
    return Report(
        plan=small_plan(),
        started=STARTED,
        steps=(
            Step("build and push images", StepOutcome.DONE, 61.25, "3 built"),
            Step("upgrade dev instance", StepOutcome.DONE, 0.0, "instance-dev upgraded", 61.25),
        ),
        results=Results(BUILT, VERSION, upgrade),
    )


def failed_report() -> Report:
    images = (
        ImageResult("web", ImageAction.BUILT, digest_of("web"), (sha_ref("web"),)),
        ImageResult("worker", ImageAction.FAILED),
        ImageResult("mail", ImageAction.FAILED),
    )
    return Report(
        plan=small_plan(),
        started=STARTED,
        steps=(
            Step("preflight checks", StepOutcome.DONE, 1.0),
            Step("build and push images", StepOutcome.FAILED, 2.0, "2 problems", 1.0),
        ),
        results=Results(images),
        problems=(
            problem("worker: exit code 1", expected="exit code 0", hint="fix it", step="build and push images"),
            problem("mail: exit code 2", expected="exit code 0", hint="fix it", step="build and push images"),
        ),
        not_run=("set version tags", "upgrade dev instance"),
    )

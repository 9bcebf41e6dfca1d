"""What a release that did not finish has done, what is unknown, and what the same call then does."""

from ci.core.release.report import ImageAction, Report, StepOutcome
from ci.core.release.steps import NEXT, StepName

NOT_DONE = frozenset({StepOutcome.FAILED, StepOutcome.UNKNOWN})


def continuation(report: Report) -> str:
    """What is done, not done and unknown after a release that did not finish, and the steps of the same call."""
    outcomes = {step.name: step.outcome for step in report.steps}
    left = [name for name in StepName if outcomes.get(name) in NOT_DONE or name in report.not_run]
    lines = [f"{_images(report, outcomes)}; {_plan_version(report, outcomes)}{_upgrade(report, outcomes)}."]
    if left:
        lines += ["Fix the above and run the same call again, which goes on from what is there. After its checks it"]
        lines += [f"  - {NEXT[name]}" for name in left if name != StepName.PREFLIGHT]
    return "\n".join(lines)


def _images(report: Report, outcomes: dict[str, StepOutcome]) -> str:
    images = report.results.images
    pushed = sum(1 for image in images if image.digest)
    unknown = sum(1 for image in images if image.action is ImageAction.UNKNOWN)
    if not images and outcomes.get(StepName.IMAGES) is StepOutcome.UNKNOWN:
        return "Which images were pushed is unknown"
    text = f"{pushed} of {len(report.plan.images)} images have their sha tag" if pushed else "No image was pushed"
    if unknown:
        are = "1 other is" if unknown == 1 else f"{unknown} others are"
        text = f"{text if pushed else 'No image is known to be pushed'}, and {are} unknown"
    return text


def _plan_version(report: Report, outcomes: dict[str, StepOutcome]) -> str:
    if version := report.results.plan_version:
        return f"plan version {version.version} was made"
    if outcomes.get(StepName.PLAN_VERSION) is StepOutcome.UNKNOWN:
        return "whether a plan version was made is unknown"
    return "no plan version was made"


def _upgrade(report: Report, outcomes: dict[str, StepOutcome]) -> str:
    if report.results.upgrade or StepName.UPGRADE not in outcomes:
        return ""
    unknown = outcomes[StepName.UPGRADE] is StepOutcome.UNKNOWN
    return "; whether the dev instance runs it is unknown" if unknown else ""

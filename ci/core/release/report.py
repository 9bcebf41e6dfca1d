"""The report: what was done, for people and for machines; and the lock: what was released."""

from dataclasses import asdict, dataclass, field
from typing import Any

from ci.core.omctl.model import PlanVersion
from ci.core.release.plan import Plan
from ci.errors import Problem, describe

LOCK_FORMAT = 1


@dataclass(frozen=True)
class Step:
    """A step of the release: `outcome` is done, skipped or failed; `detail` its result or its reason."""

    name: str
    outcome: str
    seconds: float
    detail: str = ""


@dataclass(frozen=True)
class ImageResult:
    """What became of an image: `action` is built, reused or failed; `published` holds the references read back."""

    name: str
    action: str
    digest: str = ""
    published: tuple[str, ...] = ()


@dataclass(frozen=True)
class UpgradeResult:
    """What became of the upgrade of an instance."""

    instance_id: str
    status: str
    version: str
    upgrade_id: str = ""


@dataclass(frozen=True)
class Report:
    """Everything that a release did, and what it could not do."""

    plan: Plan
    started: str
    steps: tuple[Step, ...]
    images: tuple[ImageResult, ...] = ()
    plan_version: PlanVersion | None = None
    upgrade: UpgradeResult | None = None
    problems: tuple[Problem, ...] = ()
    left: tuple[str, ...] = field(default_factory=tuple)
    """Names of the steps that were not begun."""


def summary(report: Report) -> str:
    """The report for people: the steps with their times, the images, and what comes next."""
    plan = report.plan
    verdict = "FAILED" if report.problems else "done"
    lines = [f"Release {plan.version} of {plan.settings.product_name}, commit {plan.git_sha}: {verdict}", ""]
    width = max((len(step.name) for step in report.steps), default=0)
    lines += [
        f"  {step.outcome:7}  {step.name:{width}}  {step.seconds:7.1f} s  {step.detail}".rstrip()
        for step in report.steps
    ]
    lines += [f"  {'not done':7} {name}" for name in report.left]
    if report.images:
        lines += ["", "Images:"]
        names = max(len(image.name) for image in report.images)
        for image in report.images:
            lines.append(f"  {image.name:{names}}  {image.action:7}  {image.digest}".rstrip())
            lines += [f"  {'':{names}}    {reference}" for reference in image.published]
    if report.plan_version:
        version = report.plan_version
        lines += ["", f"Plan version {version.version} of plan {version.plan_name or version.plan_id}"]
    if report.upgrade:
        done = report.upgrade
        lines += [f"Instance {done.instance_id}: {done.status}, version {done.version}"]
    if report.problems:
        lines += ["", describe(report.problems), "", again(report)]
    return "\n".join(lines) + "\n"


def again(report: Report) -> str:
    """What the same call will do when it is repeated after this failure."""
    there = sum(1 for image in report.images if image.digest)
    parts = []
    if there:
        parts.append(f"{there} of {len(report.plan.images)} images have their sha tag, and the same call reuses them")
    else:
        parts.append("This call pushed nothing under a tag, and the same call begins anew")
    if report.plan_version:
        parts.append(f"plan version {report.plan_version.version} exists")
    else:
        parts.append("no plan version was made")
    if report.left:
        parts.append("it then goes on with: " + ", ".join(report.left))
    return "; ".join(parts) + "."


def as_json(report: Report) -> dict[str, Any]:  # Any: JSON, here and below
    """The report for machines; it holds no secret, since nothing that makes it knows one."""
    return {
        "ok": not report.problems,
        "git_sha": report.plan.git_sha,
        "version": report.plan.version,
        "started": report.started,
        "steps": [asdict(step) for step in report.steps],
        "left": list(report.left),
        "images": [asdict(image) for image in report.images],
        "pinned": [{"where": c.where, "from": c.old, "to": c.new} for c in report.plan.pinned.changes],
        "plan_version": asdict(report.plan_version) if report.plan_version else None,
        "upgrade": asdict(report.upgrade) if report.upgrade else None,
        "problems": [asdict(problem) for problem in report.problems],
    }


def pushed(report: Report) -> dict[str, str]:
    """The reference of each image in the pinned file -> its path and digest in its registry, `org/name@sha256:…`."""
    digests = {image.name: image.digest for image in report.images}
    return {
        str(one.sha_reference): f"{one.sha_reference.path}@{digests[one.name]}"
        for one in report.plan.images
        if digests.get(one.name)
    }


def lock(report: Report) -> dict[str, Any]:
    """What was released, in a fixed order and without a time: the same release gives the same lock."""
    plan = report.plan
    results = sorted(report.images, key=lambda image: image.name)
    return {
        "lock_format": LOCK_FORMAT,
        "git_sha": plan.git_sha,
        "version": plan.version,
        "product_name": plan.settings.product_name,
        "environment": plan.settings.environment,
        "images": [
            {"name": image.name, "digest": image.digest, "references": list(image.published)} for image in results
        ],
        "plan_version": asdict(report.plan_version) if report.plan_version else None,
        "upgrade": asdict(report.upgrade) if report.upgrade else None,
    }

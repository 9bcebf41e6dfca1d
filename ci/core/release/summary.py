"""The report of a release for people."""

from ci.core.release.continuation import continuation
from ci.core.release.report import SIMULATED, PreferredResult, Report, UpgradeResult, title, verdict
from ci.errors import describe


def summary(report: Report) -> str:
    """The steps with their times, the images, the plan version and the upgrade; after a failure also what to do."""
    plan, results = report.plan, report.results
    ended = verdict(report, report.problems)
    lines = [f"{title(report)} {plan.version} of {plan.settings.product_name}, commit {plan.git_sha}: {ended}"]
    lines += [SIMULATED, ""] if plan.simulation else [""]
    lines += _steps(report)
    if results.images:
        lines += ["", "Images:", *_images(report)]
    if results.plan_version:
        version = results.plan_version
        lines += ["", f"Plan version {version.version} of plan {version.plan_name or version.plan_id}"]
    if results.preferred:
        lines += [_preferred(results.preferred)]
    if results.upgrade:
        upgrade = results.upgrade
        lines += [f"Instance {upgrade.instance_id}: {upgrade.outcome}, version {upgrade.version}{_back(upgrade)}"]
    if report.warnings:
        lines += ["", "Warnings:", *map(str, report.warnings)]
    if report.problems:
        lines += ["", describe(report.problems), "", continuation(report)]
    return "\n".join(lines) + "\n"


def _preferred(preferred: PreferredResult) -> str:
    before = f"; before: {preferred.before}, and back by `{preferred.way_back}`" if preferred.way_back else ""
    return f"Preferred plan version: {preferred.version}{before}"


def _back(upgrade: UpgradeResult) -> str:
    """The version before, and the command that goes back to it."""
    if upgrade.version_before in ("", upgrade.version):
        return ""
    command = f"dagger call upgrade --instance {upgrade.instance_id} --plan-version {upgrade.version_before}"
    return f"; before: {upgrade.version_before}, and back by `{command}`"


def _steps(report: Report) -> list[str]:
    width = max(map(len, [*(step.name for step in report.steps), *report.not_run]), default=0)
    return [
        *(
            f"  {step.outcome:7}  {step.name:{width}}  {step.seconds:7.1f} s  {step.detail}".rstrip()
            for step in report.steps
        ),
        *(f"  not run  {name}" for name in report.not_run),
    ]


def _images(report: Report) -> list[str]:
    images = report.results.images
    width = max(len(image.name) for image in images)
    lines = []
    for image in images:
        lines.append(f"  {image.name:{width}}  {image.action:7}  {image.digest}".rstrip())
        lines += [f"  {'':{width}}    {image.reason}"] if image.reason else []
        lines += [f"  {'':{width}}    {reference}" for reference in image.references]
        lines += [f"  {'':{width}}    {reference}: unknown" for reference in image.unknown]
        if image.version_tag_moved_from:
            lines.append(f"  {'':{width}}    the version tag moved here from {image.version_tag_moved_from}")
    return lines

"""The release pipeline: a list of steps, in one direction; it knows the core and the ports only.

A step that fails ends the release with all the problems that it found. The report is complete in any case.
"""

from contextlib import suppress

from ci.core.redaction import NO_SECRETS, Redactor
from ci.core.release.history import NO_HISTORY, History
from ci.core.release.plan import ImagePlan, Plan
from ci.core.release.report import Report
from ci.core.release.steps import AFTER_DEV, STEPS, StepName
from ci.core.settings.product import Preferred
from ci.pipelines.images import publish_images
from ci.pipelines.journal import Journal, with_records
from ci.pipelines.layer_cache import with_saved_cache
from ci.pipelines.omctl_runs import BoundedOmctl
from ci.pipelines.plan_version import create_plan_version
from ci.pipelines.ports import Builder, Clock, Omctl, Records, Registry
from ci.pipelines.preferred import set_preferred
from ci.pipelines.preflight import preflight, preflight_publish
from ci.pipelines.progress import NO_PROGRESS, Progress
from ci.pipelines.reuse import Reuse
from ci.pipelines.reuse_ports import ReusePorts
from ci.pipelines.run import Run, StepFailedError
from ci.pipelines.upgrade import upgrade_dev
from ci.pipelines.verify_tags import verify_sha_tags, verify_tags
from ci.pipelines.version_tags import set_version_tags


async def release(
    plan: Plan,
    builder: Builder,
    registry: Registry,
    omctl: Omctl,
    clock: Clock,
    *,
    skip_build: bool = False,
    history: History = NO_HISTORY,
    redactor: Redactor = NO_SECRETS,
    records: Records | None = None,
    reuse_ports: ReusePorts | None = None,
    progress: Progress = NO_PROGRESS,
) -> Report:
    """Release a plan; with `skip_build`, each image must exist, or be reused by its inputs.

    Whatever goes wrong is in the report's problems, and raises nothing. Where there are `records`, what they have of
    the commit is part of its history, unless that accepts the images as they are; the run is recorded as it goes on.
    With `reuse_ports`, an image whose inputs are those of one that was built before is not built again.
    """
    at_once = plan.settings.preferred is Preferred.AT_ONCE
    journal = Journal(records, plan.git_sha, plan.settings.record_seconds, accept_images=history.accept_images)
    run = Run(plan, STEPS if at_once else AFTER_DEV, clock, redactor, journal, progress=progress)
    omctl = BoundedOmctl(omctl, plan.settings)
    history = await with_records(history, journal)
    reuse = Reuse(plan, clock, registry, reuse_ports)
    with suppress(StepFailedError):
        # Everything that can be checked is checked before the first build.
        ready = await run.step(
            StepName.PREFLIGHT, preflight(plan, registry, omctl, clock, history, reuse=reuse, skip_build=skip_build)
        )
        # All images at the same time; one that has its sha tag, or was built from the same inputs, is reused.
        images = await run.step(StepName.IMAGES, publish_images(ready.images, builder, registry, plan.settings, reuse))
        # By now its images are recorded, so that another run of the commit that has set other images finds this one.
        history = await with_records(history, journal)
        # Tags that move come after all that do not.
        images = await run.step(StepName.VERSION_TAGS, set_version_tags(plan, images, registry, history))
        plan = await run.step(StepName.VERIFY, verify_tags(plan, images, registry))
        # From here on Omnistrate uses the images.
        omctl = omctl.with_compose(plan.pinned.text)
        made = await run.step(StepName.PLAN_VERSION, create_plan_version(plan, omctl, clock))
        if at_once:
            await run.step(StepName.PREFERRED, set_preferred(plan, made, omctl, clock))
        await run.step(StepName.UPGRADE, upgrade_dev(plan, ready.instance, made.version, omctl, clock))
        if not at_once:
            await run.step(StepName.PREFERRED, set_preferred(plan, made, omctl, clock))
    return await with_saved_cache(run.report(), builder, redactor)


async def publish(
    plan: Plan,
    images: tuple[ImagePlan, ...],
    builder: Builder,
    registry: Registry,
    clock: Clock,
    *,
    history: History = NO_HISTORY,
    redactor: Redactor = NO_SECRETS,
    records: Records | None = None,
    reuse_ports: ReusePorts | None = None,
    progress: Progress = NO_PROGRESS,
) -> Report:
    """Build and push images; if they are all images of the plan, set and verify their version tags as well.

    Some images alone move no version tag, since others may have no sha tag yet: `release --skip-build` does it.
    """
    complete = len(images) == len(plan.images)
    journal = Journal(records, plan.git_sha, plan.settings.record_seconds, accept_images=history.accept_images)
    run = Run(
        plan, STEPS[:4] if complete else (*STEPS[:2], StepName.VERIFY), clock, redactor, journal, progress=progress
    )
    history = await with_records(history, journal)
    reuse = Reuse(plan, clock, registry, reuse_ports)
    with suppress(StepFailedError):
        found = await run.step(StepName.PREFLIGHT, preflight_publish(plan, images, registry, history, reuse))
        pushed = await run.step(StepName.IMAGES, publish_images(found, builder, registry, plan.settings, reuse))
        history = await with_records(history, journal)
        if complete:
            pushed = await run.step(StepName.VERSION_TAGS, set_version_tags(plan, pushed, registry, history))
            await run.step(StepName.VERIFY, verify_tags(plan, pushed, registry))
        else:
            await run.step(StepName.VERIFY, verify_sha_tags(images, pushed, registry, history))
    return await with_saved_cache(run.report(), builder, redactor)

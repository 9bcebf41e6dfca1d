"""The upgrade of one instance: scheduled once, watched until it ends, and judged by the instance.

An upgrade to the same version that is under way, because an earlier run was interrupted or reached its time limit, is
watched and not scheduled again: Omnistrate accepts a second one beside the first, and ends it as FAILED.
"""

from ci.core.omctl import commands
from ci.core.omctl.dev_instance import unfit
from ci.core.omctl.model import Deployment, Instance, InstanceStatus, PlanVersion, Upgrade
from ci.core.omctl.parse import uncertain
from ci.core.omctl.upgrade_problems import ended_without_success, still_deploying
from ci.core.omctl.upgrade_responses import read_upgrade
from ci.core.release.plan import Plan
from ci.core.release.report import Results, UpgradeOutcome, UpgradeResult
from ci.core.release.running import foreign_images
from ci.core.settings.product import Settings
from ci.errors import OmnistrateError, OutcomeUnknownError, Problem
from ci.pipelines.omctl_runs import ATTEMPTS, BoundedOmctl
from ci.pipelines.one_instance import OneInstance
from ci.pipelines.ports import Clock, Omctl
from ci.pipelines.run import Done, Failed, Skipped
from ci.pipelines.upgrade_lookup import Upgrades
from ci.pipelines.upgrade_watch import Watch


async def upgrade_dev(
    plan: Plan, instance: Instance | None, version: PlanVersion, omctl: Omctl, clock: Clock
) -> Done[UpgradeResult] | Skipped | Failed:
    """Upgrade the dev instance that preflight found: skipped without one, failed if it runs another commit's images.

    Raises:
        OmnistrateError: as `upgrade` does, or the instance is of another plan.
    """
    if instance is None:
        return Skipped(f"{plan.settings.environment} has no instance of the plan {plan.plan_name or version.plan_id}")
    of_plan = (version.service_id, version.plan_id)
    reached = OneInstance(instance.instance_id, omctl, clock, plan.settings)
    result, running = await _upgrade(reached, version.version, of_plan)
    if problems := foreign_images(plan, instance.instance_id, running.images):
        return Failed(tuple(problems), Results(upgrade=result))
    return Done(result, f"{result.instance_id} {result.outcome}", Results(upgrade=result))


async def upgrade(instance_id: str, version: str, omctl: Omctl, clock: Clock, settings: Settings) -> UpgradeResult:
    """Upgrade one instance to a plan version, and watch the upgrade until it ends.

    Raises:
        OmnistrateError: the upgrade was refused or failed, or another one is under way.
        OutcomeUnknownError: it did not end in time, or could not be watched.
    """
    instance = OneInstance(instance_id, BoundedOmctl(omctl, settings), clock, settings)
    result, _ = await _upgrade(instance, version, None)
    return result


async def _upgrade(
    instance: OneInstance, version: str, of_plan: tuple[str, str] | None
) -> tuple[UpgradeResult, Deployment]:
    """The result, and what the instance then runs; `of_plan` is the product and plan that it must be of."""
    instance_id, before = instance.instance_id, await instance.described()
    if of_plan not in (None, (before.service_id, before.plan_id)):
        raise OmnistrateError(_of_another_plan(instance_id, before, of_plan))
    upgrades = Upgrades(instance, before)
    current = await upgrades.under_way(version)
    if current is None and before.status == InstanceStatus.DEPLOYING:  # something else: an upgrade beside it would fail
        before = await Watch(instance).until_deployed()
        if before.status == InstanceStatus.DEPLOYING:
            raise OmnistrateError(still_deploying(instance_id, version, instance.settings.upgrade_minutes))
        current = await upgrades.under_way(version)
    watch = Watch(instance)
    if current is None and (before.version, before.status) != (version, InstanceStatus.RUNNING):
        current = await _schedule(instance, version, before, upgrades)
    if current is None:
        running = await watch.until_it_runs(version, None)
        return UpgradeResult(instance_id, UpgradeOutcome.UP_TO_DATE, version, "", before.version), running
    ended = await watch.until_ended(current)
    if ended.failed and (other := await upgrades.new(version, besides=ended.upgrade_id)):
        ended = await watch.until_ended(other)  # one request can reach Omnistrate twice: the second upgrade fails
    if ended.failed:
        raise OmnistrateError(ended_without_success(instance_id, ended))
    running = await watch.until_it_runs(version, ended)
    return UpgradeResult(instance_id, UpgradeOutcome.UPGRADED, version, ended.upgrade_id, before.version), running


async def _schedule(instance: OneInstance, version: str, before: Deployment, upgrades: Upgrades) -> Upgrade | None:
    """Schedule the upgrade; None if the instance has the version. An answer that does not come is looked up.

    Raises:
        OmnistrateError: nothing was scheduled.
        OutcomeUnknownError: whether it was is not known.
    """
    instance_id = instance.instance_id
    if problem := unfit(instance_id, before.status):
        raise OmnistrateError(problem)
    sure = looked_up = False
    try:
        response = await instance.omctl.run(commands.upgrade_arguments(instance_id, version))
        sure = not uncertain(response)
        return read_upgrade(response, instance_id, version)
    except OmnistrateError as error:
        problems = error.problems
    for attempt in range(ATTEMPTS):
        try:
            if found := await upgrades.new(version):
                return found
            looked_up = True
        except OmnistrateError as error:
            problems, looked_up = (*problems, *error.problems), False
        if sure or attempt + 1 == ATTEMPTS:
            break
        await instance.pause()
    if sure and looked_up:
        raise OmnistrateError(*problems)
    raise OutcomeUnknownError(_unknown(instance_id, version, before), *problems)


def _unknown(instance_id: str, version: str, before: Deployment) -> Problem:
    return Problem(
        what=f"Whether an upgrade of {instance_id} to {version} was scheduled is not known: no answer came, and none "
        "was found",
        value=f"version {before.version} before",
        expected="an upgrade in the list, or a refusal",
        hint=f"`{commands.shown(commands.upgrades_arguments(before))}` lists the upgrades; the same call looks there "
        "before it schedules one",
    )


def _of_another_plan(instance_id: str, deployment: Deployment, of_plan: tuple[str, str] | None) -> Problem:
    return Problem(
        what=f"The instance {instance_id} is of another plan than the one that was released, and was not changed",
        value=f"plan {deployment.plan_id} of product {deployment.service_id}",
        expected="plan {1} of product {0}".format(*of_plan or ("", "")),
        hint="set `instance` in [tool.slipway] to an instance of the plan, or give --instance",
    )

"""The upgrade of one instance: scheduled once, and watched until it ends.

An upgrade to the same version that is under way, because an earlier run was interrupted or reached its time limit, is
watched and not scheduled again: Omnistrate accepts a second one beside the first, and ends it as FAILED.
"""

from ci.core.omctl import commands
from ci.core.omctl.model import FinalStatus, Instance, PlanVersion, Upgrade
from ci.core.omctl.responses import read_deployment
from ci.core.omctl.upgrade_responses import (
    read_upgrade,
    read_upgrade_instances,
    read_upgrade_status,
    read_upgrades,
)
from ci.core.release.plan import Plan
from ci.core.release.report import Results, UpgradeOutcome, UpgradeResult
from ci.core.settings.product import EnvironmentType, Settings
from ci.errors import OmnistrateError, Problem
from ci.pipelines.ports import Clock, Omctl
from ci.pipelines.run import Done, Skipped


async def upgrade_dev(
    plan: Plan, instance: Instance | None, version: PlanVersion, omctl: Omctl, clock: Clock
) -> Done[UpgradeResult] | Skipped:
    """Upgrade the dev instance that preflight found; skipped without one.

    Raises:
        OmnistrateError: as `upgrade` does.
    """
    settings = plan.settings
    if settings.environment_type != EnvironmentType.DEV:
        return Skipped(f"an environment of type {settings.environment_type} is upgraded only by `dagger call upgrade`")
    if instance is None:
        return Skipped(f"{settings.environment} has no instance of {settings.product_name}")
    result = await upgrade(instance.instance_id, version.version, omctl, clock, settings)
    return Done(result, f"{result.instance_id} {result.outcome}", Results(upgrade=result))


async def upgrade(instance_id: str, version: str, omctl: Omctl, clock: Clock, settings: Settings) -> UpgradeResult:
    """Upgrade one instance to a plan version, and watch the upgrade until it ends.

    Raises:
        OmnistrateError: the upgrade was refused, failed, or did not end in time, or another one is under way.
    """
    started = await _under_way(instance_id, version, omctl)
    if started is None:
        response = await omctl.run(commands.upgrade_arguments(instance_id, version))
        started = read_upgrade(response, instance_id, version)
    if started is None:
        return UpgradeResult(instance_id, UpgradeOutcome.UP_TO_DATE, version)
    ended = await _watch(instance_id, started, omctl, clock, settings)
    if ended.failed:
        raise OmnistrateError(
            Problem(
                what=f"The upgrade of {instance_id} to {version} ended as {ended.status}",
                value=ended.upgrade_id,
                expected=FinalStatus.COMPLETE,
                hint=f"read `omctl upgrade status detail {ended.upgrade_id}` for the reason; to go back, run "
                f"`dagger call upgrade --instance {instance_id} --plan-version` with the version before",
            )
        )
    deployment = read_deployment(await omctl.run(commands.deployment_arguments(instance_id)), instance_id)
    if deployment.version != version:
        raise OmnistrateError(
            Problem(
                what=f"The upgrade of {instance_id} has ended, and the instance has another version",
                value=deployment.version,
                expected=version,
                hint=f"read `omctl instance describe {instance_id}`, then run the same call again",
            )
        )
    return UpgradeResult(instance_id, UpgradeOutcome.UPGRADED, version, ended.upgrade_id)


async def _watch(instance_id: str, started: Upgrade, omctl: Omctl, clock: Clock, settings: Settings) -> Upgrade:
    """Poll the status of an upgrade until it is final, or the time limit is reached."""
    current, begin = started, clock.now()
    limit = settings.upgrade_minutes * 60
    while not current.ended:
        if (clock.now() - begin).total_seconds() > limit:
            raise OmnistrateError(
                Problem(
                    what=f"The upgrade of {instance_id} to {current.version} has not ended after {limit // 60} minutes",
                    value=f"{current.upgrade_id}: {current.status}",
                    expected=f"an end within {limit // 60} minutes, the setting `upgrade_minutes`",
                    hint="run the same call again, which continues to watch it; or read "
                    f"`omctl upgrade status detail {current.upgrade_id}`",
                )
            )
        await clock.sleep(settings.poll_seconds)
        response = await omctl.run(commands.upgrade_status_arguments(current.upgrade_id))
        current = read_upgrade_status(response, current)
    return current


async def _under_way(instance_id: str, version: str, omctl: Omctl) -> Upgrade | None:
    """The upgrade of the instance to the version that has not ended; None if there is none.

    Raises:
        OmnistrateError: an upgrade of the instance to another version is under way.
    """
    for one in await _not_ended(instance_id, omctl):
        response = await omctl.run(commands.upgrade_instances_arguments(one.upgrade_id))
        if instance_id not in read_upgrade_instances(response):
            continue
        if one.version == version:
            return one
        raise OmnistrateError(
            Problem(
                what=f"{instance_id} can't be upgraded to {version}: its upgrade to {one.version} is under way",
                value=f"{one.upgrade_id}: {one.status}",
                expected="no other upgrade of the instance, since a second one beside it fails",
                hint=f"run the same call again when `omctl upgrade status {one.upgrade_id}` shows that it has ended, "
                f"or cancel it with `omctl upgrade cancel {one.upgrade_id}`",
            )
        )
    return None


async def _not_ended(instance_id: str, omctl: Omctl) -> list[Upgrade]:
    """The upgrades of the instance's plan that are under way, of any instance and to any version."""
    deployment = read_deployment(await omctl.run(commands.deployment_arguments(instance_id)), instance_id)
    found, page = read_upgrades(await omctl.run(commands.upgrades_arguments(deployment)))
    while page:
        more, page = read_upgrades(await omctl.run(commands.upgrades_arguments(deployment, page)))
        found += more
    return [one for one in found if not one.ended]

"""The upgrade of one instance, scheduled once and watched until it is there; it knows only the ports.

Again is harmless: an upgrade to the version that is under way already, since a run before was interrupted or gave up
waiting, is watched and not scheduled a second time. Omnistrate makes a second one nonetheless, and ends it as FAILED.
"""

from ci.core.omctl import commands as omctl
from ci.core.omctl.model import Upgrade
from ci.core.omctl.responses import read_deployment
from ci.core.omctl.upgrade_responses import (
    read_upgrade,
    read_upgrade_instances,
    read_upgrade_status,
    read_upgrades,
)
from ci.core.release.report import UpgradeResult
from ci.core.settings.product import Settings
from ci.errors import OmnistrateError, Problem
from ci.pipelines.ports import Clock, Omctl


async def upgrade(instance_id: str, version: str, runner: Omctl, clock: Clock, limits: Settings) -> UpgradeResult:
    """Upgrade one instance and watch it until it is there; one that is there already is a success.

    Raises:
        OmnistrateError: the upgrade was refused, failed, or did not end in time, or another one is in its way.
    """
    started = await _under_way(instance_id, version, runner)
    if started is None:
        answer = await runner.run(omctl.upgrade_arguments(instance_id, version))
        started = read_upgrade(answer, instance_id, version)
    if started is None:
        return UpgradeResult(instance_id, "there already", version)
    ended = await _watch(instance_id, started, runner, clock, limits)
    if ended.failed:
        raise OmnistrateError(
            Problem(
                what=f"The upgrade of {instance_id} to {version} ended as {ended.status}",
                value=ended.upgrade_id,
                expected="COMPLETE",
                hint=f"look at `omctl upgrade status detail {ended.upgrade_id}`; the way back is "
                f"`dagger call upgrade --instance {instance_id} --plan-version` with the version before",
            )
        )
    there = read_deployment(await runner.run(omctl.deployment_arguments(instance_id)), instance_id)
    if there.version != version:
        raise OmnistrateError(
            Problem(
                what=f"The upgrade of {instance_id} ended, and the instance is on another version",
                value=there.version,
                expected=version,
                hint=f"look at `omctl instance describe {instance_id}`",
            )
        )
    return UpgradeResult(instance_id, "upgraded", version, ended.upgrade_id)


async def _watch(instance_id: str, started: Upgrade, runner: Omctl, clock: Clock, limits: Settings) -> Upgrade:
    """Look at an upgrade until it has ended, or its time is up."""
    current, begun = started, clock.now()
    limit = limits.upgrade_minutes * 60
    while not current.ended:
        if (clock.now() - begun).total_seconds() > limit:
            raise OmnistrateError(
                Problem(
                    what=f"The upgrade of {instance_id} to {current.version} has not ended after {limit // 60} minutes",
                    value=f"{current.upgrade_id}: {current.status}",
                    hint=f"run the same call again, which goes on watching it, or look at "
                    f"`omctl upgrade status detail {current.upgrade_id}`",
                )
            )
        await clock.sleep(limits.poll_seconds)
        answer = await runner.run(omctl.upgrade_status_arguments(current.upgrade_id))
        current = read_upgrade_status(answer, current)
    return current


async def _under_way(instance_id: str, version: str, runner: Omctl) -> Upgrade | None:
    """The upgrade of the instance to the version that has not ended; None where nothing is under way.

    Omnistrate is asked for the upgrades to all versions: one to another version is an error before anything is done.
    """
    for one in await _not_ended(instance_id, runner):
        answer = await runner.run(omctl.upgrade_instances_arguments(one.upgrade_id))
        if instance_id not in read_upgrade_instances(answer):
            continue
        if one.version == version:
            return one
        raise OmnistrateError(
            Problem(
                what=f"{instance_id} can't be upgraded to {version}: its upgrade to {one.version} is under way",
                value=f"{one.upgrade_id}: {one.status}",
                expected="no other upgrade of the instance, since a second one beside it fails",
                hint=f"run the same call again when `omctl upgrade status {one.upgrade_id}` says that it has ended, or "
                f"end it with `omctl upgrade cancel {one.upgrade_id}`",
            )
        )
    return None


async def _not_ended(instance_id: str, runner: Omctl) -> list[Upgrade]:
    """The upgrades of the instance's plan that are under way, of whichever instances."""
    deployment = read_deployment(await runner.run(omctl.deployment_arguments(instance_id)), instance_id)
    found, page = read_upgrades(await runner.run(omctl.upgrades_arguments(deployment)))
    while page:
        more, page = read_upgrades(await runner.run(omctl.upgrades_arguments(deployment, page)))
        found += more
    return [one for one in found if not one.ended]

"""What is said of an upgrade that did not succeed, by its status for the instance."""

from ci.core.omctl.model import Deployment, InstanceStatus, Upgrade, UpgradeStatus
from ci.errors import Problem

_ENDED = {
    UpgradeStatus.FAILED: "Omnistrate could not deploy the version",
    UpgradeStatus.CANCELLED: "somebody has cancelled it",
    UpgradeStatus.SKIPPED: "Omnistrate or somebody has excluded the instance from it",
}
_NOT_ENDED = {
    UpgradeStatus.PAUSED: ("it is paused", "resume it with `omctl upgrade resume {id}`, then run the same call again"),
    UpgradeStatus.SCHEDULED: (
        "it has not begun",
        "if `omctl upgrade list` shows a planned execution date, run the same call again after it",
    ),
}


def ended_without_success(instance_id: str, upgrade: Upgrade) -> Problem:
    """The problem of an upgrade that has failed, or was cancelled or skipped."""
    reason = next((text for status, text in _ENDED.items() if status == upgrade.status), "")
    return Problem(
        what=f"The upgrade of {instance_id} to {upgrade.version} ended as {upgrade.status}: {reason}",
        value=upgrade.upgrade_id,
        expected=UpgradeStatus.COMPLETE,
        hint=f"read `omctl upgrade status detail {upgrade.upgrade_id}` for the reason; to go back, run "
        f"`dagger call upgrade --instance {instance_id} --plan-version` with the version before",
    )


def not_ended(instance_id: str, upgrade: Upgrade, minutes: float) -> Problem:
    """The problem of an upgrade that is still under way when it is no longer watched: its outcome is not known."""
    found = next((both for status, both in _NOT_ENDED.items() if status == upgrade.status), None)
    state, hint = found or ("it is under way", "run the same call again, which continues to watch it")
    return Problem(
        what=f"The upgrade of {instance_id} to {upgrade.version} has not ended after {minutes:g} minutes: {state}",
        value=f"{upgrade.upgrade_id}: {upgrade.status}",
        expected=f"an end within {minutes:g} minutes, the setting `upgrade_minutes`",
        hint=f"{hint.format(id=upgrade.upgrade_id)}; or read `omctl upgrade status detail {upgrade.upgrade_id}`",
    )


def still_deploying(instance_id: str, version: str, minutes: float) -> Problem:
    """The problem of an instance that something else is being deployed to: no upgrade was scheduled."""
    return Problem(
        what=f"{instance_id} was not upgraded to {version}: another operation deploys to it, and has not ended",
        value=f"status {InstanceStatus.DEPLOYING} after {minutes:g} minutes",
        expected="another status within the time of the setting `upgrade_minutes`",
        hint=f"when `omctl instance describe {instance_id} --deployment-status` shows that it has ended, run the same "
        "call again",
    )


def unseen(instance_id: str, upgrade: Upgrade, times: int) -> Problem:
    """The problem of an upgrade whose status could not be read for a while: its outcome is not known."""
    return Problem(
        what=f"The upgrade of {instance_id} to {upgrade.version} could not be watched: {times} polls in a row failed",
        value=f"{upgrade.upgrade_id}: {upgrade.status} when it was last seen",
        expected="responses about its status",
        hint=f"`omctl upgrade status detail {upgrade.upgrade_id}` shows it; the same call continues to watch it",
    )


def not_as_expected(instance_id: str, version: str, deployment: Deployment, upgrade: Upgrade | None) -> Problem:
    """The problem of an instance that does not run the version although its upgrade, if there was one, has ended."""
    ended = f"its upgrade {upgrade.upgrade_id} ended as {upgrade.status}" if upgrade else "it has that version"
    return Problem(
        what=f"The instance {instance_id} does not run {version} as it should, though {ended}",
        value=f"version {deployment.version}, status {deployment.status}",
        expected=f"version {version}, status {InstanceStatus.RUNNING}",
        hint=f"read `omctl instance describe {instance_id} --deployment-status`, then run the same call again",
    )

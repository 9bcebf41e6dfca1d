"""omctl's responses about upgrades (omctl v1.10.5; docs/omctl.md)."""

from dataclasses import replace

from ci.core.omctl.model import FINAL, SUCCEEDED, Completed, FinalStatus, Upgrade
from ci.core.omctl.parse import objects, unexpected


def read_upgrade(response: Completed, instance_id: str, version: str) -> Upgrade | None:
    """The upgrade that `omctl upgrade` scheduled; None if the instance has that version already.

    omctl fails if source and target are the same version, which the second run of a release meets. One of its paths
    prints an error and exits with 0, so only a response that names the instance is a success.

    Raises:
        OmnistrateError: it failed for another reason, or scheduled something else.
    """
    command = "omctl upgrade"
    if "is the same as target version" in response.stderr + response.stdout:
        return None
    for one in objects(response, command):
        instances = str(one.get("instance_ids", "")).replace(" ", "").split(",")
        if instance_id in instances and one.get("upgrade_id"):
            if str(one.get("target_version")) != version:
                raise unexpected(response, command, f"an upgrade to version {version}")
            return Upgrade(str(one["upgrade_id"]), version, "SCHEDULED")
    raise unexpected(response, command, f"an upgrade of {instance_id}")


def read_upgrade_status(response: Completed, upgrade: Upgrade) -> Upgrade:
    """An upgrade with its current status, of `omctl upgrade status`; one with a failed instance counts as failed.

    Raises:
        OmnistrateError: it failed, or does not know the upgrade.
    """
    command = "omctl upgrade status"
    for one in objects(response, command):
        if one.get("upgrade_id") == upgrade.upgrade_id and one.get("status"):
            status = str(one["status"])
            failed = isinstance(one.get("failed"), int) and one["failed"] > 0
            return replace(upgrade, status=FinalStatus.FAILED if failed and status in SUCCEEDED else status)
    raise unexpected(response, command, f"the status of {upgrade.upgrade_id}")


def read_upgrades(response: Completed) -> tuple[tuple[Upgrade, ...], str]:
    """The upgrades on a page of `omctl upgrade list`, and the token of the next page: `""` on the last.

    Raises:
        OmnistrateError: it failed.
    """
    command = "omctl upgrade list"
    expected = "one object with its upgradePaths, each with its upgradePathId, targetVersion and status"
    pages = objects(response, command)
    if len(pages) != 1 or "upgradePaths" not in pages[0]:
        raise unexpected(response, command, expected)
    paths = pages[0]["upgradePaths"] or []
    keys = ("upgradePathId", "targetVersion", "status")
    if not isinstance(paths, list) or not all(isinstance(one, dict) and all(map(one.get, keys)) for one in paths):
        raise unexpected(response, command, expected)
    upgrades = tuple(Upgrade(*(str(one[key]) for key in keys)) for one in paths)
    return upgrades, str(pages[0].get("nextPageToken") or "")


def read_upgrade_instances(response: Completed) -> frozenset[str]:
    """The instances that an upgrade has not finished, of `omctl upgrade status detail`.

    If all instances of an upgrade were refused, as in a second upgrade beside a first, the command prints nothing and
    exits with 0.

    Raises:
        OmnistrateError: it failed.
    """
    command = "omctl upgrade status detail"
    if response == Completed(0, "", ""):
        return frozenset()
    found = objects(response, command)
    if not all(one.get("instance_id") and one.get("upgrade_status") for one in found):
        raise unexpected(response, command, "an array of instances, each with its instance_id and upgrade_status")
    return frozenset(str(one["instance_id"]) for one in found if one["upgrade_status"] not in FINAL)

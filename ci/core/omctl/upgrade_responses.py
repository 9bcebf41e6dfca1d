"""omctl's responses about upgrades (omctl v1.10.5; docs/omctl.md)."""

import re
from dataclasses import replace

from ci.core.omctl.model import Completed, Upgrade
from ci.core.omctl.parse import objects, objects_with, unexpected


def read_upgrade(response: Completed, instance_id: str, version: str) -> Upgrade | None:
    """The upgrade that `omctl upgrade` scheduled; None if the instance has that version already.

    omctl fails if source and target are the same version, which the second run of a release meets. One of its paths
    prints an error and exits with 0, so only a response that names the instance is a success.

    Raises:
        OmnistrateError: it failed for another reason, or scheduled something else.
    """
    command = "omctl upgrade"
    same = rf"is the same as target version for {re.escape(instance_id)}(?![\w-])"
    if re.search(same, response.stderr + response.stdout):
        return None
    for one in objects(response, command):
        instances = str(one.get("instance_ids", "")).replace(" ", "").split(",")
        if instance_id in instances and one.get("upgrade_id"):
            if str(one.get("target_version")) != version:
                raise unexpected(response, command, f"an upgrade to version {version}")
            return Upgrade(str(one["upgrade_id"]), version, "SCHEDULED")
    raise unexpected(response, command, f"an upgrade of {instance_id}")


def read_upgrade_status(response: Completed, upgrade: Upgrade) -> Upgrade:
    """An upgrade with its current status as a whole, of `omctl upgrade status`.

    It is that of all its instances: what became of one of them, `read_upgrade_row` has.

    Raises:
        OmnistrateError: it failed, or does not know the upgrade.
    """
    command = "omctl upgrade status"
    for one in objects(response, command):
        if one.get("upgrade_id") == upgrade.upgrade_id and one.get("status"):
            return replace(upgrade, status=str(one["status"]))
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


def read_upgrade_row(response: Completed, instance_id: str) -> str | None:
    """The status of one instance in an upgrade, of `omctl upgrade status detail`; None if the upgrade is not of it.

    If all instances of an upgrade were refused, as in a second upgrade beside a first, the command prints nothing and
    exits with 0.

    Raises:
        OmnistrateError: it failed.
    """
    if response == Completed(0, "", ""):
        return None
    found = objects_with(response, "omctl upgrade status detail", ("instance_id", "upgrade_status"))
    return next((str(one["upgrade_status"]) for one in found if one["instance_id"] == instance_id), None)

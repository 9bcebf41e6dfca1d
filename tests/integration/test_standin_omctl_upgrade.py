"""`omctl upgrade` and `omctl instance` with the real binary against the stand-in."""

from pathlib import Path

import pytest
from omctl_product import COMPOSE, KEY, SEED, build, upgrade
from real_omctl import RealOmctl, printed, real_omctl

from ci.core.omctl.model import Completed

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("instance", "version", "message"),
    [
        ("instance-nobody", "1.0", "instance-nobody not found. Please check the instance ID"),
        ("instance-de", "1.0", "instance-de not found. Please check the instance ID"),
        ("instance-dev", "9.0", "version 9.0 not found"),
    ],
)
def test_upgrades_that_are_refused(omctl: RealOmctl, instance: str, version: str, message: str) -> None:
    done = upgrade(omctl, version, instance)
    assert (done.exit_code, done.stdout) == (1, "")
    assert message in done.stderr


def test_the_status_of_a_failed_upgrade_exits_with_0(tmp_path: Path) -> None:
    seed = {**SEED, "fail_upgrades_of": ["instance-dev"], "in_progress_polls": 0}
    with real_omctl(tmp_path, seed, COMPOSE, KEY) as omctl:
        printed(build(omctl))
        (scheduled,) = printed(upgrade(omctl, "preferred"))
        rows = [omctl.json("upgrade", "status", scheduled["upgrade_id"])[0] for _ in range(2)]
        assert [(row["status"], row["failed"]) for row in rows] == [("SCHEDULED", 0), ("FAILED", 1)]
        assert omctl.json("instance", "list", "-f", "instance_id:instance-dev")[0]["version"] == "1.0"


def test_a_second_upgrade_beside_the_first_fails(omctl: RealOmctl) -> None:
    printed(build(omctl))
    printed(upgrade(omctl, "2.0"))
    (second,) = printed(upgrade(omctl, "2.0"))
    (row,) = omctl.json("upgrade", "status", second["upgrade_id"])
    assert (row["status"], row["total"], row["failed"]) == ("FAILED", 0, 1)


def listed(omctl: RealOmctl, *options: str) -> tuple[list[tuple[str, str]], str]:
    """The upgrades of the plan that a list names, each with its status, and the token of the next page."""
    plan = omctl.json("instance", "describe", "instance-dev", "--deployment-status")
    ids = ("--service-id", plan["serviceId"], "--product-tier-id", plan["productTierId"])
    (page,) = omctl.json("upgrade", "list", *ids, *options)
    found = [(one["upgradePathId"], one["status"]) for one in page["upgradePaths"]]
    return found, page.get("nextPageToken", "")


def test_a_list_has_the_status_of_upgrades_and_changes_none(omctl: RealOmctl) -> None:
    assert listed(omctl) == ([], "")
    printed(build(omctl))
    omctl.write(f"{COMPOSE}# more\n")
    assert printed(build(omctl))["version"] == "3.0"
    (first,) = printed(upgrade(omctl, "2.0"))
    (second,) = printed(upgrade(omctl, "3.0"))
    (third,) = printed(upgrade(omctl, "3.0", "instance-dev-2"))
    under_way = (first["upgrade_id"], "SCHEDULED")
    failed = (second["upgrade_id"], "FAILED")
    of_another = (third["upgrade_id"], "SCHEDULED")
    for _ in range(3):
        assert listed(omctl) == ([of_another, failed, under_way], "")
    assert listed(omctl, "--target-version", "2.0") == ([under_way], "")
    assert listed(omctl, "--target-version", "3.0", "--status", "FAILED") == ([failed], "")
    assert listed(omctl, "--source-version", "2.0") == ([], "")
    assert listed(omctl, "--type", "Major") == ([of_another, failed, under_way], "")
    assert listed(omctl, "--page-size", "2") == ([of_another, failed], "2")
    assert listed(omctl, "--page-size", "2", "--next-page-token", "2") == ([under_way], "")

    (row,) = omctl.json("upgrade", "status", "detail", first["upgrade_id"])
    assert (row["instance_id"], row["upgrade_status"]) == ("instance-dev", "SCHEDULED")
    of_the_failed = omctl.run("upgrade", "status", "detail", second["upgrade_id"], "-o", "json")
    assert of_the_failed == Completed(0, "", "")

    for status in ("SCHEDULED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE"):
        omctl.json("upgrade", "status", first["upgrade_id"])
        assert listed(omctl, "--target-version", "2.0") == ([(first["upgrade_id"], status)], "")


def test_an_error_of_a_list_is_followed_by_its_flags(omctl: RealOmctl) -> None:
    done = omctl.run("upgrade", "list", "--service-id", "s-1", "--product-tier-id", "pt-1", "-o", "json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: not_found\nDetail: product tier 'pt-1' not found\nUsage:\n")


@pytest.mark.parametrize("instance", ["instance-nobody", "instance-de"])
def test_an_instance_that_does_not_exist_is_not_described(omctl: RealOmctl, instance: str) -> None:
    done = omctl.run("instance", "describe", instance, "--deployment-status", "-o", "json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{instance} not found. Please check the instance ID" in done.stderr

"""The real omctl against the stand-in API over loopback: a release from end to end, keys, and retries."""

from pathlib import Path

import pytest
from omctl_product import COMPOSE, KEY, PRODUCT, SEED, build, upgrade
from real_omctl import RealOmctl, printed, real_omctl

pytestmark = pytest.mark.integration


def test_a_release_from_end_to_end(omctl: RealOmctl) -> None:
    listed_secrets = omctl.json("secret", "list", "dev")["secrets"]
    assert [secret["name"] for secret in listed_secrets] == SEED["secrets"]["DEV"]

    built = printed(build(omctl))
    assert (built["plan_name"], built["service_name"], built["environment"]) == ("Experio", PRODUCT, "Dev")
    assert (built["version"], built["version_set_status"]) == ("2.0", "Preferred")
    assert (built["release_description"], built["is_new_service_plan_version_created"]) == ("1.2.0: things", True)

    described = omctl.json("service-plan", "describe-version", PRODUCT, "Experio", "--version", "2.0")
    assert [resource["resource_name"] for resource in described["resources"]] == ["initdb", "server"]
    assert described["release_description"] == "1.2.0: things"
    versions = omctl.json("service-plan", "list-versions", PRODUCT, "Experio", "--environment", "Dev")
    assert [version["version"] for version in versions] == ["2.0", "1.0"]

    instances = omctl.json("instance", "list", "-f", f"service:{PRODUCT},environment:Dev")
    assert {row["version"] for row in instances} == {"1.0"}

    (scheduled,) = printed(upgrade(omctl, "2.0"))
    assert (scheduled["source_version"], scheduled["target_version"]) == ("1.0", "2.0")
    assert scheduled["instance_ids"] == "instance-dev"
    rows = [omctl.json("upgrade", "status", scheduled["upgrade_id"])[0] for _ in range(5)]
    assert [row["status"] for row in rows] == ["SCHEDULED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE", "COMPLETE"]
    assert (rows[-1]["total"], rows[-1]["completed"], rows[-1]["failed"]) == (1, 1, 0)
    (detail,) = omctl.json("upgrade", "status", "detail", scheduled["upgrade_id"])
    assert (detail["instance_id"], detail["upgrade_status"]) == ("instance-dev", "COMPLETE")

    running = omctl.json("instance", "describe", "instance-dev", "--deployment-status")
    images = {row["resourceName"]: row["additionalInfo"]["image"] for row in running["resourceDeploymentStatus"]}
    assert images["initdb"] == "ghcr.io/o/p-dockerfile.migrations:sha-1"
    assert running["tierVersion"] == "2.0"

    for version in ("2.0", "latest", "preferred"):
        again = upgrade(omctl, version)
        assert again.exit_code == 1
        assert "source version 2.0 is the same as target version for instance-dev" in again.stderr

    rebuilt = printed(build(omctl))
    assert rebuilt["version"] == "2.0"
    assert "is_new_service_plan_version_created" not in rebuilt


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("om_other", "OMNISTRATE_API_KEY signin-exchange failed: unauthorized"),
        ("", "not logged in and no TTY available for interactive login"),
    ],
)
def test_without_the_right_key_nothing_is_done(omctl: RealOmctl, key: str, message: str) -> None:
    done = omctl.run("secret", "list", "dev", "-o", "json", api_key=key)
    assert (done.exit_code, done.stdout) == (1, "")
    assert message in done.stderr


@pytest.mark.parametrize(("retries", "exit_code"), [("1", 1), ("2", 0)])
def test_omctl_retries_after_503(tmp_path: Path, retries: str, exit_code: int) -> None:
    faults = {"PUT /2022-09-01-00/service/composespec": 2}
    with real_omctl(tmp_path, {**SEED, "http_503_times": faults}, COMPOSE, KEY) as omctl:
        done = build(omctl, OMNISTRATE_RETRY_MAX=retries)
        assert (done.exit_code, "503 Service Unavailable" in done.stderr) == (exit_code, exit_code == 1)

"""omctl's responses about upgrades."""

import pytest
from fakes import json_response
from omctl_samples import PATH, READERS, ROW, UPGRADE

from ci.core.omctl.model import Completed, Upgrade
from ci.core.omctl.upgrade_responses import read_upgrade
from ci.errors import OmnistrateError


@pytest.mark.parametrize(
    ("reader", "response", "expected"),
    [
        ("upgrade", [UPGRADE], Upgrade("u-1", "2.0", "SCHEDULED")),
        ("upgrade", UPGRADE, Upgrade("u-1", "2.0", "SCHEDULED")),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-0, instance-1"}], Upgrade("u-1", "2.0", "SCHEDULED")),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-9"}, UPGRADE], Upgrade("u-1", "2.0", "SCHEDULED")),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "IN_PROGRESS", "failed": 0}],
            Upgrade("u-1", "2.0", "IN_PROGRESS"),
        ),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "COMPLETE", "failed": 0}],
            Upgrade("u-1", "2.0", "COMPLETE"),
        ),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "COMPLETE", "failed": 1}],
            Upgrade("u-1", "2.0", "COMPLETE"),
        ),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "IN_PROGRESS", "failed": 1}],
            Upgrade("u-1", "2.0", "IN_PROGRESS"),
        ),
        ("upgrade status", [{"upgrade_id": "u-1", "status": "COMPLETE"}], Upgrade("u-1", "2.0", "COMPLETE")),
        ("upgrade list", [{"upgradePaths": [PATH]}], ((Upgrade("u-1", "2.0", "IN_PROGRESS"),), "")),
        ("upgrade list", {"upgradePaths": [PATH]}, ((Upgrade("u-1", "2.0", "IN_PROGRESS"),), "")),
        (
            "upgrade list",
            [{"upgradePaths": [PATH, {**PATH, "upgradePathId": "u-2", "status": "FAILED"}], "nextPageToken": "t"}],
            ((Upgrade("u-1", "2.0", "IN_PROGRESS"), Upgrade("u-2", "2.0", "FAILED")), "t"),
        ),
        ("upgrade list", [{"upgradePaths": [], "nextPageToken": "t"}], ((), "t")),
        ("upgrade list", [{"upgradePaths": [], "nextPageToken": None}], ((), "")),
        ("upgrade list", [{"upgradePaths": [], "nextPageToken": ""}], ((), "")),
        ("upgrade list", [{"upgradePaths": None}], ((), "")),
        ("upgrade status detail", [ROW], "IN_PROGRESS"),
        ("upgrade status detail", ROW, "IN_PROGRESS"),
        (
            "upgrade status detail",
            [{**ROW, "instance_id": "instance-10", "upgrade_status": "FAILED"}, ROW],
            "IN_PROGRESS",
        ),
        ("upgrade status detail", [{**ROW, "upgrade_status": "ANYTHING_NEW"}], "ANYTHING_NEW"),
        ("upgrade status detail", [{**ROW, "instance_id": "instance-10"}], None),
        ("upgrade status detail", [], None),
    ],
)
def test_a_complete_response_is_read(reader: str, response: object, expected: object) -> None:
    assert READERS[reader](json_response(response)) == expected


@pytest.mark.parametrize(
    ("reader", "response"),
    [
        ("upgrade", []),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-10"}]),
        ("upgrade", [{**UPGRADE, "instance_ids": ""}]),
        ("upgrade", [{**UPGRADE, "upgrade_id": ""}]),
        ("upgrade", [{**UPGRADE, "target_version": "3.0"}]),
        ("upgrade", [{**UPGRADE, "target_version": None}]),
        ("upgrade status", []),
        ("upgrade status", [{"upgrade_id": "u-2", "status": "COMPLETE"}]),
        ("upgrade status", [{"upgrade_id": "u-1", "status": ""}]),
        ("upgrade status", [{"upgrade_id": "u-1"}]),
        ("upgrade list", []),
        ("upgrade list", None),
        ("upgrade list", [None]),
        ("upgrade list", [{"nextPageToken": "t"}]),
        ("upgrade list", [{"upgradePaths": []}, {"upgradePaths": []}]),
        ("upgrade list", [{"upgradePaths": {"u-1": PATH}}]),
        ("upgrade list", [{"upgradePaths": ["u-1"]}]),
        ("upgrade list", [{"upgradePaths": [PATH, None]}]),
        ("upgrade list", [{"upgradePaths": [{**PATH, "upgradePathId": ""}]}]),
        ("upgrade list", [{"upgradePaths": [{**PATH, "targetVersion": ""}]}]),
        ("upgrade list", [{"upgradePaths": [{**PATH, "status": ""}]}]),
        ("upgrade status detail", [{**ROW, "instance_id": ""}]),
        ("upgrade status detail", [{**ROW, "upgrade_status": ""}]),
        ("upgrade status detail", [ROW, {"upgrade_id": "u-1"}]),
    ],
)
def test_a_response_that_lacks_a_required_value_is_an_error(reader: str, response: object) -> None:
    with pytest.raises(OmnistrateError, match="responded with something unexpected"):
        READERS[reader](json_response(response))


@pytest.mark.parametrize("exit_code", [0, 1])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_instance_that_has_the_version_already_needs_no_upgrade(exit_code: int, stream: str) -> None:
    text = "Error:  source version 2.0 is the same as target version for instance-1\n"
    response = Completed(exit_code, text, "") if stream == "stdout" else Completed(exit_code, "", text)
    assert read_upgrade(response, "instance-1", "2.0") is None


@pytest.mark.parametrize("other", ["instance-10", "instance-1-b", "instance-2"])
def test_another_instance_that_has_the_version_already_says_nothing_of_this_one(other: str) -> None:
    response = Completed(1, "", f"Error:  source version 2.0 is the same as target version for {other}")
    with pytest.raises(OmnistrateError, match=other):
        read_upgrade(response, "instance-1", "2.0")

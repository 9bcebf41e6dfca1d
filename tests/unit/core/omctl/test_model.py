"""The status of an upgrade: which ones are final, which of those are failures, and which counts for an instance."""

import pytest

from ci.core.omctl.model import Upgrade


@pytest.mark.parametrize(
    ("status", "ended", "failed"),
    [
        *((status, False, False) for status in ("SCHEDULED", "IN_PROGRESS", "VERIFYING", "PAUSED", "PENDING")),
        ("ANYTHING_NEW", False, False),
        *((status, True, False) for status in ("COMPLETE", "COMPLETED")),
        *((status, True, True) for status in ("FAILED", "CANCELLED", "SKIPPED")),
    ],
)
def test_which_statuses_are_final_and_which_are_failures(status: str, *, ended: bool, failed: bool) -> None:
    upgrade = Upgrade("u-1", "2.0", status)
    assert (upgrade.ended, upgrade.failed) == (ended, failed)


@pytest.mark.parametrize(
    ("whole", "row", "expected"),
    [
        ("IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS"),
        ("IN_PROGRESS", "COMPLETE", "COMPLETE"),
        ("IN_PROGRESS", "FAILED", "FAILED"),
        ("FAILED", "COMPLETE", "COMPLETE"),
        ("FAILED", "IN_PROGRESS", "IN_PROGRESS"),
        ("FAILED", None, "FAILED"),
        ("COMPLETE", "FAILED", "FAILED"),
        ("COMPLETE", "SKIPPED", "SKIPPED"),
        ("COMPLETE", "IN_PROGRESS", "IN_PROGRESS"),
        ("COMPLETE", None, "COMPLETE"),
        ("CANCELLED", "SCHEDULED", "CANCELLED"),
        ("CANCELLED", "COMPLETE", "COMPLETE"),
        ("SKIPPED", "SCHEDULED", "SKIPPED"),
        ("PAUSED", "IN_PROGRESS", "PAUSED"),
        ("PAUSED", "COMPLETE", "COMPLETE"),
        ("SCHEDULED", None, "SCHEDULED"),
        ("ANYTHING_NEW", "ANYTHING_ELSE", "ANYTHING_ELSE"),
    ],
)
def test_the_status_that_counts_for_an_instance_is_its_own(whole: str, row: str | None, expected: str) -> None:
    assert Upgrade("u-1", "2.0", whole).of_instance(row) == Upgrade("u-1", "2.0", expected)

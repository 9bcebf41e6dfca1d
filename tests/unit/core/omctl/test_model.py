"""The status of an upgrade: which ones are final, and which of those are failures."""

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

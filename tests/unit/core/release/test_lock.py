"""The lock: what was released, the same for the same release."""

import json

from fakes import GIT_SHA, digest_of, sha_ref, version_ref
from sample_reports import good_report

from ci.core.release.lock import lock


def test_the_lock_lists_what_was_released_in_the_order_of_the_names() -> None:
    assert lock(good_report()) == {
        "lock_format": 2,
        "git_sha": GIT_SHA,
        "version": "1.2.0",
        "product_name": "Shop",
        "environment": "Dev",
        "images": [
            {"name": name, "digest": digest_of(name), "references": [sha_ref(name), version_ref(name)]}
            for name in ("mail", "web", "worker")
        ],
        "plan_version": {
            "service_id": "s-1",
            "plan_id": "pt-1",
            "plan_name": "Shop Plan",
            "version": "2.0",
            "environment": "Dev",
        },
        "upgrade": {
            "instance_id": "instance-dev",
            "outcome": "upgraded",
            "version": "2.0",
            "upgrade_id": "upgrade-1",
        },
    }


def test_the_lock_has_no_time() -> None:
    assert "2026" not in json.dumps(lock(good_report()))
    assert "seconds" not in json.dumps(lock(good_report()))

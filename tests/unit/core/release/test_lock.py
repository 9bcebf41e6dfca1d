"""The lock: what was released, the same for the same release."""

import json
from dataclasses import replace

from fakes import GIT_SHA, digest_of, sha_ref, version_ref
from sample_reports import failed_report, good_report

from ci.core.release.lock import lock
from ci.core.release.report import Step, StepOutcome


def test_the_lock_lists_what_was_released_in_the_order_of_the_names() -> None:
    assert lock(good_report()) == {
        "lock_format": 4,
        "simulation": False,
        "outcome": "done",
        "not_done": [],
        "unknown": [],
        "git_sha": GIT_SHA,
        "version": "1.2.0",
        "product_name": "Shop",
        "environment": "Dev",
        "images": [
            {
                "name": name,
                "digest": digest_of(name),
                "references": [sha_ref(name), version_ref(name)],
                "inputs": "",
                "built_in": GIT_SHA,
                "built_at": "",
            }
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


def test_the_lock_of_a_release_that_did_not_finish_names_what_is_not_done_and_what_is_unknown() -> None:
    found = lock(replace(good_report(), steps=(Step("a", StepOutcome.UNKNOWN, 1.0),), not_run=("b",)))
    assert (found["outcome"], found["not_done"], found["unknown"]) == ("unknown", ["b"], ["a"])
    found = lock(failed_report())
    assert found["outcome"] == "failed"
    assert found["not_done"] == ["build and push images", "set version tags", "upgrade dev instance"]
    assert found["unknown"] == []


def test_the_lock_has_no_time() -> None:
    assert "2026" not in json.dumps(lock(good_report()))
    assert "seconds" not in json.dumps(lock(good_report()))

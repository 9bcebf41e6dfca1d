"""The report for machines, and the results that it is made of."""

import json

from fakes import GIT_SHA, NAMES, digest_of, sha_ref
from sample_reports import BUILT, VERSION, failed_report, good_report

from ci.core.release.report import NO_RESULTS, ImageAction, ImageResult, Results, as_json, pushed_digests


def test_a_failed_report_as_json() -> None:
    found = json.loads(json.dumps(as_json(failed_report())))
    assert (found["ok"], found["git_sha"], found["version"]) == (False, GIT_SHA, "1.2.0")
    assert found["steps"][1] == {
        "name": "build and push images",
        "outcome": "failed",
        "seconds": 2.0,
        "detail": "2 problems",
    }
    assert [image["action"] for image in found["images"]] == ["built", "failed", "failed"]
    assert [(one["step"], one["what"]) for one in found["problems"]] == [
        ("build and push images", "worker: exit code 1"),
        ("build and push images", "mail: exit code 2"),
    ]
    assert found["not_run"] == ["set version tags", "upgrade dev instance"]
    assert (found["plan_version"], found["upgrade"]) == (None, None)
    assert [change["where"] for change in found["pinned"]] == ["web", "web/scaler", "jobs", "mail"]


def test_a_report_without_problems_is_ok() -> None:
    found = as_json(good_report())
    assert found["ok"] is True
    assert found["plan_version"]["version"] == "2.0"
    assert found["upgrade"] == {
        "instance_id": "instance-dev",
        "outcome": "upgraded",
        "version": "2.0",
        "upgrade_id": "upgrade-1",
        "version_before": "",
    }


def test_newer_results_replace_older_ones_and_keep_the_rest() -> None:
    first = Results(images=(ImageResult("web", ImageAction.BUILT),))
    second = first.updated(Results(plan_version=VERSION))
    assert second == Results(first.images, VERSION)
    assert second.updated(Results(images=BUILT)) == Results(BUILT, VERSION)
    assert second.updated(NO_RESULTS) == second


def test_pushed_digests_are_those_of_the_pinned_references() -> None:
    path = f"{sha_ref('web').partition('/')[2].rpartition(':')[0]}@{digest_of('web')}"
    assert pushed_digests(failed_report()) == {sha_ref("web"): path}
    assert pushed_digests(good_report()).keys() == {sha_ref(name) for name in NAMES}

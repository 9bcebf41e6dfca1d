"""The report for people and for machines, and the lock."""

import json

import pytest
from fakes import GIT_SHA, NAMES, digest_of, sha_ref, small_plan, version_ref

from ci.core.omctl.model import PlanVersion
from ci.core.release.report import ImageResult, Report, Step, UpgradeResult, again, as_json, lock, summary
from ci.errors import Problem

VERSION = PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "Dev")


def good_report() -> Report:
    return Report(
        plan=small_plan(),
        started="2026-01-02T03:04:05+00:00",
        steps=(Step("images", "done", 61.25, "3 built"), Step("upgrade", "skipped", 0.0, "no instance")),
        images=tuple(ImageResult(name, "built", digest_of(name), (sha_ref(name), version_ref(name))) for name in NAMES),
        plan_version=VERSION,
        upgrade=UpgradeResult("instance-dev", "upgraded", "2.0", "upgrade-1"),
    )


def failed_report() -> Report:
    return Report(
        plan=small_plan(),
        started="2026-01-02T03:04:05+00:00",
        steps=(Step("preflight", "done", 1.0), Step("images", "failed", 2.0, "2 problem(s)")),
        images=(
            ImageResult("web", "built", digest_of("web"), (sha_ref("web"),)),
            ImageResult("worker", "failed"),
            ImageResult("mail", "failed"),
        ),
        problems=(Problem(what="worker: exit code 1", hint="mend it"), Problem(what="mail: exit code 2")),
        left=("version tags", "upgrade"),
    )


def test_the_summary_of_a_release_tells_its_steps_images_and_ends() -> None:
    told = summary(good_report()).splitlines()
    assert told[0] == f"Release 1.2.0 of Shop, commit {GIT_SHA}: done"
    assert "  done     images      61.2 s  3 built" in told
    assert "  skipped  upgrade      0.0 s  no instance" in told
    assert f"  worker  built    {digest_of('worker')}" in told
    for name in NAMES:
        assert f"            {sha_ref(name)}" in told
        assert f"            {version_ref(name)}" in told
    assert told[-2:] == ["Plan version 2.0 of plan Shop Plan", "Instance instance-dev: upgraded, version 2.0"]


def test_the_summary_of_a_failed_release_tells_every_problem_and_what_was_not_done() -> None:
    told = summary(failed_report())
    assert told.splitlines()[0].endswith(": FAILED")
    for text in (
        "  failed   images         2.0 s  2 problem(s)",
        "  not done version tags",
        "  not done upgrade",
        "2 problems:\n- worker: exit code 1\n    hint: mend it\n- mail: exit code 2",
        sha_ref("web"),
    ):
        assert text in told
    assert told.endswith(again(failed_report()) + "\n")


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (
            failed_report(),
            (
                "1 of 3 images have their sha tag, and the same call reuses them; no plan version was made; "
                "it then goes on with: version tags, upgrade."
            ),
        ),
        (
            Report(plan=small_plan(), started="", steps=(), left=("images",)),
            (
                "This call pushed nothing under a tag, and the same call begins anew; no plan version was made; "
                "it then goes on with: images."
            ),
        ),
        (
            Report(plan=small_plan(), started="", steps=(), plan_version=VERSION, images=good_report().images),
            "3 of 3 images have their sha tag, and the same call reuses them; plan version 2.0 exists.",
        ),
    ],
)
def test_what_the_same_call_would_do_again(report: Report, text: str) -> None:
    assert again(report) == text


def test_the_report_for_machines_survives_json() -> None:
    found = as_json(failed_report())
    found = json.loads(json.dumps(found))
    assert (found["ok"], found["git_sha"], found["version"]) == (False, GIT_SHA, "1.2.0")
    assert found["steps"][1] == {"name": "images", "outcome": "failed", "seconds": 2.0, "detail": "2 problem(s)"}
    assert [image["action"] for image in found["images"]] == ["built", "failed", "failed"]
    assert [problem["what"] for problem in found["problems"]] == ["worker: exit code 1", "mail: exit code 2"]
    assert found["left"] == ["version tags", "upgrade"]
    assert (found["plan_version"], found["upgrade"]) == (None, None)
    assert [change["where"] for change in found["pinned"]] == ["web", "web/scaler", "jobs", "mail"]


def test_a_report_without_problems_is_ok() -> None:
    found = as_json(good_report())
    assert found["ok"] is True
    assert found["plan_version"]["version"] == "2.0"
    assert found["upgrade"] == {
        "instance_id": "instance-dev",
        "status": "upgraded",
        "version": "2.0",
        "upgrade_id": "upgrade-1",
    }


def test_the_lock_says_what_was_released_in_the_order_of_the_names() -> None:
    assert lock(good_report()) == {
        "lock_format": 1,
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
            "status": "upgraded",
            "version": "2.0",
            "upgrade_id": "upgrade-1",
        },
    }


def test_the_lock_holds_no_time() -> None:
    assert "2026" not in json.dumps(lock(good_report()))
    assert "seconds" not in json.dumps(lock(good_report()))

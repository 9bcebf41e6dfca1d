"""The watch over an upgrade: judged by the instance's own row and by the instance, and never shorter than its limit."""

from dataclasses import replace
from typing import Any

import pytest
from fake_omctl import PLAN, upgrade_id
from fakes import SETTINGS, Stage, json_response, small_plan

from ci.core.omctl.model import Completed
from ci.core.release.report import Report
from ci.errors import OmnistrateError
from ci.pipelines.upgrade_watch import FAILED_POLLS
from ci.rehearsal.models import InstanceStatus

SHORT = small_plan(replace(SETTINGS, upgrade_minutes=2, poll_seconds=30))
UPGRADE_OF_DEV = "The upgrade of instance-dev to 2.0"


def whole(status: str, failed: int = 0) -> Completed:
    return json_response([{"upgrade_id": upgrade_id(1), "status": status, "failed": failed}])


def rows(**statuses: str) -> Completed:
    """The instances of the upgrade with their statuses; `_` in a name is `-`."""
    listed = [{"instance_id": name.replace("_", "-"), "upgrade_status": status} for name, status in statuses.items()]
    return json_response(listed)


def described(**fields: Any) -> Completed:  # Any: JSON
    """The instance as it is after the upgrade, with other fields."""
    ids = {"instanceId": "instance-dev", "serviceId": PLAN.service_id, "productTierId": PLAN.id}
    return json_response({**ids, "tierVersion": "2.0", "status": "RUNNING", **fields})


BEFORE = described(tierVersion="1.0")
NONE = Completed(0, "", "")
OFFLINE = Completed(1, "", "Error: 503 Service Unavailable")


def released(status: Completed, row: Completed, *after: Completed) -> Report:
    """A release whose upgrade then has this status as a whole and this row, and the instance is as in `after`."""
    responses = {
        "upgrade status": [whole("IN_PROGRESS"), status],
        "upgrade status detail": [rows(instance_dev="IN_PROGRESS"), row],
        "instance describe": [BEFORE, *(after or [described()])],
    }
    return Stage(responses=responses).release(SHORT)


@pytest.mark.parametrize(
    ("status", "row"),
    [
        (whole("COMPLETE"), rows(instance_dev="COMPLETE")),
        (whole("FAILED", 1), rows(instance_de="FAILED", instance_dev="COMPLETE")),
        (whole("IN_PROGRESS"), rows(instance_de="IN_PROGRESS", instance_dev="COMPLETE")),
        (whole("CANCELLED"), rows(instance_de="CANCELLED", instance_dev="COMPLETE")),
        (whole("COMPLETE"), NONE),
    ],
)
def test_an_upgrade_is_done_when_the_instances_own_part_is(status: Completed, row: Completed) -> None:
    report = released(status, row)
    assert report.problems == ()
    assert report.results.upgrade is not None
    assert (report.results.upgrade.outcome, report.results.upgrade.version_before) == ("upgraded", "1.0")


@pytest.mark.parametrize(
    ("status", "row", "what"),
    [
        (whole("FAILED", 1), rows(instance_dev="FAILED"), "ended as FAILED: Omnistrate could not deploy the version"),
        (whole("COMPLETE"), rows(instance_dev="FAILED"), "ended as FAILED: Omnistrate could not deploy the version"),
        (whole("FAILED", 1), NONE, "ended as FAILED: Omnistrate could not deploy the version"),
        (whole("CANCELLED"), rows(instance_dev="SCHEDULED"), "ended as CANCELLED: somebody has cancelled it"),
        (
            whole("COMPLETE"),
            rows(instance_dev="SKIPPED"),
            "ended as SKIPPED: Omnistrate or somebody has excluded the instance from it",
        ),
    ],
)
def test_an_upgrade_that_ended_otherwise_is_a_failure_with_its_reason(
    status: Completed, row: Completed, what: str
) -> None:
    report = released(status, row)
    assert [(problem.what, problem.value) for problem in report.problems] == [
        (f"{UPGRADE_OF_DEV} {what}", upgrade_id(1))
    ]
    assert (report.results.upgrade, report.steps[-1].outcome, report.not_run) == (None, "failed", ())
    assert report.results.plan_version is not None


@pytest.mark.parametrize(
    ("status", "row", "what", "hint"),
    [
        ("IN_PROGRESS", "IN_PROGRESS", "it is under way", "run the same call again, which continues to watch it"),
        ("COMPLETE", "IN_PROGRESS", "it is under way", "continues to watch it"),
        ("ANYTHING_NEW", "ANYTHING_NEW", "it is under way", "continues to watch it"),
        ("PAUSED", "IN_PROGRESS", "it is paused", f"omctl upgrade resume {upgrade_id(1)}"),
        ("SCHEDULED", "SCHEDULED", "it has not begun", "planned execution date"),
    ],
)
def test_an_upgrade_that_does_not_end_is_unknown_at_the_time_limit(status: str, row: str, what: str, hint: str) -> None:
    report = released(whole(status), rows(instance_dev=row))
    (problem,) = report.problems
    assert problem.what == f"{UPGRADE_OF_DEV} has not ended after 2 minutes: {what}"
    assert problem.value == f"{upgrade_id(1)}: {'PAUSED' if status == 'PAUSED' else row}"
    assert hint in problem.hint
    assert (report.steps[-1].outcome, report.outcome, report.results.upgrade) == ("unknown", "unknown", None)
    assert 120 <= report.steps[-1].seconds <= 150


@pytest.mark.parametrize(
    "bad", [OFFLINE, Completed(0, "no JSON", ""), json_response([]), Completed(124, "", "stopped")]
)
def test_a_few_polls_that_fail_are_no_failure(bad: Completed) -> None:
    few = FAILED_POLLS - 1
    responses = {
        "upgrade status": [*(bad,) * few, whole("IN_PROGRESS"), *(bad,) * few, whole("COMPLETE")],
        "upgrade status detail": [rows(instance_dev="IN_PROGRESS"), rows(instance_dev="COMPLETE")],
        "instance describe": [BEFORE, bad, described()],
    }
    assert Stage(responses=responses).release(small_plan(replace(SETTINGS, poll_seconds=1))).problems == ()


def test_an_upgrade_that_can_no_longer_be_watched_is_unknown() -> None:
    responses = {"upgrade status": [whole("IN_PROGRESS"), OFFLINE], "upgrade status detail": [rows(instance_dev="X")]}
    report = Stage(responses=responses).release()
    assert [problem.what for problem in report.problems] == [
        f"{UPGRADE_OF_DEV} could not be watched: {FAILED_POLLS} polls in a row failed",
        "omctl upgrade status failed with exit code 1",
    ]
    assert report.problems[0].value == f"{upgrade_id(1)}: X when it was last seen"
    assert report.outcome == "unknown"


DONE = (whole("COMPLETE"), rows(instance_dev="COMPLETE"))


def test_an_instance_that_is_described_late_is_polled_again() -> None:
    assert released(*DONE, BEFORE, described(status="DEPLOYING"), described()).problems == ()


@pytest.mark.parametrize(
    ("fields", "polls"),
    [({"status": "FAILED"}, 1), ({"tierVersion": "1.0"}, FAILED_POLLS), ({"status": "STOPPED"}, 12)],
)
def test_an_instance_that_does_not_run_the_version_is_a_failure_whatever_its_upgrade_says(
    fields: dict[str, str], polls: int
) -> None:
    responses = {
        "upgrade status": [DONE[0]],
        "upgrade status detail": [DONE[1]],
        "instance describe": [BEFORE, described(**fields)],
    }
    stage = Stage(responses=responses)
    report = stage.release(small_plan(replace(SETTINGS, poll_seconds=1)))
    (problem,) = report.problems
    seen = {"tierVersion": "2.0", "status": "RUNNING", **fields}
    assert problem.what == (
        f"The instance instance-dev does not run 2.0 as it should, though its upgrade {upgrade_id(1)} ended as COMPLETE"
    )
    assert problem.value == f"version {seen['tierVersion']}, status {seen['status']}"
    assert report.steps[-1].outcome == "failed"
    assert stage.effects.done.count("omctl instance describe") == polls + 1


def test_an_instance_that_is_still_being_deployed_to_at_the_time_limit_is_unknown() -> None:
    report = released(*DONE, described(status="DEPLOYING"))
    assert report.outcome == "unknown"
    assert report.problems[0].value == "version 2.0, status DEPLOYING"


def test_the_end_of_another_deployment_is_waited_for_before_an_upgrade_is_scheduled() -> None:
    stage = Stage(statuses={"instance-dev": InstanceStatus.DEPLOYING})
    deploying = described(tierVersion="1.0", status="DEPLOYING")
    stage.omctl.responses = {"instance describe": [deploying, deploying, deploying, BEFORE, described()]}
    assert stage.release().problems == ()
    assert len(stage.omctl.scheduled) == 1


def test_no_upgrade_is_scheduled_beside_a_deployment_that_does_not_end() -> None:
    stage = Stage(responses={"instance describe": [described(tierVersion="1.0", status="DEPLOYING")]})
    report = stage.release(SHORT)
    (problem,) = report.problems
    assert problem.what == ("instance-dev was not upgraded to 2.0: another operation deploys to it, and has not ended")
    assert (stage.omctl.scheduled, report.outcome) == ([], "failed")


def test_an_instance_that_fails_on_the_version_that_it_has_is_upgraded_or_reported() -> None:
    """An upgrade to the version that the instance has is refused by omctl."""
    failed = described(status="FAILED")
    stage = Stage(versions=2, instances={"instance-dev": "2.0"})
    stage.omctl.responses = {"instance describe": [failed]}
    with pytest.raises(OmnistrateError, match="as it should, though it has that version"):
        stage.upgrade("instance-dev", "2.0")

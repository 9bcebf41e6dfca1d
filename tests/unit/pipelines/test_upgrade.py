"""The upgrade of one instance: scheduled once, watched until it ends, and never beside another one."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from fake_omctl import PLAN, an_upgrade, upgrade_id
from fakes import SETTINGS, Stage, json_response, small_plan

from ci.core.omctl.model import Completed
from ci.errors import OmnistrateError
from ci.pipelines.omctl_runs import ATTEMPTS
from ci.pipelines.upgrade_lookup import PAGES
from ci.rehearsal.models import FINAL_STATUSES, UpgradeStatus

SHORT = replace(SETTINGS, upgrade_minutes=2, poll_seconds=30)
"""Settings whose time limit allows five polls."""
OTHERS = {"instance-dev": "1.0", "instance-de": "1.0", "instance-dev-2": "1.0"}


def test_an_upgrade_is_of_one_instance_to_one_version() -> None:
    stage = Stage(instances={"instance-prod": "1.0", "instance-dev": "2.0"})
    done = stage.upgrade("instance-prod", "2.0")
    assert (done.instance_id, done.outcome, done.version, done.upgrade_id) == (
        "instance-prod",
        "upgraded",
        "2.0",
        upgrade_id(1),
    )
    assert stage.omctl.scheduled == [("upgrade", "instance-prod", "--version", "2.0", "--output", "json")]
    assert stage.omctl.versions == {"instance-prod": "2.0", "instance-dev": "2.0"}


def test_upgrades_under_way_are_listed_before_one_is_scheduled() -> None:
    stage = Stage(versions=2)
    stage.upgrade("instance-dev", "2.0")
    assert stage.effects.done == [
        "omctl instance describe",
        "omctl upgrade list",
        "omctl upgrade",
        *("omctl upgrade status", "omctl upgrade status detail") * 2,
        "omctl instance describe",
    ]
    assert f"--service-id {PLAN.service_id} --product-tier-id {PLAN.id}" in " ".join(stage.omctl.runs[1])


def test_an_upgrade_that_reached_the_time_limit_is_watched_by_the_next_call_and_not_scheduled_again() -> None:
    stage = Stage(versions=2, in_progress_polls=5)
    with pytest.raises(OmnistrateError, match="has not ended after 2 minutes"):
        stage.upgrade("instance-dev", "2.0", SHORT)
    done = stage.upgrade("instance-dev", "2.0", SHORT)
    assert (done.outcome, done.upgrade_id) == ("upgraded", upgrade_id(1))
    assert len(stage.omctl.scheduled) == 1
    assert [one.status for one in stage.omctl.state.upgrades] == [UpgradeStatus.COMPLETE]


def test_a_release_watches_the_upgrade_of_an_interrupted_one() -> None:
    stage = Stage(in_progress_polls=5)
    assert [problem.what for problem in stage.release(small_plan(SHORT)).problems] == [
        "The upgrade of instance-dev to 2.0 has not ended after 2 minutes: it is under way"
    ]
    report = stage.release()
    assert report.problems == ()
    assert report.results.upgrade is not None
    assert (report.results.upgrade.outcome, report.results.upgrade.upgrade_id) == ("upgraded", upgrade_id(1))
    assert len(stage.omctl.scheduled) == 1


@pytest.mark.parametrize("status", sorted(set(UpgradeStatus) - FINAL_STATUSES))
def test_an_upgrade_without_a_final_status_is_under_way(status: UpgradeStatus) -> None:
    stage = Stage(versions=2, upgrades=[an_upgrade(1, "2.0", status=status)])
    done = stage.upgrade("instance-dev", "2.0")
    assert (done.outcome, done.upgrade_id) == ("upgraded", upgrade_id(1))
    assert stage.omctl.scheduled == []


def listed(status: str) -> Completed:
    """A list with one upgrade to 2.0, whose status may be one that the stand-in does not know."""
    path = {"upgradePathId": upgrade_id(1), "targetVersion": "2.0", "status": status}
    return json_response([{"upgradePaths": [path]}])


def test_an_upgrade_with_an_unknown_status_is_under_way() -> None:
    upgrades = [an_upgrade(1, "2.0")]
    stage = Stage(versions=2, upgrades=upgrades, responses={"upgrade list": [listed("ANYTHING_NEW")]})
    assert stage.upgrade("instance-dev", "2.0").upgrade_id == upgrade_id(1)
    assert stage.omctl.scheduled == []


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("status", sorted(FINAL_STATUSES))
def test_an_upgrade_that_has_ended_prevents_no_new_one(status: UpgradeStatus, version: str) -> None:
    stage = Stage(versions=3, upgrades=[an_upgrade(1, version, status=status)])
    done = stage.upgrade("instance-dev", "2.0")
    assert (done.outcome, done.upgrade_id) == ("upgraded", upgrade_id(2))
    assert stage.effects.done[:3] == ["omctl instance describe", "omctl upgrade list", "omctl upgrade"]


def test_an_upgrade_that_is_listed_as_completed_prevents_no_new_one() -> None:
    stage = Stage(versions=2, responses={"upgrade list": [listed("COMPLETED")]})
    assert stage.upgrade("instance-dev", "2.0").outcome == "upgraded"
    assert len(stage.omctl.scheduled) == 1


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("instances", [(), ("instance-de",), ("instance-de", "instance-dev-2")])
def test_an_upgrade_of_other_instances_prevents_no_new_one(instances: tuple[str, ...], version: str) -> None:
    stage = Stage(instances=OTHERS, versions=3, upgrades=[an_upgrade(1, version, instances=instances)])
    assert stage.upgrade("instance-dev", "2.0").upgrade_id == upgrade_id(2)
    assert len(stage.omctl.scheduled) == 1


def test_an_instance_whose_own_part_of_an_upgrade_has_ended_may_be_upgraded() -> None:
    rows = [
        {"instance_id": "instance-dev", "upgrade_status": "FAILED"},
        {"instance_id": "instance-de", "upgrade_status": "IN_PROGRESS"},
    ]
    many = an_upgrade(1, "2.0", instances=("instance-de",))
    of_the_second = [
        json_response([{"instance_id": "instance-dev", "upgrade_status": status}])
        for status in ("SCHEDULED", "COMPLETE")
    ]
    responses = {"upgrade status detail": [json_response(rows), *of_the_second]}
    stage = Stage(instances=OTHERS, versions=2, upgrades=[many], responses=responses)
    assert stage.upgrade("instance-dev", "2.0").upgrade_id == upgrade_id(2)


@pytest.mark.parametrize("later", [0, 9, 10, 19, 20])
def test_an_upgrade_under_way_is_found_on_any_page(later: int) -> None:
    """A page has ten upgrades, the newest first."""
    ended = [an_upgrade(number, "2.0", status=UpgradeStatus.FAILED) for number in range(2, later + 2)]
    stage = Stage(versions=2, upgrades=[an_upgrade(1, "2.0"), *ended])
    assert stage.upgrade("instance-dev", "2.0").upgrade_id == upgrade_id(1)
    assert stage.omctl.scheduled == []
    assert stage.effects.done.count("omctl upgrade list") == later // 10 + 1


def test_an_upgrade_to_another_version_prevents_this_one() -> None:
    stage = Stage(versions=3, upgrades=[an_upgrade(1, "3.0")])
    with pytest.raises(OmnistrateError) as caught:
        stage.upgrade("instance-dev", "2.0")
    (problem,) = caught.value.problems
    assert problem.what == "instance-dev can't be upgraded to 2.0: its upgrade to 3.0 is under way"
    assert problem.value == f"{upgrade_id(1)}: IN_PROGRESS"
    assert "no other upgrade" in problem.expected
    assert f"`omctl upgrade cancel {upgrade_id(1)}`" in problem.hint
    assert f"`omctl upgrade status {upgrade_id(1)}`" in problem.hint
    assert stage.omctl.scheduled == []


def test_a_release_fails_at_the_upgrade_of_another_commit() -> None:
    stage = Stage(versions=2, upgrades=[an_upgrade(1, "2.0")])
    report = stage.release()
    assert [problem.what for problem in report.problems] == [
        "instance-dev can't be upgraded to 3.0: its upgrade to 2.0 is under way"
    ]
    assert stage.omctl.scheduled == []
    assert (report.steps[-1].outcome, report.results.upgrade) == ("failed", None)


def test_an_upgrade_back_prevents_one_to_the_version_that_the_instance_still_has() -> None:
    stage = Stage(instances={"instance-dev": "2.0"}, upgrades=[an_upgrade(1, "1.0", source="2.0")])
    with pytest.raises(OmnistrateError, match=r"can't be upgraded to 2\.0: its upgrade to 1\.0 is under way"):
        stage.upgrade("instance-dev", "2.0")


@pytest.mark.parametrize("command", ["instance describe", "upgrade list", "upgrade status detail"])
@pytest.mark.parametrize("response", [Completed(1, "", "Error: 503"), Completed(0, "no JSON", ""), json_response({})])
def test_nothing_is_scheduled_if_upgrades_under_way_are_unknown(command: str, response: Completed) -> None:
    stage = Stage(versions=2, upgrades=[an_upgrade(1, "2.0")], responses={command: [response]})
    with pytest.raises(OmnistrateError, match=f"omctl {command}"):
        stage.upgrade("instance-dev", "2.0")
    assert stage.omctl.scheduled == []
    assert stage.effects.done.count(f"omctl {command}") == ATTEMPTS


@pytest.mark.parametrize(("token", "calls"), [(lambda _: "t", 2), (str, PAGES)])
def test_a_list_of_upgrades_without_end_is_an_error(token: Callable[[int], str], calls: int) -> None:
    pages = [json_response([{"upgradePaths": [], "nextPageToken": token(page)}]) for page in range(1, PAGES + 2)]
    stage = Stage(versions=2, responses={"upgrade list": pages})
    with pytest.raises(OmnistrateError, match="The list of upgrades has no end"):
        stage.upgrade("instance-dev", "2.0")
    assert (stage.omctl.scheduled, stage.effects.done.count("omctl upgrade list")) == ([], calls)


def test_a_version_that_does_not_exist_is_an_error() -> None:
    stage = Stage()
    with pytest.raises(OmnistrateError, match=r"version 9\.0 not found"):
        stage.upgrade("instance-dev", "9.0")
    assert stage.omctl.state.upgrades == ()


def test_an_upgrade_that_fails_is_an_error() -> None:
    stage = Stage(versions=2, fail_upgrades_of=("instance-dev",))
    with pytest.raises(OmnistrateError, match="ended as FAILED"):
        stage.upgrade("instance-dev", "2.0")
    assert stage.omctl.versions == {"instance-dev": "1.0"}

"""The upgrade of one instance: scheduled once, however often it is asked for; watched; never beside another."""

from dataclasses import replace

import pytest
from fakes import SETTINGS, FakeUpgrade, Stage, json_response, small_plan

from ci.core.omctl.model import Completed
from ci.errors import OmnistrateError

PATIENT = replace(SETTINGS, upgrade_minutes=2, poll_seconds=30)
"""With four looks before the time is up."""


def scheduled(stage: Stage) -> list[tuple[str, ...]]:
    return [one for one in stage.omctl.asked if one[0] == "upgrade" and one[1] not in {"list", "status"}]


def test_an_upgrade_asks_for_the_one_instance_and_version() -> None:
    stage = Stage(instances={"instance-prod": "1.0", "instance-dev": "1.0"})
    done = stage.upgrade("instance-prod", "1.1")
    assert (done.instance_id, done.outcome, done.version, done.upgrade_id) == (
        "instance-prod",
        "upgraded",
        "1.1",
        "upgrade-1",
    )
    assert scheduled(stage) == [("upgrade", "instance-prod", "--version", "1.1", "--output", "json")]
    assert stage.omctl.instances == {"instance-prod": "1.1", "instance-dev": "1.0"}


def test_it_is_looked_for_an_upgrade_under_way_before_one_is_scheduled() -> None:
    stage = Stage()
    stage.upgrade("instance-dev", "2.0")
    assert stage.effects.done == [
        "omctl instance describe",
        "omctl upgrade list",
        "omctl upgrade",
        *("omctl upgrade status",) * 2,
        "omctl instance describe",
    ]
    assert "--service-id s-1 --product-tier-id pt-1" in " ".join(stage.omctl.asked[1])


def test_an_upgrade_that_was_given_up_is_watched_by_the_next_call_and_not_scheduled_again() -> None:
    stage = Stage(looks=7)
    with pytest.raises(OmnistrateError, match="has not ended after 2 minutes"):
        stage.upgrade("instance-dev", "2.0", PATIENT)
    done = stage.upgrade("instance-dev", "2.0", PATIENT)
    assert (done.outcome, done.upgrade_id) == ("upgraded", "upgrade-1")
    assert len(scheduled(stage)) == 1
    assert [one.status for one in stage.omctl.upgrades] == ["COMPLETE"]


def test_a_release_watches_the_upgrade_of_an_interrupted_one() -> None:
    stage = Stage(upgrades=[FakeUpgrade("upgrade-of-before", "2.0")])
    report = stage.release(small_plan())
    assert report.problems == ()
    assert report.results.upgrade is not None
    assert (report.results.upgrade.outcome, report.results.upgrade.upgrade_id) == ("upgraded", "upgrade-of-before")
    assert scheduled(stage) == []


@pytest.mark.parametrize("status", ["SCHEDULED", "PENDING", "IN_PROGRESS", "VERIFYING", "PAUSED", "ANYTHING_NEW"])
def test_whatever_is_not_an_end_is_under_way(status: str) -> None:
    complete = json_response([{"upgrade_id": "upgrade-1", "status": "FAILED"}])
    stage = Stage(upgrades=[FakeUpgrade("upgrade-1", "2.0", status=status)], answers={"upgrade status": [complete]})
    with pytest.raises(OmnistrateError, match="ended as FAILED"):
        stage.upgrade("instance-dev", "2.0")
    assert scheduled(stage) == []


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "SKIPPED", "COMPLETE", "COMPLETED"])
def test_an_upgrade_that_has_ended_prevents_no_new_one(status: str, version: str) -> None:
    stage = Stage(upgrades=[FakeUpgrade("upgrade-1", version, status=status)])
    done = stage.upgrade("instance-dev", "2.0")
    assert (done.outcome, done.upgrade_id) == ("upgraded", "upgrade-2")
    assert "omctl upgrade status detail" not in stage.effects.done


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("instances", [(), ("instance-other",), ("instance-de", "instance-dev-2")])
def test_an_upgrade_of_other_instances_is_none_of_this_one(instances: tuple[str, ...], version: str) -> None:
    stage = Stage(upgrades=[FakeUpgrade("upgrade-1", version, instances)])
    assert stage.upgrade("instance-dev", "2.0").upgrade_id == "upgrade-2"
    assert len(scheduled(stage)) == 1


def test_an_instance_whose_own_part_of_an_upgrade_has_ended_may_be_upgraded() -> None:
    rows = [
        {"instance_id": "instance-dev", "upgrade_status": "FAILED"},
        {"instance_id": "instance-other", "upgrade_status": "IN_PROGRESS"},
    ]
    many = FakeUpgrade("upgrade-1", "2.0", ("instance-other",))
    stage = Stage(upgrades=[many], answers={"upgrade status detail": [json_response(rows)]})
    assert stage.upgrade("instance-dev", "2.0").upgrade_id == "upgrade-2"


@pytest.mark.parametrize("before", range(5))
def test_an_upgrade_under_way_is_found_on_whichever_page(before: int) -> None:
    past = [FakeUpgrade(f"upgrade-{number}", "1.0", status="COMPLETE") for number in range(before)]
    stage = Stage(upgrades=[*past, FakeUpgrade("upgrade-of-before", "2.0")])
    assert stage.upgrade("instance-dev", "2.0").upgrade_id == "upgrade-of-before"
    assert scheduled(stage) == []


def test_an_upgrade_to_another_version_is_in_the_way() -> None:
    stage = Stage(upgrades=[FakeUpgrade("upgrade-1", "3.0")])
    report = stage.release()
    (problem,) = report.problems
    assert problem.what == "instance-dev can't be upgraded to 2.0: its upgrade to 3.0 is under way"
    assert problem.value == "upgrade-1: IN_PROGRESS"
    assert "no other upgrade" in problem.expected
    assert "`omctl upgrade cancel upgrade-1`" in problem.hint
    assert "`omctl upgrade status upgrade-1`" in problem.hint
    assert scheduled(stage) == []
    assert (report.steps[-1].outcome, report.results.upgrade) == ("failed", None)


def test_an_upgrade_back_is_in_the_way_of_an_instance_that_is_still_there() -> None:
    stage = Stage(instances={"instance-dev": "2.0"}, upgrades=[FakeUpgrade("upgrade-1", "1.0")])
    with pytest.raises(OmnistrateError, match=r"can't be upgraded to 2\.0: its upgrade to 1\.0 is under way"):
        stage.upgrade("instance-dev", "2.0")


@pytest.mark.parametrize("words", ["instance describe", "upgrade list", "upgrade status detail"])
@pytest.mark.parametrize("answer", [Completed(1, "", "Error: 503"), Completed(0, "no JSON", ""), json_response({})])
def test_nothing_is_scheduled_where_it_cannot_be_known_what_is_under_way(words: str, answer: Completed) -> None:
    stage = Stage(upgrades=[FakeUpgrade("upgrade-1", "2.0")], answers={words: [answer]})
    with pytest.raises(OmnistrateError, match=f"omctl {words}"):
        stage.upgrade("instance-dev", "2.0")
    assert scheduled(stage) == []


def test_an_upgrade_that_fails_raises() -> None:
    failed = json_response([{"upgrade_id": "upgrade-1", "status": "FAILED", "failed": 1}])
    with pytest.raises(OmnistrateError, match="ended as FAILED"):
        Stage(answers={"upgrade status": [failed]}).upgrade("instance-dev", "2.0")

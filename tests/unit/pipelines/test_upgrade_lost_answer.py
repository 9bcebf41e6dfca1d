"""An answer of `omctl upgrade` that does not come is looked up, and no second upgrade is scheduled."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from fake_omctl import PLAN, an_upgrade, upgrade_id
from fakes import SETTINGS, Stage, small_plan

from ci.core.omctl.model import Completed
from ci.pipelines.omctl_runs import ATTEMPTS
from ci.rehearsal.models import UpgradeStatus
from ci.rehearsal.rules import start_upgrade

LOST = [
    Completed(1, "", "Error: 502 Bad Gateway\nDetail: <html>"),
    Completed(1, "", "Error: context deadline exceeded"),
    Completed(137, "", ""),
    Completed(0, "", ""),
    Completed(0, "null", ""),
    Completed(0, '[\n    {\n        "upgr', ""),
    Completed(0, "Error: something went wrong", ""),
]


def scheduled_by(stage: Stage, *instances: str) -> Callable[[], None]:
    """What the API does although its answer is lost."""

    def schedule() -> None:
        stage.omctl.state, _ = start_upgrade(
            stage.omctl.state, PLAN.id, source="1.0", target="2.0", instances=instances
        )

    return schedule


@pytest.mark.parametrize("answer", LOST)
def test_an_upgrade_whose_answer_is_lost_is_found_and_watched(answer: Completed) -> None:
    stage = Stage(responses={"upgrade": [answer]})
    stage.effects.hooks["omctl upgrade"] = scheduled_by(stage, "instance-dev")
    report = stage.release()
    assert report.problems == ()
    assert report.results.upgrade is not None
    assert (report.results.upgrade.outcome, report.results.upgrade.upgrade_id) == ("upgraded", upgrade_id(1))
    assert len(stage.omctl.scheduled) == 1


def test_an_upgrade_is_found_even_if_its_answer_reads_as_a_refusal() -> None:
    stage = Stage(responses={"upgrade": [Completed(1, "", "Error: no")]})
    stage.effects.hooks["omctl upgrade"] = scheduled_by(stage, "instance-dev")
    assert stage.release().problems == ()


def test_an_upgrade_that_was_scheduled_twice_by_the_network_is_found() -> None:
    """The answer is that of the second, which Omnistrate ends as FAILED since the first is under way."""
    stage = Stage()
    stage.effects.hooks["omctl upgrade"] = scheduled_by(stage, "instance-dev")
    report = stage.release()
    assert report.problems == ()
    assert report.results.upgrade is not None
    assert report.results.upgrade.upgrade_id == upgrade_id(1)
    assert [one.instances for one in stage.omctl.state.upgrades] == [("instance-dev",), ()]


@pytest.mark.parametrize("answer", LOST)
def test_an_upgrade_that_is_not_found_is_unknown(answer: Completed) -> None:
    """One of another instance, scheduled meanwhile, is not it."""
    stage = Stage(instances={"instance-dev": "1.0", "instance-dev-2": "1.0"}, responses={"upgrade": [answer]})
    stage.effects.hooks["omctl upgrade"] = scheduled_by(stage, "instance-dev-2")
    report = stage.release(small_plan(replace(SETTINGS, instance="instance-dev")))
    assert report.problems[0].what == (
        "Whether an upgrade of instance-dev to 2.0 was scheduled is not known: no answer came, and none was found"
    )
    assert "omctl upgrade list --service-id" in report.problems[0].hint
    assert (report.outcome, report.unknown) == ("unknown", ("upgrade dev instance",))
    assert stage.effects.done.count("omctl upgrade list") == 1 + ATTEMPTS
    assert len(stage.omctl.scheduled) == 1


def test_an_upgrade_that_was_listed_before_is_not_taken_for_the_one_whose_answer_is_lost() -> None:
    stage = Stage(upgrades=[an_upgrade(1, "2.0", status=UpgradeStatus.FAILED)], responses={"upgrade": [LOST[0]]})
    assert stage.release().outcome == "unknown"

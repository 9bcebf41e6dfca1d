"""When a plan version becomes the preferred one, what was it before, and how to go back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from fake_omctl import PLAN
from fakes import SETTINGS, Stage, json_response, small_plan

from ci.core.omctl.model import Completed
from ci.core.release.report_json import as_json
from ci.core.release.steps import AFTER_DEV, STEPS, StepName
from ci.core.release.summary import summary
from ci.core.settings.product import Preferred
from ci.rehearsal.models import InstanceStatus
from ci.rehearsal.rules import promote

AFTER = small_plan(replace(SETTINGS, preferred=Preferred.AFTER_DEV))
BACK = f"omctl service-plan set-default --service-id {PLAN.service_id} --plan-id {PLAN.id} --version 1.0"


def preferred(stage: Stage) -> str:
    return stage.omctl.state.plan(PLAN.id).preferred


def make_preferred(stage: Stage, version: str) -> Callable[[], None]:
    def made() -> None:
        stage.omctl.state, _, _ = promote(stage.omctl.state, PLAN.id, version)

    return made


def test_at_once_the_build_makes_the_version_the_preferred_one() -> None:
    stage = Stage()
    report = stage.release()
    assert [step.name for step in report.steps] == list(STEPS)
    assert "omctl service-plan set-default" not in stage.effects.done
    assert report.steps[-2].detail == "2.0, since it was made"
    assert as_json(report)["preferred"] == {"version": "2.0", "before": "1.0", "way_back": BACK}
    assert f"Preferred plan version: 2.0; before: 1.0, and back by `{BACK}`" in summary(report)


def test_after_dev_it_is_the_last_step() -> None:
    stage = Stage()
    seen: list[str] = []
    stage.effects.hooks["omctl upgrade status"] = lambda: seen.append(preferred(stage))
    report = stage.release(AFTER)
    assert [(step.name, step.outcome) for step in report.steps] == [(name, "done") for name in AFTER_DEV]
    assert (set(seen), preferred(stage)) == ({"1.0"}, "2.0")
    assert as_json(report)["preferred"] == {"version": "2.0", "before": "1.0", "way_back": BACK}


def test_after_dev_a_failed_upgrade_leaves_the_preferred_version_as_it_was() -> None:
    stage = Stage(fail_upgrades_of=("instance-dev",))
    report = stage.release(AFTER)
    assert (preferred(stage), report.results.preferred, report.not_run) == ("1.0", None, (StepName.PREFERRED,))


def test_after_dev_without_an_instance_the_version_is_preferred_too() -> None:
    stage = Stage(instances={})
    report = stage.release(AFTER)
    assert (report.problems, preferred(stage)) == ((), "1.0")
    assert as_json(report)["preferred"] == {"version": "1.0", "before": "", "way_back": ""}


def test_a_second_call_changes_nothing_and_has_no_way_back() -> None:
    stage = Stage()
    stage.release(AFTER)
    stage.effects.done.clear()
    report = stage.release(AFTER)
    assert "omctl service-plan set-default" not in stage.effects.done
    assert as_json(report)["preferred"] == {"version": "2.0", "before": "2.0", "way_back": ""}


def test_a_second_call_makes_the_version_of_its_commit_the_preferred_one_again() -> None:
    stage = Stage()
    stage.release()
    make_preferred(stage, "1.0")()
    report = stage.release()
    assert (report.problems, preferred(stage)) == ((), "2.0")


@pytest.mark.parametrize(
    "answer",
    [
        Completed(1, "", "Error: 502 Bad Gateway"),
        Completed(0, "", ""),
        Completed(0, "null", ""),
        Completed(124, "", "x"),
    ],
)
def test_a_lost_answer_is_looked_up(answer: Completed) -> None:
    stage = Stage(responses={"service-plan set-default": [answer]})
    stage.effects.hooks["omctl service-plan set-default"] = make_preferred(stage, "2.0")
    report = stage.release(AFTER)
    assert report.problems == ()
    assert report.results.preferred is not None


def test_a_version_that_was_not_made_the_preferred_one_is_a_failure() -> None:
    stage = Stage(responses={"service-plan set-default": [Completed(0, "", "")]})
    report = stage.release(AFTER)
    (problem,) = report.problems
    assert problem.what == "Plan version 2.0 was not made the preferred one"
    assert (problem.value, report.outcome, report.results.preferred) == ("1.0", "failed", None)


def test_a_refusal_is_reported_as_omctl_prints_it() -> None:
    stage = Stage(responses={"service-plan set-default": [Completed(1, "", "Error: forbidden")]})
    assert [problem.value for problem in stage.release(AFTER).problems] == ["Error: forbidden"]


def test_which_version_is_preferred_is_unknown_if_it_cannot_be_read() -> None:
    stage = Stage()
    plan = {"plan_id": PLAN.id, "version": "1.0", "version_set_status": "Preferred"}
    lists = [json_response([plan]), json_response([plan]), Completed(1, "", "Error: 503")]
    stage.omctl.responses = {"service-plan list-versions": lists}
    report = stage.release(AFTER)
    assert report.problems[0].what == "Whether plan version 2.0 is the preferred one is not known"
    assert (report.outcome, report.unknown) == ("unknown", (StepName.PREFERRED,))


def test_the_version_of_another_release_stays_the_preferred_one() -> None:
    stage = Stage(versions=2)
    stage.effects.hooks["omctl upgrade"] = make_preferred(stage, "1.0")
    report = stage.release(AFTER)
    (problem,) = report.problems
    assert problem.what == "Another release has made its plan version the preferred one, and 3.0 is not"
    assert (problem.value, problem.expected) == ("1.0", "2.0 as before, or 3.0")
    assert preferred(stage) == "1.0"


def test_an_instance_that_failed_before_does_not_stop_the_order() -> None:
    stage = Stage(statuses={"instance-dev": InstanceStatus.FAILED})
    assert stage.release(AFTER).problems == ()

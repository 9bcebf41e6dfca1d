"""The upgrade of the dev instance as a step of a release."""

from dataclasses import replace

import pytest
from fake_omctl import PLAN
from fakes import SETTINGS, Stage, json_response, sha_ref, small_plan

from ci.core.omctl.model import Completed


def test_an_instance_that_is_up_to_date_is_a_success() -> None:
    stage = Stage()
    stage.release()
    stage.clock.waits.clear()
    report = stage.release()
    assert report.problems == ()
    assert report.results.upgrade is not None
    assert (report.results.upgrade.outcome, report.results.upgrade.version) == ("up to date", "2.0")
    assert (stage.effects.done[-1], stage.clock.waits, len(stage.omctl.scheduled)) == ("omctl instance describe", [], 1)


def test_an_upgrade_is_polled_until_it_ends() -> None:
    stage = Stage(in_progress_polls=2)
    report = stage.release(small_plan(replace(SETTINGS, poll_seconds=7)))
    assert report.problems == ()
    assert stage.clock.waits == [7] * 4
    assert [(step.seconds, step.detail) for step in report.steps][-1] == (28.0, "instance-dev upgraded")
    assert stage.effects.done[-1] == "omctl instance describe"


@pytest.mark.parametrize(
    "response",
    [
        Completed(1, "", "version 2.0 not found"),
        Completed(0, "", "instance-dev not found. Please check the instance ID and try again"),
        Completed(1, "", "Error: source version 2.0 is the same as target version for instance-dev-2"),
    ],
)
def test_an_upgrade_that_omctl_refuses_is_a_failure(response: Completed) -> None:
    report = Stage(responses={"upgrade": [response]}).release()
    assert [problem.value for problem in report.problems] == [response.stderr]
    assert (report.results.upgrade, report.steps[-1].outcome) == (None, "failed")


def test_an_instance_of_another_plan_is_not_upgraded() -> None:
    """The instance's name of its plan was that of the release, and its identifier is not."""
    other = {"instanceId": "instance-dev", "serviceId": "s-1", "productTierId": "pt-1", "tierVersion": "5.0"}
    stage = Stage(responses={"instance describe": [json_response(other)]})
    (problem,) = stage.release().problems
    assert problem.what == (
        "The instance instance-dev is of another plan than the one that was released, and was not changed"
    )
    assert (problem.value, problem.expected) == (
        "plan pt-1 of product s-1",
        f"plan {PLAN.id} of product {PLAN.service_id}",
    )
    assert stage.omctl.scheduled == []


def test_an_instance_that_runs_images_of_another_commit_is_no_success() -> None:
    running = {
        "instanceId": "instance-dev",
        "serviceId": PLAN.service_id,
        "productTierId": PLAN.id,
        "tierVersion": "2.0",
        "status": "RUNNING",
        "resourceDeploymentStatus": [
            {"resourceName": "web", "additionalInfo": {"image": sha_ref("web")}},
            {"resourceName": "jobs", "additionalInfo": {"image": sha_ref("worker")[:-1] + "0"}},
            {"resourceName": "db", "additionalInfo": {"image": "postgres:16"}},
        ],
    }
    report = Stage(responses={"instance describe": [json_response(running)]}).release()
    (problem,) = report.problems
    assert problem.what == "The resource jobs of instance-dev runs an image of another commit"
    assert report.results.upgrade is not None
    assert (problem.value, problem.expected) == (sha_ref("worker")[:-1] + "0", sha_ref("worker"))


def test_only_the_instance_of_the_settings_is_upgraded() -> None:
    stage = Stage(instances={"instance-1": "1.0", "instance-2": "1.0"})
    report = stage.release(small_plan(replace(SETTINGS, instance="instance-2")))
    assert report.problems == ()
    (arguments,) = stage.omctl.scheduled
    assert arguments[1:4] == ("instance-2", "--version", "2.0")
    assert stage.omctl.versions == {"instance-1": "1.0", "instance-2": "2.0"}


def test_without_an_instance_the_upgrade_is_skipped() -> None:
    stage = Stage(instances={})
    report = stage.release()
    assert report.problems == ()
    assert "omctl upgrade" not in stage.effects.done
    assert (report.steps[-1].outcome, report.steps[-1].detail) == (
        "skipped",
        "Dev has no instance of the plan Shop Plan",
    )

"""The upgrade of the dev instance as a step of a release."""

from dataclasses import replace

import pytest
from fake_omctl import upgrade_id
from fakes import SETTINGS, Stage, json_response, small_plan

from ci.core.omctl.model import Completed
from ci.core.settings.product import EnvironmentType

STATUS = "upgrade status"


def status(word: str, failed: int = 0) -> Completed:
    return json_response([{"upgrade_id": upgrade_id(1), "status": word, "failed": failed}])


def test_an_instance_that_is_up_to_date_is_a_success() -> None:
    stage = Stage()
    stage.release()
    stage.clock.waits.clear()
    report = stage.release()
    assert report.problems == ()
    assert report.results.upgrade is not None
    assert (report.results.upgrade.outcome, report.results.upgrade.version) == ("up to date", "2.0")
    assert (stage.effects.done[-1], stage.clock.waits) == ("omctl upgrade", [])


def test_an_upgrade_is_polled_until_it_ends() -> None:
    stage = Stage(in_progress_polls=2)
    report = stage.release(small_plan(replace(SETTINGS, poll_seconds=7)))
    assert report.problems == ()
    assert stage.clock.waits == [7] * 4
    assert [(step.seconds, step.detail) for step in report.steps][-1] == (28.0, "instance-dev upgraded")
    assert stage.effects.done[-1] == "omctl instance describe"


@pytest.mark.parametrize(
    ("response", "what"),
    [
        (status("FAILED", 1), "The upgrade of instance-dev to 2.0 ended as FAILED"),
        (status("COMPLETE", 1), "The upgrade of instance-dev to 2.0 ended as FAILED"),
        (status("CANCELLED"), "The upgrade of instance-dev to 2.0 ended as CANCELLED"),
        (status("SKIPPED"), "The upgrade of instance-dev to 2.0 ended as SKIPPED"),
        (status("COMPLETE"), "The upgrade of instance-dev has ended, and the instance has another version"),
        (json_response([]), "omctl upgrade status responded with something unexpected"),
        (Completed(1, "", "Error: 503"), "omctl upgrade status failed with exit code 1"),
    ],
)
def test_an_upgrade_that_does_not_succeed_is_a_failure(response: Completed, what: str) -> None:
    report = Stage(responses={STATUS: [status("IN_PROGRESS"), response]}).release()
    assert [problem.what for problem in report.problems] == [what]
    assert (report.results.upgrade, report.steps[-1].outcome, report.not_run) == (None, "failed", ())
    assert report.results.plan_version is not None


def test_an_upgrade_that_does_not_end_fails_at_the_time_limit() -> None:
    stage = Stage(responses={STATUS: [status("IN_PROGRESS")]})
    report = stage.release(small_plan(replace(SETTINGS, upgrade_minutes=2, poll_seconds=30)))
    (problem,) = report.problems
    assert problem.what == "The upgrade of instance-dev to 2.0 has not ended after 2 minutes"
    assert problem.value == f"{upgrade_id(1)}: IN_PROGRESS"
    assert "run the same call again, which continues to watch it" in problem.hint
    assert 120 <= sum(stage.clock.waits) <= 150


@pytest.mark.parametrize(
    ("response", "value"),
    [
        (Completed(1, "", "version 2.0 not found"), "version 2.0 not found"),
        (Completed(0, "", "instance-dev not found"), "instance-dev not found"),
        (json_response([]), "[]"),
    ],
)
def test_an_upgrade_that_omctl_refuses_is_a_failure(response: Completed, value: str) -> None:
    report = Stage(responses={"upgrade": [response]}).release()
    assert [problem.value for problem in report.problems] == [value]
    assert report.results.upgrade is None


def test_only_the_instance_of_the_settings_is_upgraded() -> None:
    stage = Stage(instances={"instance-1": "1.0", "instance-2": "1.0"})
    report = stage.release(small_plan(replace(SETTINGS, instance="instance-2")))
    assert report.problems == ()
    (arguments,) = stage.omctl.scheduled
    assert arguments[1:4] == ("instance-2", "--version", "2.0")
    assert stage.omctl.versions == {"instance-1": "1.0", "instance-2": "2.0"}


@pytest.mark.parametrize("kind", ["prod", "staging", "qa", "canary", "private"])
@pytest.mark.parametrize("instance", ["", "instance-dev"])
def test_a_release_upgrades_only_an_environment_of_type_dev(kind: str, instance: str) -> None:
    stage = Stage()
    report = stage.release(small_plan(replace(SETTINGS, environment_type=EnvironmentType(kind), instance=instance)))
    assert report.problems == ()
    assert "omctl upgrade" not in stage.effects.done
    assert (report.steps[-1].outcome, report.results.upgrade) == ("skipped", None)
    assert report.steps[-1].detail == f"an environment of type {kind} is upgraded only by `dagger call upgrade`"


def test_without_an_instance_the_upgrade_is_skipped() -> None:
    stage = Stage(instances={})
    report = stage.release()
    assert report.problems == ()
    assert "omctl upgrade" not in stage.effects.done
    assert (report.steps[-1].outcome, report.steps[-1].detail) == ("skipped", "Dev has no instance of Shop")

"""The plan version and the upgrade: what is asked of omctl, and what becomes of its answers."""

import json
from dataclasses import replace

import pytest
from fakes import NAMES, SETTINGS, Stage, broken, digest_of, json_response, sha_ref, small_plan, version_ref

from ci.core.omctl.model import Completed
from ci.core.release.report import as_json, lock, summary
from ci.core.settings.product import EnvironmentType
from ci.errors import BuildError

STATUS = "upgrade status"


def status(word: str, failed: int = 0) -> Completed:
    return json_response([{"upgrade_id": "upgrade-1", "status": word, "failed": failed}])


@pytest.mark.parametrize(
    ("words", "answer", "value"),
    [
        ("build", Completed(1, "", "Error: quota of plans reached"), "Error: quota of plans reached"),
        ("build", Completed(0, "Error: quota of plans reached", ""), "Error: quota of plans reached"),
        ("build", json_response({"service_id": "s-1", "plan_id": "pt-1"}), '{"service_id": "s-1", "plan_id": "pt-1"}'),
        ("service-plan describe-version", json_response({"version": "2.0", "version_set_status": "Active"}), "Active"),
        ("service-plan describe-version", json_response({"version": "1.0", "version_set_status": "Preferred"}), "1.0"),
    ],
)
def test_without_a_preferred_plan_version_nothing_is_upgraded(words: str, answer: Completed, value: str) -> None:
    stage = Stage(answers={words: [answer]})
    report = stage.release()
    (problem,) = report.problems
    assert value in problem.value
    assert report.plan_version is None
    assert report.left == ("upgrade",)
    assert "omctl upgrade" not in stage.effects.done
    assert {version_ref(name) for name in NAMES} <= stage.registry.tags.keys()


def test_an_instance_that_is_there_already_is_a_success() -> None:
    stage = Stage(instances={"instance-dev": "2.0"})
    report = stage.release()
    assert report.problems == ()
    assert report.upgrade is not None
    assert (report.upgrade.status, report.upgrade.version) == ("there already", "2.0")
    assert (stage.effects.done[-1], stage.clock.waits) == ("omctl upgrade", [])


def test_an_upgrade_is_watched_until_its_end() -> None:
    stage = Stage(looks=4)
    report = stage.release(small_plan(replace(SETTINGS, poll_seconds=7)))
    assert report.problems == ()
    assert stage.clock.waits == [7] * 4
    assert [(step.seconds, step.detail) for step in report.steps][-1] == (28.0, "instance-dev upgraded")
    assert stage.effects.done[-1] == "omctl instance describe"


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (status("FAILED", 1), "The upgrade of instance-dev to 2.0 ended as FAILED"),
        (status("COMPLETE", 1), "The upgrade of instance-dev to 2.0 ended as FAILED"),
        (status("CANCELLED"), "The upgrade of instance-dev to 2.0 ended as CANCELLED"),
        (status("SKIPPED"), "The upgrade of instance-dev to 2.0 ended as SKIPPED"),
        (status("COMPLETE"), "The upgrade of instance-dev ended, and the instance is on another version"),
        (json_response([]), "omctl upgrade status responded with something unexpected"),
        (Completed(1, "", "Error: 503"), "omctl upgrade status failed with exit code 1"),
    ],
)
def test_an_upgrade_that_does_not_get_there_is_a_failure(answer: Completed, what: str) -> None:
    report = Stage(answers={STATUS: [status("IN_PROGRESS"), answer]}).release()
    assert [problem.what for problem in report.problems] == [what]
    assert (report.upgrade, report.steps[-1].outcome, report.left) == (None, "failed", ())
    assert report.plan_version is not None


def test_an_upgrade_that_does_not_end_is_given_up_after_its_time() -> None:
    stage = Stage(answers={STATUS: [status("IN_PROGRESS")]})
    report = stage.release(small_plan(replace(SETTINGS, upgrade_minutes=2, poll_seconds=30)))
    (problem,) = report.problems
    assert problem.what == "The upgrade of instance-dev to 2.0 has not ended after 2 minutes"
    assert problem.value == "upgrade-1: IN_PROGRESS"
    assert "run the same call again, which goes on watching it" in problem.hint
    assert 120 <= sum(stage.clock.waits) <= 150


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (Completed(1, "", "version 2.0 not found"), "version 2.0 not found"),
        (Completed(0, "", "instance-dev not found"), "instance-dev not found"),
        (json_response([]), "[]"),
    ],
)
def test_an_upgrade_that_omctl_refuses_is_a_failure(answer: Completed, value: str) -> None:
    report = Stage(answers={"upgrade": [answer]}).release()
    assert [problem.value for problem in report.problems] == [value]
    assert report.upgrade is None


def test_the_named_instance_alone_is_upgraded() -> None:
    stage = Stage(instances={"instance-1": "1.0", "instance-2": "1.0"})
    report = stage.release(small_plan(replace(SETTINGS, instance="instance-2")))
    assert report.problems == ()
    (call,) = [one for one in stage.omctl.asked if one[0] == "upgrade" and one[1] not in {"list", "status"}]
    assert call[1:4] == ("instance-2", "--version", "2.0")
    assert stage.omctl.instances == {"instance-1": "1.0", "instance-2": "2.0"}


@pytest.mark.parametrize("kind", ["prod", "staging", "qa", "canary", "private"])
@pytest.mark.parametrize("instance", ["", "instance-dev"])
def test_only_a_dev_environment_is_upgraded_by_itself(kind: str, instance: str) -> None:
    stage = Stage()
    report = stage.release(small_plan(replace(SETTINGS, environment_type=EnvironmentType(kind), instance=instance)))
    assert report.problems == ()
    assert "omctl upgrade" not in stage.effects.done
    assert (report.steps[-1].outcome, report.upgrade) == ("skipped", None)
    assert report.steps[-1].detail == f"an environment of type {kind} moves only by `dagger call upgrade`"


def test_with_no_instance_there_is_nothing_to_upgrade() -> None:
    stage = Stage(instances={})
    report = stage.release()
    assert report.problems == ()
    assert "omctl upgrade" not in stage.effects.done
    assert (report.steps[-1].outcome, report.steps[-1].detail) == ("skipped", "Dev has no instance of Shop")


def test_a_failed_release_tells_what_stands_and_what_is_left() -> None:
    stage = Stage()
    stage.effects.faults["build mail"] = broken("no space left", BuildError)
    report = stage.release()
    told = summary(report)
    assert "FAILED" in told.splitlines()[0]
    for text in (sha_ref("web"), digest_of("worker"), "no space left", "2 of 3 images have their sha tag"):
        assert text in told
    assert "it then goes on with: version tags, read back, plan version, upgrade" in told
    assert as_json(report)["left"] == ["version tags", "read back", "plan version", "upgrade"]


def test_reports_of_the_same_release_are_the_same_whatever_the_time() -> None:
    first, second = Stage(looks=1), Stage(looks=5)
    assert json.dumps(lock(first.release())) == json.dumps(lock(second.release()))

"""The step that makes a plan version."""

import pytest
from fakes import NAMES, Stage, json_response, version_ref

from ci.core.omctl.model import Completed
from ci.core.release.steps import StepName


@pytest.mark.parametrize(
    ("words", "response", "value"),
    [
        ("build", Completed(1, "", "Error: quota of plans reached"), "Error: quota of plans reached"),
        ("build", Completed(0, "Error: quota of plans reached", ""), "Error: quota of plans reached"),
        ("build", json_response({"service_id": "s-1", "plan_id": "pt-1"}), '{"service_id": "s-1", "plan_id": "pt-1"}'),
        ("service-plan describe-version", json_response({"version": "2.0", "version_set_status": "Active"}), "Active"),
        ("service-plan describe-version", json_response({"version": "1.0", "version_set_status": "Preferred"}), "1.0"),
    ],
)
def test_without_a_preferred_plan_version_nothing_is_upgraded(words: str, response: Completed, value: str) -> None:
    stage = Stage(responses={words: [response]})
    report = stage.release()
    (problem,) = report.problems
    assert value in problem.value
    assert report.results.plan_version is None
    assert report.not_run == (StepName.UPGRADE,)
    assert "omctl upgrade" not in stage.effects.done
    assert {version_ref(name) for name in NAMES} <= stage.registry.tags.keys()

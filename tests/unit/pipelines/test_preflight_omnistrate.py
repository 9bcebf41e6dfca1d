"""What a release checks of Omnistrate before its first effect."""

from dataclasses import replace

import anyio
import pytest
from fake_omctl import PLAN
from fakes import COMPOSE, SETTINGS, Stage, json_response, small_plan
from preflights import assert_no_effect, texts

from ci.core.omctl.model import Completed
from ci.core.settings.product import EnvironmentType
from ci.rehearsal.models import InstanceStatus
from ci.rehearsal.seed import SeedInstance

ARGUMENTS = {
    "environment list": (),
    "secret list": ("dev",),
    "instance list": ("--filter", "service:Shop,environment:Dev"),
}


def test_missing_secrets_are_reported_with_their_services_and_lines() -> None:
    stage = Stage(secrets=("other",))
    report = stage.release()
    assert [(problem.what, problem.line) for problem in report.problems] == [
        ("The environment lacks the secret `dbPassword` of web, jobs", 7),
        ("The environment lacks the secret `queuePassword` of jobs", 16),
    ]
    assert_no_effect(stage, report)


def test_a_missing_secret_is_found_however_it_is_written() -> None:
    compose = COMPOSE + "x-omnistrate-image-registry-attributes:\n  ghcr.io:\n    password: ${{ secrets.GitHubPAT }}\n"
    stage = Stage()
    report = stage.release(small_plan(compose=compose))
    assert texts(report) == [
        "The environment lacks the secret `GitHubPAT` of x-omnistrate-image-registry-attributes",
    ]
    assert_no_effect(stage, report)


@pytest.mark.parametrize(
    ("there", "instance", "what"),
    [
        (("instance-1", "instance-2"), "", "Dev has 2 instances of the plan, and the settings name none of them"),
        (("instance-1", "instance-2"), "instance-3", "The instance of the settings is not in Dev"),
        (("instance-1",), "instance-3", "The instance of the settings is not in Dev"),
        ((), "instance-3", "The instance of the settings is not in Dev"),
    ],
)
def test_an_ambiguous_or_unknown_dev_instance_is_a_problem(there: tuple[str, ...], instance: str, what: str) -> None:
    stage = Stage(instances=dict.fromkeys(there, "1.0"))
    report = stage.release(small_plan(replace(SETTINGS, instance=instance)))
    assert [(problem.what, problem.expected) for problem in report.problems] == [
        (what, "an instance of the plan Shop Plan: " + (", ".join(there) or "none"))
    ]
    assert_no_effect(stage, report)


def test_an_environment_of_another_type_than_the_settings_say_is_never_changed() -> None:
    """The settings are for dev, and `Production` is of type PROD: its instance was once upgraded."""
    prod = SeedInstance("instance-prod", "Shop", "Production", "PROD", PLAN.name)
    stage = Stage(others=(prod,))
    report = stage.release(small_plan(replace(SETTINGS, environment="production")))
    (problem,) = report.problems
    assert problem.what == "The environment Production of Shop is of another type than the settings say"
    assert problem.value == "Omnistrate: prod; environment_type: dev"
    assert_no_effect(stage, report)


@pytest.mark.parametrize("kind", ["prod", "staging", "qa", "canary", "private"])
@pytest.mark.parametrize("instance", ["", "instance-dev"])
def test_a_release_is_of_an_environment_of_type_dev(kind: str, instance: str) -> None:
    stage = Stage()
    report = stage.release(small_plan(replace(SETTINGS, environment_type=EnvironmentType(kind), instance=instance)))
    assert texts(report)[0] == "A release changes environments of type dev only"
    assert_no_effect(stage, report)


def test_the_instance_of_another_plan_is_never_changed() -> None:
    stage = Stage(others=(SeedInstance("instance-other", "Shop", plan="Other Plan", version="5.0"),))
    report = stage.release(small_plan(replace(SETTINGS, instance="instance-other")))
    (problem,) = report.problems
    assert problem.what == "The instance of the settings is of the plan Other Plan, and not of Shop Plan"
    assert (problem.value, problem.expected) == ("instance-other", "an instance of the plan Shop Plan: instance-dev")
    assert_no_effect(stage, report)


def test_instances_of_other_plans_do_not_count() -> None:
    other = SeedInstance("instance-other", "Shop", plan="Other Plan", version="5.0")
    stage = Stage(others=(other,))
    assert stage.release().problems == ()
    assert stage.omctl.versions == {"instance-dev": "2.0", "instance-other": "5.0"}
    alone = Stage(instances={}, others=(other,))
    report = alone.release()
    assert (report.problems, alone.omctl.versions) == ((), {"instance-other": "5.0"})
    assert report.steps[0].detail.endswith(
        "no instance of the plan Shop Plan to upgrade (instance-other is of Other Plan)"
    )


@pytest.mark.parametrize("status", [InstanceStatus.FAILED, InstanceStatus.DEPLOYING])
def test_an_instance_that_does_not_run_before_the_release_is_reported(status: InstanceStatus) -> None:
    report = Stage(statuses={"instance-dev": status}).release(small_plan(replace(SETTINGS, upgrade_minutes=1)))
    assert report.steps[0].detail == f"0 of 3 images exist; instance-dev has the status {status} before the release"


def test_an_instance_that_is_stopped_is_a_problem_before_any_effect() -> None:
    stage = Stage(statuses={"instance-dev": InstanceStatus.STOPPED})
    report = stage.release()
    (problem,) = report.problems
    assert problem.value == "status STOPPED"
    assert "omctl instance start instance-dev" in problem.hint
    assert_no_effect(stage, report)


@pytest.mark.parametrize("words", ["environment list", "secret list", "instance list"])
def test_a_transient_fault_of_a_check_is_no_problem(words: str) -> None:
    fine = Stage()
    good = anyio.run(fine.omctl.run, (*words.split(), *ARGUMENTS[words], "--output", "json"))
    stage = Stage(responses={words: [Completed(1, "", "Error: 503 Service Unavailable"), good]})
    assert stage.release().problems == ()
    assert stage.effects.done.count(f"omctl {words}") == 2


@pytest.mark.parametrize("words", ["environment list", "secret list", "instance list"])
@pytest.mark.parametrize(
    ("response", "value"),
    [
        (Completed(1, "", "Error: not logged in"), "Error: not logged in"),
        (Completed(0, "no JSON", ""), "no JSON"),
        (json_response({"error": "boom"}), '{"error": "boom"}'),
    ],
)
def test_an_unexpected_response_of_omctl_is_a_problem(words: str, response: Completed, value: str) -> None:
    stage = Stage(responses={words: [response]})
    report = stage.release()
    assert [problem.value for problem in report.problems] == [value]
    assert f"omctl {words}" in report.problems[0].what
    assert_no_effect(stage, report)

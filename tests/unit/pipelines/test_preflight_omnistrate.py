"""What a release checks of Omnistrate before its first effect."""

from dataclasses import replace

import pytest
from fakes import COMPOSE, SETTINGS, Stage, json_response, small_plan
from preflights import assert_no_effect, texts

from ci.core.omctl.model import Completed


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
        (("instance-1", "instance-2"), "", "Dev has 2 instances, and the settings name none of them"),
        (("instance-1", "instance-2"), "instance-3", "The instance of the settings is not in Dev"),
        (("instance-1",), "instance-3", "The instance of the settings is not in Dev"),
        ((), "instance-3", "The instance of the settings is not in Dev"),
    ],
)
def test_an_ambiguous_or_unknown_dev_instance_is_a_problem(there: tuple[str, ...], instance: str, what: str) -> None:
    stage = Stage(instances=dict.fromkeys(there, "1.0"))
    report = stage.release(small_plan(replace(SETTINGS, instance=instance)))
    assert [(problem.what, problem.expected) for problem in report.problems] == [
        (what, "one of: " + (", ".join(there) or "none"))
    ]
    assert_no_effect(stage, report)


@pytest.mark.parametrize("words", ["secret list", "instance list"])
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

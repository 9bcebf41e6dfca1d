"""What a release checks before its first effect, and that it then has none."""

from dataclasses import replace

import pytest
from fakes import COMPOSE, NAMES, SETTINGS, SHA_TAG, Stage, broken, json_response, problem, sha_ref, small_plan

from ci.core.omctl.model import Completed
from ci.core.release.report import Report
from ci.errors import PublishError
from ci.pipelines.release import STEPS, StepName


def texts(report: Report) -> list[str]:
    return [problem.what for problem in report.problems]


def assert_no_effect(stage: Stage, report: Report) -> None:
    assert stage.effects.of("build", "push", "tag") == []
    assert not {"omctl build", "omctl upgrade"} & set(stage.effects.done)
    assert [(step.name, step.outcome) for step in report.steps] == [(StepName.PREFLIGHT, "failed")]
    assert report.not_run == STEPS[1:]
    assert (report.results.images, report.results.plan_version, report.results.upgrade) == ((), None, None)


def test_with_the_build_skipped_every_missing_image_is_reported() -> None:
    stage = Stage().with_sha_tags("web")
    report = stage.release(skip_build=True)
    assert texts(report) == [f"The image `{name}` of this commit does not exist" for name in ("worker", "mail")]
    assert report.problems[0].value == sha_ref("worker")
    assert "publish --only worker --sha " + SHA_TAG.removeprefix("sha-") in report.problems[0].hint
    assert_no_effect(stage, report)


def test_with_the_build_skipped_and_all_images_present_the_release_succeeds() -> None:
    stage = Stage().with_sha_tags(*NAMES)
    assert stage.release(skip_build=True).problems == ()
    assert stage.effects.of("build", "push") == []


def test_an_image_that_could_not_be_read_is_not_reported_as_missing() -> None:
    stage = Stage().with_sha_tags("web", "mail")
    stage.effects.faults[f"digest {sha_ref('worker')}"] = broken("502 Bad Gateway")
    report = stage.release(skip_build=True)
    assert texts(report) == ["502 Bad Gateway"]
    assert_no_effect(stage, report)


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


def test_a_reason_that_many_repositories_share_is_reported_once() -> None:
    stage = Stage()
    for name in NAMES:
        reason = "another" if name == "mail" else "403 denied"
        error = PublishError(problem(f"No pushes to {name}", value=reason))
        stage.effects.faults[f"check_push {sha_ref(name).rpartition(':')[0]}"] = error
    report = stage.release()
    assert [(problem.what, problem.value) for problem in report.problems] == [
        ("No pushes to web\nNo pushes to worker", "403 denied"),
        ("No pushes to mail", "another"),
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


def test_all_problems_that_preflight_finds_are_in_one_report() -> None:
    stage = Stage(secrets=("dbPassword",), instances={"instance-1": "1.0", "instance-2": "1.0"})
    stage.effects.faults[f"check_push {sha_ref('web').rpartition(':')[0]}"] = broken("403 denied")
    report = stage.release(skip_build=True)
    assert texts(report) == [
        *(f"The image `{name}` of this commit does not exist" for name in NAMES),
        "403 denied",
        "The environment lacks the secret `queuePassword` of jobs",
        "Dev has 2 instances, and the settings name none of them",
    ]
    assert_no_effect(stage, report)


def test_publish_checks_that_it_may_push_before_it_builds() -> None:
    stage = Stage()
    stage.effects.faults[f"digest {sha_ref('worker')}"] = broken("502 Bad Gateway")
    stage.effects.faults[f"check_push {sha_ref('mail').rpartition(':')[0]}"] = broken("403 denied")
    report = stage.publish()
    assert texts(report) == ["502 Bad Gateway", "403 denied"]
    assert stage.effects.of("build", "push", "tag") == []
    assert report.not_run == STEPS[1:4]

"""The step that makes a plan version: once for each commit, found by its description, whatever becomes of an answer."""

from collections.abc import Callable

import pytest
from fake_omctl import PLAN
from fakes import GIT_SHA, NAMES, Stage, json_response, small_plan, version_ref

from ci.core.omctl.model import Completed
from ci.core.release.steps import StepName
from ci.pipelines.omctl_runs import ATTEMPTS
from ci.rehearsal.models import BuildRequest
from ci.rehearsal.rules import build

OTHER_COMMIT = "fedcba9876543210fedcba9876543210fedcba98"
LOST = [
    Completed(1, "", "Error: 502 Bad Gateway\nDetail: <html>"),
    Completed(1, "", "Error: undefined response type"),
    Completed(137, "", ""),
    Completed(0, "", ""),
    Completed(0, "null", ""),
    Completed(0, '{\n    "plan_id": "pt', ""),
    Completed(0, "Error: something went wrong", ""),
    json_response({"service_id": "s-1", "plan_id": "pt-1"}),
]
"""Answers of `omctl build` that show neither a version nor a refusal."""


def built_by(stage: Stage, git_sha: str = GIT_SHA) -> Callable[[], None]:
    """What the API does with the build of a commit."""
    plan = small_plan()
    title = plan.title.replace(GIT_SHA, git_sha)
    compose = plan.pinned.text.replace(GIT_SHA, git_sha)

    def made() -> None:
        request = BuildRequest("Shop", "Dev", "DEV", compose, release=True, preferred=True, description=f"{title}\n\nx")
        stage.omctl.state, _, _ = build(stage.omctl.state, request)

    return made


def versions(stage: Stage) -> list[str]:
    """How the description of each version of the plan begins."""
    return [version.description.partition("\n")[0] for version in stage.omctl.state.plan(PLAN.id).versions]


OURS = f"1.2.0 sha-{GIT_SHA}"
THEIRS = f"1.2.0 sha-{OTHER_COMMIT}"


def test_a_version_is_made_and_described_by_version_and_sha_tag() -> None:
    stage = Stage()
    report = stage.release()
    assert versions(stage) == ["seeded", OURS]
    assert report.plan.description == f"{OURS}\n\n- Things"
    step = next(step for step in report.steps if step.name == StepName.PLAN_VERSION)
    assert (step.outcome, step.detail) == ("done", "2.0 made")


def test_the_first_version_of_a_new_plan_is_made() -> None:
    stage = Stage(instances={})
    assert stage.release().problems == ()
    assert versions(stage) == [OURS]


def test_the_version_of_an_earlier_run_is_found_and_no_second_one_is_made() -> None:
    stage = Stage()
    built_by(stage)()
    report = stage.release()
    assert (report.problems, versions(stage)) == ((), ["seeded", OURS])
    assert "omctl build" not in stage.effects.done
    assert report.results.plan_version is not None
    assert report.results.plan_version.version == "2.0"
    assert next(step for step in report.steps if step.name == StepName.PLAN_VERSION).detail == "2.0 exists already"


def test_the_version_of_an_earlier_run_is_found_behind_that_of_another_commit() -> None:
    stage = Stage()
    built_by(stage)()
    built_by(stage, OTHER_COMMIT)()
    report = stage.release()
    assert (report.problems, versions(stage)) == ((), ["seeded", OURS, THEIRS])
    assert stage.omctl.versions == {"instance-dev": "2.0"}


@pytest.mark.parametrize("answer", LOST)
def test_a_version_whose_answer_is_lost_is_found(answer: Completed) -> None:
    stage = Stage(responses={"build": [answer]})
    stage.effects.hooks["omctl build"] = built_by(stage)
    report = stage.release()
    assert (report.problems, versions(stage)) == ((), ["seeded", OURS])
    assert report.results.preferred is not None
    assert (report.results.preferred.version, report.results.preferred.before) == ("2.0", "1.0")


@pytest.mark.parametrize("answer", LOST)
def test_whether_a_version_was_made_is_unknown_if_none_is_found(answer: Completed) -> None:
    stage = Stage(responses={"build": [answer]})
    report = stage.release()
    assert report.problems[0].what == (
        "Whether a plan version was made is not known: its response did not come, and none was found"
    )
    assert report.problems[0].value == OURS
    assert "`omctl service-plan list-versions 'Shop' 'Shop Plan' --environment 'Dev'" in report.problems[0].hint
    assert (report.outcome, report.results.plan_version) == ("unknown", None)
    assert report.not_run == (StepName.PREFERRED, StepName.UPGRADE)
    assert stage.effects.done.count("omctl service-plan list-versions") == 1 + ATTEMPTS


def test_a_refusal_is_known_and_looked_up_once() -> None:
    stage = Stage(responses={"build": [Completed(1, "", "Error: bad_request\nDetail: quota of plans reached")]})
    report = stage.release()
    assert [problem.value for problem in report.problems] == ["Error: bad_request\nDetail: quota of plans reached"]
    assert (report.outcome, report.results.plan_version) == ("failed", None)
    assert stage.effects.done.count("omctl service-plan list-versions") == 2
    assert {version_ref(name) for name in NAMES} <= stage.registry.tags.keys()


def test_a_refusal_that_cannot_be_looked_up_leaves_the_outcome_unknown() -> None:
    lists = [json_response([]), Completed(1, "", "Error: 503")]
    stage = Stage(responses={"build": [Completed(1, "", "Error: no")], "service-plan list": lists})
    assert stage.release().outcome == "unknown"


def test_the_version_of_another_commit_is_not_taken_for_ours() -> None:
    """`omctl build` names the plan's latest version, which another commit's build has made after ours."""
    stage = Stage()
    answer = json_response(
        {
            "service_id": PLAN.service_id,
            "plan_id": PLAN.id,
            "version": "3.0",
            "release_description": THEIRS,
            "is_new_service_plan_version_created": True,
        }
    )
    stage.omctl.responses = {"build": [answer]}

    def both() -> None:
        built_by(stage)()
        built_by(stage, OTHER_COMMIT)()

    stage.effects.hooks["omctl build"] = both
    report = stage.release()
    assert report.results.plan_version is not None
    assert report.results.plan_version.version == "2.0"
    assert report.problems[0].what == ("Another release has made its plan version the preferred one, and 2.0 is not")
    assert stage.omctl.versions == {"instance-dev": "1.0"}


@pytest.mark.parametrize(("new", "outcome"), [(True, "unknown"), (False, "failed")])
def test_a_version_without_this_commits_description_is_an_error(*, new: bool, outcome: str) -> None:
    answer = {"service_id": "s-1", "plan_id": "pt-1", "version": "2.0", "is_new_service_plan_version_created": new}
    report = Stage(responses={"build": [json_response(answer)]}).release()
    what = "The plan's latest version, 2.0, is not one of this commit, and no version of it is listed"
    assert what in [problem.what for problem in report.problems]
    assert (report.outcome, report.results.plan_version) == (outcome, None)


def test_a_version_that_is_made_and_cannot_be_described_is_reported() -> None:
    report = Stage(responses={"service-plan describe-version": [Completed(1, "", "Error: 503")]}).release()
    assert report.results.plan_version is not None
    assert report.results.preferred is not None
    assert (report.results.plan_version.version, report.results.preferred.version) == ("2.0", "2.0")
    assert (report.outcome, report.not_run) == ("failed", (StepName.PREFERRED, StepName.UPGRADE))


def test_a_version_that_is_described_otherwise_than_listed_is_not_reported_as_this_commits() -> None:
    other = json_response({"version": "2.0", "version_set_status": "Preferred", "release_description": THEIRS})
    report = Stage(responses={"service-plan describe-version": [other]}).release()
    assert [problem.value for problem in report.problems] == [THEIRS]
    assert report.results.plan_version is None

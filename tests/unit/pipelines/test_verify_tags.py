"""The step that reads every tag again."""

from dataclasses import replace

import pytest
from fakes import NAMES, SETTINGS, Stage, broken, digest_of, sha_ref, small_plan, version_ref

from ci.core.omctl.files import PINNED_FILE
from ci.core.release.files import release_files
from ci.core.release.plan import with_digests
from ci.core.release.report_json import as_json
from ci.core.release.steps import STEPS
from ci.errors import BuildError


@pytest.mark.parametrize("found", [None, digest_of("another")])
@pytest.mark.parametrize("reference", [sha_ref("mail"), version_ref("mail")])
def test_a_reference_with_another_digest_ends_the_release(reference: str, found: str | None) -> None:
    stage = Stage()

    def moved() -> None:
        if version_ref("mail") not in stage.registry.tags:
            return  # before the step that verifies
        stage.registry.tags.pop(reference)
        if found:
            stage.registry.tags[reference] = found

    stage.effects.hooks[f"digest {version_ref('web')}"] = moved
    report = stage.release()
    (problem,) = report.problems
    assert problem.what == f"{reference} has another digest than was pushed"
    assert (problem.value, problem.expected) == (found or "no such tag", digest_of("mail"))
    assert "omctl build" not in stage.effects.done
    assert report.not_run == STEPS[4:]
    assert report.results.images[2].references == ((version_ref if reference == sha_ref("mail") else sha_ref)("mail"),)
    assert report.results.images[2].unknown == (() if found else (reference,))


def test_omctl_is_given_the_digests_where_the_settings_say_so() -> None:
    stage, plan = Stage(), small_plan(replace(SETTINGS, pin_digests=True))
    report = stage.release(plan)
    assert report.problems == ()
    expected = with_digests(plan, {name: digest_of(name) for name in NAMES}).pinned
    assert stage.omctl.compose == expected.text != plan.pinned.text
    assert release_files(report)[PINNED_FILE] == expected.text
    assert [one["to"] for one in as_json(report)["pinned"]] == [change.new for change in expected.changes]


def test_a_release_that_pins_digests_and_fails_before_they_are_verified_has_the_file_as_it_was_planned() -> None:
    stage, plan = Stage(), small_plan(replace(SETTINGS, pin_digests=True))
    stage.effects.faults["build mail"] = broken("no", BuildError)
    assert release_files(stage.release(plan))[PINNED_FILE] == plan.pinned.text


def test_a_reference_that_cannot_be_read_is_not_reported_as_another_digest() -> None:
    stage = Stage()
    unreadable = {f"digest {version_ref('mail')}": broken("503 Service Unavailable")}
    stage.effects.hooks[f"tag {version_ref('mail')}"] = lambda: stage.effects.faults.update(unreadable)
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["503 Service Unavailable"]
    assert report.not_run == STEPS[4:]
    assert "omctl build" not in stage.effects.done

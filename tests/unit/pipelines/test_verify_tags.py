"""The step that reads every tag again."""

import pytest
from fakes import Stage, broken, digest_of, sha_ref, version_ref

from ci.core.release.steps import STEPS


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


def test_a_reference_that_cannot_be_read_is_not_reported_as_another_digest() -> None:
    stage = Stage()
    unreadable = {f"digest {version_ref('mail')}": broken("503 Service Unavailable")}
    stage.effects.hooks[f"tag {version_ref('mail')}"] = lambda: stage.effects.faults.update(unreadable)
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["503 Service Unavailable"]
    assert report.not_run == STEPS[4:]
    assert "omctl build" not in stage.effects.done

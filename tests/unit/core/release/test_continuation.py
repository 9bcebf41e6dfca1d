"""What a release that did not finish has done, what is unknown, and what the same call then does."""

from dataclasses import replace

import pytest
from fakes import small_plan
from sample_reports import BUILT, VERSION, failed_report

from ci.core.release.continuation import continuation
from ci.core.release.report import ImageAction, ImageResult, Report, Results, Step, StepOutcome
from ci.core.release.steps import NEXT, STEPS, StepName

EMPTY = Report(plan=small_plan(), started="", steps=())
LOST = ImageResult("mail", ImageAction.UNKNOWN)


def ended(name: StepName, outcome: StepOutcome, results: Results = Results()) -> Report:  # noqa: B008 - frozen
    """A release that ended in a step."""
    at = STEPS.index(name)
    done = tuple(Step(one, StepOutcome.DONE, 1.0) for one in STEPS[:at])
    return replace(EMPTY, steps=(*done, Step(name, outcome, 1.0)), results=results, not_run=STEPS[at + 1 :])


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (failed_report(), "1 of 3 images have their sha tag; no plan version was made."),
        (replace(EMPTY, not_run=STEPS[1:]), "No image was pushed; no plan version was made."),
        (
            replace(EMPTY, results=Results(BUILT, VERSION)),
            "3 of 3 images have their sha tag; plan version 2.0 was made.",
        ),
        (
            ended(StepName.IMAGES, StepOutcome.UNKNOWN),
            "Which images were pushed is unknown; no plan version was made.",
        ),
        (
            ended(StepName.IMAGES, StepOutcome.UNKNOWN, Results(images=(*BUILT[:2], LOST))),
            "2 of 3 images have their sha tag, and 1 other is unknown; no plan version was made.",
        ),
        (
            ended(StepName.IMAGES, StepOutcome.UNKNOWN, Results(images=(LOST, LOST))),
            "No image is known to be pushed, and 2 others are unknown; no plan version was made.",
        ),
        (
            ended(StepName.PLAN_VERSION, StepOutcome.UNKNOWN, Results(images=BUILT)),
            "3 of 3 images have their sha tag; whether a plan version was made is unknown.",
        ),
        (
            ended(StepName.PLAN_VERSION, StepOutcome.FAILED, Results(images=BUILT)),
            "3 of 3 images have their sha tag; no plan version was made.",
        ),
        (
            ended(StepName.UPGRADE, StepOutcome.UNKNOWN, Results(BUILT, VERSION)),
            "3 of 3 images have their sha tag; plan version 2.0 was made; whether the dev instance runs it is unknown.",
        ),
    ],
)
def test_what_is_done_and_what_is_unknown_is_said_apart(report: Report, text: str) -> None:
    assert continuation(report).splitlines()[0] == text


@pytest.mark.parametrize("at", range(len(STEPS)))
@pytest.mark.parametrize("outcome", [StepOutcome.FAILED, StepOutcome.UNKNOWN])
def test_the_same_call_names_every_step_that_it_will_do(at: int, outcome: StepOutcome) -> None:
    lines = continuation(ended(STEPS[at], outcome)).splitlines()
    assert lines[2:] == [f"  - {NEXT[name]}" for name in STEPS[max(at, 1) :]]


def test_each_step_has_its_words() -> None:
    assert list(NEXT) == list(STEPS)

"""Whether an image is built or reused, and why."""

from dataclasses import replace

import pytest

from ci.core.images.inputs import Input, InputKind, Inputs
from ci.core.images.inputs_document import document_of
from ci.core.references import is_tag
from ci.core.release.reuse import MOST_GENERATIONS, Candidate, Decision, age_text, decide, inputs_tag

DIGEST, GIT_SHA = f"sha256:{'1' * 64}", "a" * 40
INPUTS = Inputs((Input(InputKind.FILE, "a", "1"),))
OTHERS = Inputs((Input(InputKind.FILE, "a", "2"), Input(InputKind.FILE, "b", "2")))
DOCUMENT = document_of("r/a", DIGEST, INPUTS, GIT_SHA, "")
FOUND = Candidate(inputs_tag(INPUTS.hash, 1), DIGEST, DOCUMENT, 3.9)
NEXT = inputs_tag(INPUTS.hash, 2)


def test_an_image_with_these_inputs_is_reused_and_if_it_is_built_after_all_it_gets_the_next_tag() -> None:
    decision = decide(INPUTS, [FOUND], None, 30, rebuild=False)
    assert decision == Decision("built in aaaaaaa, 3 days old", DOCUMENT, 3.9, NEXT)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (replace(FOUND, age_days=30.0), ""),
        (replace(FOUND, age_days=30.1), "older than 30 days"),
        (replace(FOUND, age_days=-0.5), ""),  # the clock of another machine
        (replace(FOUND, age_days=-2.0), "not known when"),
        (replace(FOUND, age_days=None), "not known when"),
        (replace(FOUND, document=None), "no release has recorded"),
        (replace(FOUND, unreadable="403"), "can't be read: 403"),
        (replace(FOUND, digest="sha256:other"), "other inputs"),
        (replace(FOUND, document=replace(DOCUMENT, hash="0" * 64)), "other inputs"),
    ],
)
def test_what_is_not_trusted_is_not_reused_and_says_why(found: Candidate, reason: str) -> None:
    decision = decide(INPUTS, [found], DOCUMENT, 30, rebuild=False)
    assert (decision.reused is None) == bool(reason)
    assert reason in decision.reason
    assert decision.tag == NEXT


def test_the_last_candidate_counts() -> None:
    older = replace(FOUND, age_days=99.0)
    assert decide(INPUTS, [older, FOUND], None, 30, rebuild=False).reused == DOCUMENT
    assert decide(INPUTS, [FOUND, older], None, 30, rebuild=False).tag == inputs_tag(INPUTS.hash, 3)


@pytest.mark.parametrize(
    ("inputs", "previous", "reason", "more"),
    [
        (INPUTS, None, "first time", ()),
        (OTHERS, DOCUMENT, "a changed since aaaaaaa", ("b was added",)),
        (INPUTS, DOCUMENT, f"nothing changed since aaaaaaa, but no image has the tag {inputs_tag(INPUTS.hash, 1)}", ()),
        (INPUTS, replace(DOCUMENT, hash="0" * 64), "something changed whose value is not kept since aaaaaaa", ()),
    ],
)
def test_why_there_is_none(inputs: Inputs, previous: None, reason: str, more: tuple[str, ...]) -> None:
    decision = decide(inputs, [], previous, 30, rebuild=False)
    assert decision == Decision(reason, tag=inputs_tag(inputs.hash, 1), more=more)
    assert str(decision) == reason + (f", and {len(more)} more" if more else "")


def test_a_rebuild_and_the_end_of_the_tags() -> None:
    assert decide(INPUTS, [FOUND], None, 30, rebuild=True) == Decision("--rebuild was given", tag=NEXT)
    assert decide(INPUTS, [], None, 30, rebuild=True).tag == inputs_tag(INPUTS.hash, 1)
    assert decide(INPUTS, [FOUND] * MOST_GENERATIONS, None, 30, rebuild=False).tag == ""


def test_tags_and_ages() -> None:
    assert is_tag(inputs_tag("f" * 64, MOST_GENERATIONS))
    assert [age_text(days) for days in (-0.5, 0.9, 1.0, 12.3)] == ["0 days", "0 days", "1 day", "12 days"]

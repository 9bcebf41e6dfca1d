"""What a step asks, and what an answer is worth."""

import json
from typing import Any

import pytest

from ci.core.settings.smoke import Step
from ci.core.smoke.steps import Answer, Request, UnknownNameError, at, fault, fill, request, saved

VALUES = {"cookie.c": "v", "id": "7"}
NOTHING: dict[str, str] = {}


def http(**more: Any) -> Step:
    return Step(name="s", service="web", http="POST /x/", **more)


def test_every_text_is_filled() -> None:
    step = http(
        headers={"X": "{{ cookie.c }}"},
        send_json={"a": ["{{ id }}", 1], "b": {"c": "{{ $secrets.pw }}"}},
        expect_json={"id": "{{id}}"},
        expect_regex="{{ id }}",
    )
    made = fill(step, VALUES.get, {"pw": "s"})
    assert made.headers == {"X": "v"}
    assert made.send_json == {"a": ["7", 1], "b": {"c": "s"}}
    assert made.expect_json == {"id": "7"}
    assert made.expect_regex == "{{ id }}"
    command = Step(name="s", service="web", exec=("a", "{{ id }}"))
    assert fill(command, VALUES.get, {}).exec == ("a", "7")


def test_a_name_that_nobody_saved_is_no_empty_text() -> None:
    with pytest.raises(UnknownNameError, match="id"):
        fill(http(headers={"X": "{{ id }}"}), NOTHING.get, {})


def test_a_request_is_made_of_its_step() -> None:
    step = http(session="me", send_form={"a": "b"}, headers={"X": "y"})
    assert request(step, 80) == Request("web", 80, "POST", "/x/", {"X": "y"}, "me", None, {"a": "b"}, {})
    assert request(http(port=99), 80).port == 99


DONE = json.dumps({"status": "done", "n": 2, "items": [{"id": "a"}, {"id": "b"}], "none": None})


@pytest.mark.parametrize(
    ("step", "answer", "told"),
    [
        (http(), Answer(200), ""),
        (http(), Answer(500, "oh no"), "status 500, not 200: oh no"),
        (http(expect_status=503), Answer(503), ""),
        (http(), Answer(error="no answer"), "no answer"),
        (http(expect_regex="d.ne"), Answer(200, DONE), ""),
        (http(expect_regex="^nothing"), Answer(200, "x"), "no match of '^nothing': x"),
        (http(expect_json={"status": "done", "n": 2}), Answer(200, DONE), ""),
        (http(expect_json={"status": "new"}), Answer(200, DONE), 'status is "done", not "new"'),
        (http(expect_json={"n": "2"}), Answer(200, DONE), 'n is 2, not "2"'),
        (http(expect_json={"gone": 1}), Answer(200, DONE), "gone is null, not 1"),
        (http(expect_json={"none": None}), Answer(200, DONE), ""),
        (http(expect_json={"items": [{"id": "a"}]}), Answer(200, DONE), ""),
        (http(expect_json={"items": [{"id": "a"}, {"id": "c"}]}), Answer(200, DONE), 'items.1.id is "b", not "c"'),
        (http(expect_json={"items": [1, 2, 3]}), Answer(200, DONE), "not a list of at least 3"),
        (http(expect_json={"n": {"a": 1}}), Answer(200, DONE), "n is 2, not a table"),
        (http(expect_json=[1]), Answer(200, "[1, 2]"), ""),
        (http(expect_json={}), Answer(200, "<html>"), "no JSON: <html>"),
        (http(save={"id": "items.0.id"}), Answer(200, DONE), ""),
        (http(save={"id": "items.9.id"}), Answer(200, DONE), "nothing at `items.9.id`, which `id` is taken from"),
        (Step(name="s", service="w", exec=("a",)), Answer(0, "x"), ""),
        (Step(name="s", service="w", exec=("a",)), Answer(3, "why"), "exit code 3, not 0: why"),
        (Step(name="s", service="w", exec=("a",), expect_exit_code=3), Answer(3), ""),
        (Step(name="s", service="w", stop=True), Answer(), ""),
    ],
)
def test_what_is_wrong_with_an_answer(step: Step, answer: Answer, told: str) -> None:
    found = fault(step, answer)
    assert told in found
    assert bool(found) == bool(told)


def test_a_long_answer_is_cut() -> None:
    assert len(fault(http(), Answer(500, "x" * 5000))) < 700


def test_what_is_saved() -> None:
    assert saved(http(save={"id": "items.1.id", "n": "n"}), Answer(200, DONE)) == {"id": "b", "n": "2"}


@pytest.mark.parametrize(
    ("path", "found"), [("n", 2), ("items.0.id", "a"), ("items.x", None), ("n.a", None), ("items.2", None)]
)
def test_a_path(path: str, found: Any) -> None:
    assert at(json.loads(DONE), path) == found

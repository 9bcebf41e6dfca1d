"""Whether a step's result is as expected, and what is saved of it."""

import json
from typing import Any

import pytest

from ci.core.settings.smoke import Step
from ci.core.smoke.step_check import ActionResult, at, mismatch, saved_values

DONE = json.dumps({"status": "done", "n": 2, "items": [{"id": "a"}, {"id": "b"}], "none": None})


def http(**more: Any) -> Step:
    return Step(name="s", service="web", http="POST /x/", **more)


@pytest.mark.parametrize(
    ("step", "result", "message"),
    [
        (http(), ActionResult(200), ""),
        (http(), ActionResult(500, "oh no"), "status 500, not 200: oh no"),
        (http(expect_status=503), ActionResult(503), ""),
        (http(), ActionResult(error="no response"), "no response"),
        (http(expect_regex="d.ne"), ActionResult(200, DONE), ""),
        (http(expect_regex="^nothing"), ActionResult(200, "x"), "no match of '^nothing': x"),
        (http(expect_json={"status": "done", "n": 2}), ActionResult(200, DONE), ""),
        (http(expect_json={"status": "new"}), ActionResult(200, DONE), 'status is "done", not "new"'),
        (http(expect_json={"n": "2"}), ActionResult(200, DONE), 'n is 2, not "2"'),
        (http(expect_json={"gone": 1}), ActionResult(200, DONE), "gone is null, not 1"),
        (http(expect_json={"none": None}), ActionResult(200, DONE), ""),
        (http(expect_json={"items": [{"id": "a"}]}), ActionResult(200, DONE), ""),
        (
            http(expect_json={"items": [{"id": "a"}, {"id": "c"}]}),
            ActionResult(200, DONE),
            'items.1.id is "b", not "c"',
        ),
        (http(expect_json={"items": [1, 2, 3]}), ActionResult(200, DONE), "not an array of at least 3"),
        (http(expect_json={"n": {"a": 1}}), ActionResult(200, DONE), "n is 2, not an object"),
        (http(expect_json=[1]), ActionResult(200, "[1, 2]"), ""),
        (http(expect_json={}), ActionResult(200, "<html>"), "not JSON: <html>"),
        (http(save={"id": "items.0.id"}), ActionResult(200, DONE), ""),
        (
            http(save={"id": "items.9.id"}),
            ActionResult(200, DONE),
            "no value at `items.9.id`, to be saved as `id`",
        ),
        (Step(name="s", service="w", exec=("a",)), ActionResult(0, "x"), ""),
        (Step(name="s", service="w", exec=("a",)), ActionResult(3, "why"), "exit code 3, not 0: why"),
        (Step(name="s", service="w", exec=("a",), expect_exit_code=3), ActionResult(3), ""),
        (Step(name="s", service="w", stop=True), ActionResult(), ""),
    ],
)
def test_how_a_result_differs_from_what_is_expected(step: Step, result: ActionResult, message: str) -> None:
    found = mismatch(step, result)
    assert message in found
    assert bool(found) == bool(message)


def test_a_long_output_is_cut() -> None:
    assert len(mismatch(http(), ActionResult(500, "x" * 5000))) < 700


def test_values_are_saved_by_their_path() -> None:
    assert saved_values(http(save={"id": "items.1.id", "n": "n"}), ActionResult(200, DONE)) == {"id": "b", "n": "2"}


@pytest.mark.parametrize(
    ("path", "found"), [("n", 2), ("items.0.id", "a"), ("items.x", None), ("n.a", None), ("items.2", None)]
)
def test_a_path(path: str, found: Any) -> None:
    assert at(json.loads(DONE), path) == found

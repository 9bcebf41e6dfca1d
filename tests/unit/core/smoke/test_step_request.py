"""What a step sends."""

from typing import Any

import pytest

from ci.core.settings.smoke import Step
from ci.core.smoke.step_request import Request, UnknownNameError, fill_step, request_of

VALUES = {"cookie.c": "v", "id": "7"}
NOTHING: dict[str, str] = {}


def http(**more: Any) -> Step:
    return Step(name="s", service="web", http="POST /x/", **more)


def test_every_string_but_a_pattern_is_filled() -> None:
    step = http(
        headers={"X": "{{ cookie.c }}"},
        send_json={"a": ["{{ id }}", 1], "b": {"c": "{{ $secrets.pw }}"}},
        expect_json={"id": "{{id}}"},
        expect_regex="{{ id }}",
    )
    filled = fill_step(step, VALUES.get, {"pw": "s"})
    assert filled.headers == {"X": "v"}
    assert filled.send_json == {"a": ["7", 1], "b": {"c": "s"}}
    assert filled.expect_json == {"id": "7"}
    assert filled.expect_regex == "{{ id }}"
    command = Step(name="s", service="web", exec=("a", "{{ id }}"))
    assert fill_step(command, VALUES.get, {}).exec == ("a", "7")


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="id"):
        fill_step(http(headers={"X": "{{ id }}"}), NOTHING.get, {})


def test_a_request_is_made_of_its_step() -> None:
    step = http(session="me", send_form={"a": "b"}, headers={"X": "y"})
    assert request_of(step, 80) == Request("web", 80, "POST", "/x/", {"X": "y"}, "me", None, {"a": "b"}, {})
    assert request_of(http(port=99), 80).port == 99

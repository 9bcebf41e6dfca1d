"""The settings of a smoke: how they are read, and what they must be."""

from typing import Any

import pytest
from smoke_fakes import smoke_settings

from ci.core.settings.smoke import Action, SmokeSettings, Step
from ci.errors import ConfigurationError

STEP = {"name": "s", "service": "web", "http": "GET /"}


def test_an_empty_table_is_all_defaults() -> None:
    assert smoke_settings() == SmokeSettings()


def test_a_table_is_read() -> None:
    steps = [STEP, {"name": "e", "service": "web", "exec": ["a", "b"], "repeat": 2}]
    found = smoke_settings(core=["web"], images={"db": "x"}, ready_seconds=5, steps=steps)
    assert found == SmokeSettings(
        core=("web",),
        images={"db": "x"},
        ready_seconds=5,
        steps=(Step(name="s", service="web", http="GET /"), Step(name="e", service="web", exec=("a", "b"), repeat=2)),
    )
    assert [step.action for step in found.steps] == [Action.HTTP, Action.EXEC]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"cor": ["a"]}, "Unknown setting: cor"),
        ({"core": "a"}, "an array of strings"),
        ({"images": {"a": 1}}, "Invalid setting `images.a`: 1"),
        ({"ready_seconds": -1}, "a whole number"),
        ({"ready_seconds": True}, "a whole number"),
        ({"steps": "a"}, "an array of tables"),
        ({"steps": [{"service": "web", "http": "GET /"}]}, "Missing setting: steps[1].name"),
        ({"steps": [{"name": "s", "http": "GET /"}]}, "Missing setting: steps[1].service"),
        ({"steps": [{"name": "s", "service": "web"}]}, "exactly one of http, exec, stop, start"),
        ({"steps": [{**STEP, "stop": True}]}, "exactly one of http, exec, stop, start"),
        ({"steps": [{**STEP, "http": "get /"}]}, "a method and a path"),
        ({"steps": [{**STEP, "expect_status": "200"}]}, "Invalid setting `steps[1].expect_status`: '200'"),
        ({"steps": [{**STEP, "stop": 1}]}, "true or false"),
        (
            {"steps": [{**STEP, "send_json": {"a": 1}, "send_form": {"b": "c"}}]},
            "at most one of send_json, send_form, send_file",
        ),
        ({"steps": [{**STEP, "send_file": {"field": "f"}}]}, "`field`, `name` and `content`"),
        ({"steps": [{**STEP, "expect_regex": "("}]}, "a regular expression"),
        ({"steps": [{**STEP, "retry_second": 3}]}, "`retry_seconds`?"),
        ({"steps": [{**STEP, "name": 3}]}, "a string"),
    ],
)
def test_an_invalid_setting_is_reported(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        smoke_settings(**table)
    assert message in str(caught.value)


def test_all_invalid_settings_are_reported_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        smoke_settings(cor=[], max_restarts="a", steps=[{"name": "s"}, {"service": "s", "stop": True}])
    assert len(caught.value.problems) == 5

"""The table of a smoke, and what is wrong with one."""

from typing import Any

import pytest

from ci.core.settings.smoke import SmokeSettings, Step, parse_smoke
from ci.errors import ConfigurationError

STEP = {"name": "s", "service": "web", "http": "GET /"}


def test_an_empty_table_is_all_defaults() -> None:
    assert parse_smoke({}) == SmokeSettings()


def test_a_table_is_read() -> None:
    steps = [STEP, {"name": "e", "service": "web", "exec": ["a", "b"], "times": 2}]
    found = parse_smoke({"core": ["web"], "images": {"db": "x"}, "ready_seconds": 5, "steps": steps})
    assert found == SmokeSettings(
        core=("web",),
        images={"db": "x"},
        ready_seconds=5,
        steps=(Step(name="s", service="web", http="GET /"), Step(name="e", service="web", exec=("a", "b"), times=2)),
    )
    assert [step.action for step in found.steps] == ["http", "exec"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"cor": ["a"]}, "Unknown setting: cor"),
        ({"core": "a"}, "a list of texts"),
        ({"images": {"a": 1}}, "a table of texts"),
        ({"ready_seconds": -1}, "a whole number"),
        ({"ready_seconds": True}, "a whole number"),
        ({"steps": "a"}, "a list of tables"),
        ({"steps": [{"service": "web", "http": "GET /"}]}, "Missing setting: steps, number 1 (no name): name"),
        ({"steps": [{"name": "s", "http": "GET /"}]}, "Missing setting: steps, number 1 (s): service"),
        ({"steps": [{"name": "s", "service": "web"}]}, "exactly one of http, exec, stop, start"),
        ({"steps": [{**STEP, "stop": True}]}, "exactly one of http, exec, stop, start"),
        ({"steps": [{**STEP, "http": "get /"}]}, "a method and a path"),
        ({"steps": [{**STEP, "status": "200"}]}, "steps, number 1 (s): status"),
        ({"steps": [{**STEP, "stop": 1}]}, "true or false"),
        ({"steps": [{**STEP, "send_json": {"a": 1}, "send_form": {"b": "c"}}]}, "one body of a request"),
        ({"steps": [{**STEP, "send_file": {"field": "f"}}]}, "`field`, `name` and `text`"),
        ({"steps": [{**STEP, "expect_text": "("}]}, "a regular expression"),
        ({"steps": [{**STEP, "withn": 3}]}, "`within`?"),
        ({"steps": [{**STEP, "name": 3}]}, "a text"),
    ],
)
def test_what_can_t_be_used_is_told(table: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_smoke(table)
    assert told in str(caught.value)
    assert "pyproject.toml" in str(caught.value)


def test_all_of_it_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_smoke({"cor": [], "restarts": "a", "steps": [{"name": "s"}, {"service": "s", "stop": True}]})
    assert len(caught.value.problems) == 5

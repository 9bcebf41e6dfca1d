"""No output of a smoke holds a generated secret, though the product's services echo it in many forms."""

import json
from functools import partial
from typing import Any

import anyio
import pytest
from fakes import Effects, FakeClock
from marked import GENERATED, echo, found_in
from smoke_fakes import FakeControl, FakeHttpClient, FakeRuntime, smoke_settings

from ci.core.smoke.plan import smoke_plan
from ci.core.smoke.report import as_json, summary
from ci.core.smoke.step_check import ActionResult
from ci.errors import Problem, SmokeError
from ci.pipelines.smoke import smoke
from ci.supervisor.log import Log

SECRETS = {"the generated secret": GENERATED}
COMPOSE = """services:
  web:
    image: checked
    environment: {PASSWORD: "{{ $secrets.password }}"}
"""
PADDINGS = (0, 560, 590, 970, 3970)
"""Characters before an echo, so that a secret lies where a text is cut."""
STEPS: dict[str, dict[str, Any]] = {
    "a response": {"http": "GET /", "expect_status": 201},
    "a response that does not match": {"http": "GET /{{ $secrets.password }}", "expect_regex": "never"},
    "a response with another value": {"http": "GET /", "expect_json": {"a": "{{ $secrets.password }}"}},
    "a command": {"exec": ["login", "{{ $secrets.password }}"], "expect_exit_code": 1},
}


class EchoingLog(FakeControl):
    """A service whose log has the secret, as a supervisor masks it."""

    async def log(self, lines: int) -> tuple[str, ...]:
        made = Log((GENERATED,))
        for line in echo(GENERATED).splitlines():
            made.add(line)
        return tuple(made.tail(lines))


def outputs(control: FakeControl, client: FakeHttpClient, step: dict[str, Any]) -> str:
    """Everything that a smoke with one step puts out."""
    settings = smoke_settings(steps=[{"name": "s", "service": "web", **step}])
    plan = smoke_plan(COMPOSE, "f.yaml", "Shop", settings, {"password": GENERATED})
    runtime = FakeRuntime(control.effects, {"web": control})
    report = anyio.run(partial(smoke, plan, runtime, client, FakeClock()))
    assert report.problems
    return "\n".join([summary(report), json.dumps(as_json(report)), repr(report), str(report.problems)])


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("name", STEPS)
def test_a_service_that_echoes_its_password_in_a_step(
    name: str, padding: int, capfd: pytest.CaptureFixture[str]
) -> None:
    said = echo(GENERATED, padding)
    control = EchoingLog("web", Effects(), results=[ActionResult(0, said)])
    for output in (said, json.dumps({"a": said})):
        text = outputs(control, FakeHttpClient([ActionResult(200, output)]), STEPS[name])
        assert found_in(text, SECRETS) == []
    assert found_in("".join(capfd.readouterr()), SECRETS) == []


def test_a_request_whose_error_has_the_password() -> None:
    control = EchoingLog("web", Effects())
    text = outputs(control, FakeHttpClient([ActionResult(error=echo(GENERATED))]), {"http": "GET /"})
    assert found_in(text, SECRETS) == []


@pytest.mark.parametrize("record", ["run web", "poll web", "exec web a"])
def test_a_supervisor_whose_error_has_the_password(record: str) -> None:
    control = EchoingLog("web", Effects())
    said = echo(GENERATED)
    control.effects.faults[record] = SmokeError(Problem(what=said, value=said, expected="a response", hint=said))
    assert found_in(outputs(control, FakeHttpClient(), {"exec": ["a"]}), SECRETS) == []


def test_a_health_check_that_prints_the_password() -> None:
    class Unhealthy(EchoingLog):
        def _record(self, *arguments: Any, **changes: Any) -> None:
            super()._record(*arguments, **({**changes, "health_output": echo(GENERATED)} if changes else changes))

    control = Unhealthy("web", Effects(), healthy=False)
    assert found_in(outputs(control, FakeHttpClient(), {"exec": ["a"]}), SECRETS) == []

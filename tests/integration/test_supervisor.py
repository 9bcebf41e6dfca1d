"""A real supervisor and real processes on this machine: starts, restarts, stops and commands; no engine."""

import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from host_runtime import TOKEN, supervisor

from ci.adapters.http import HttpServiceControl
from ci.core.smoke.service_state import EventKind, Health, Phase, ServiceState
from ci.errors import SmokeError

pytestmark = pytest.mark.integration
FOREVER = [sys.executable, "-u", "-c", "import time; print('up'); time.sleep(1000)"]


@pytest.fixture
def url() -> Iterator[str]:
    with supervisor() as found:
        yield found


def spec(*command: str, **more: Any) -> dict[str, Any]:
    return {"command": list(command), "environment": {"PATH": os.environ["PATH"]}, "working_dir": "/", **more}


async def wait_for(control: HttpServiceControl, kind: EventKind) -> ServiceState:
    state = ServiceState()
    while state.first(kind) is None:
        state = await control.poll(state.version, 20)
    return state


async def first_output(control: HttpServiceControl) -> tuple[str, ...]:
    """The log, once it has a line: no event announces one."""
    while not (log := await control.log(9)):  # noqa: ASYNC110
        await anyio.sleep(0.01)
    return log


def run(url: str, service: dict[str, Any], kind: EventKind) -> tuple[ServiceState, tuple[str, ...]]:
    """The state and the log of a service after an event; then it is shut down."""

    async def steps() -> tuple[ServiceState, tuple[str, ...]]:
        control = HttpServiceControl(url, TOKEN, "127.0.0.1")
        await control.run(service)
        state, log = await wait_for(control, kind), await control.log(50)
        await control.shut_down()
        return state, log

    return anyio.run(steps)


def talk(url: str, steps: Callable[[HttpServiceControl], Awaitable[None]]) -> None:
    anyio.run(steps, HttpServiceControl(url, TOKEN, "127.0.0.1"))


def test_a_process_gets_its_environment_and_folder_and_nothing_else(url: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "made")
    service = spec("sh", "-c", "pwd; env | grep -c SLIPWAY; echo $A", working_dir=folder)
    service["environment"]["A"] = "b"
    state, log = run(url, service, EventKind.EXITED)
    assert log == (folder, "0", "b")
    assert (state.phase, state.exit_code, state.restarts) == (Phase.EXITED, 0, 0)


def test_a_secret_is_masked_in_the_log_and_in_every_output(url: str) -> None:
    async def steps(control: HttpServiceControl) -> None:
        await control.run(spec("sh", "-c", "echo s3cret; sleep 1000", redact=["s3cret", "s3cret-of-tests"]))
        assert (await control.execute(["echo", "a s3cret"], 5)).output == "a ***\n"
        assert (await control.execute(["sh", "-c", "printf u:s3cret-of-tests | base64"], 5)).output == "***\n"
        assert await first_output(control) == ("***",)

    talk(url, steps)


@pytest.mark.parametrize(
    ("service", "code", "message"),
    [
        (spec("no-such-command"), 127, "no-such-command"),
        (spec("true", user="nobody-knows"), 126, "unable to find user nobody-knows"),
    ],
)
def test_a_process_that_cannot_be_started_exits_with_its_reason_in_the_log(
    url: str, service: dict[str, Any], code: int, message: str
) -> None:
    state, log = run(url, service, EventKind.EXITED)
    assert (state.phase, state.exit_code) == (Phase.EXITED, code)
    assert message in log[0]


@pytest.mark.skipif(os.getuid() != 0, reason="to become another user takes root")
def test_a_process_runs_as_its_user(url: str) -> None:
    service = spec("sh", "-c", "id -u; id -g; echo $HOME", user="12345:54321")
    assert run(url, service, EventKind.EXITED)[1] == ("12345", "54321", "/")


def test_a_policy_restarts_a_service_up_to_its_limit(url: str) -> None:
    async def steps(control: HttpServiceControl) -> None:
        policy, state = {"policy": "on-failure", "max_restarts": 2}, ServiceState()
        await control.run(spec("sh", "-c", "echo again; exit 3", restart=policy))
        while state.phase != Phase.EXITED:
            state = await control.poll(state.version, 20)
        assert (state.exit_code, state.restarts) == (3, 2)
        assert await control.log(9) == ("again", "again", "again")
        await control.shut_down()

    talk(url, steps)


def test_a_service_is_stopped_by_its_signal_and_started_again(url: str) -> None:
    handler = "import signal, sys, time; signal.signal(signal.SIGINT, lambda *_: (print('bye'), sys.exit(0)))"
    service = spec(
        *(sys.executable, "-u", "-c", f"{handler}; print('up'); time.sleep(1000)"),
        stop_signal="SIGINT",
        restart={"policy": "always"},
    )

    async def steps(control: HttpServiceControl) -> None:
        await control.run(service)
        await first_output(control)
        await control.stop()
        state = await control.poll()
        assert (state.phase, state.exit_code, state.restarts) == (Phase.STOPPED, 0, 0)
        assert await control.log(9) == ("up", "bye")
        with pytest.raises(SmokeError, match="does not run: it is stopped"):
            await control.execute(["true"], 5)
        await control.start()
        state = await control.poll()
        assert (state.phase, state.killed_after_seconds()) == (Phase.RUNNING, 0.0)
        await control.shut_down()

    talk(url, steps)


def test_a_service_that_ignores_its_signal_is_killed_after_its_grace_period(url: str) -> None:
    async def steps(control: HttpServiceControl) -> None:
        stubborn = "trap '' TERM; echo up; while :; do sleep 0.1; done"
        await control.run(spec("sh", "-c", stubborn, stop_grace_seconds=0.2))
        await first_output(control)
        await control.stop()
        state = await control.poll()
        assert (state.exit_code, state.was_killed_at_last_stop(), state.killed_after_seconds()) == (137, True, 0.2)
        assert (await control.log(1))[0] == "(killed: it did not stop within 0.2 s)"

    talk(url, steps)


def test_processes_that_a_service_leaves_behind_end_with_it(url: str, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    daemon = f"setsid sleep 1000 & echo $! > {pid}; sleep 0.1"
    run(url, spec("sh", "-c", daemon), EventKind.EXITED)
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()


def test_the_output_of_a_health_check_is_masked_before_it_is_cut(url: str) -> None:
    check = {"command": ["sh", "-c", "printf s3cret-of-tests; printf 'y%.0s' $(seq 990); exit 1"], "retries": 1}
    service = spec(*FOREVER, health_check={**check, "interval": 0.05}, redact=["s3cret-of-tests"])
    state, _ = run(url, service, EventKind.UNHEALTHY)
    assert state.health_output == "***" + "y" * 990


def test_a_volume_is_filled_and_emptied(url: str, tmp_path: Path) -> None:
    content, target = tmp_path / "content", tmp_path / "target"
    content.mkdir()
    target.mkdir()
    (content / "file").write_text("from the image")
    volumes = [{"path": str(target), "content": str(content)}]
    assert run(url, spec("cat", str(target / "file"), volumes=volumes), EventKind.EXITED)[1] == ("from the image",)
    assert list(target.iterdir()) == []


def test_a_command_is_run_beside_the_service_and_killed_after_its_time(url: str) -> None:
    async def steps(control: HttpServiceControl) -> None:
        await control.run(spec(*FOREVER))
        assert (await control.execute(["sh", "-c", "echo a; exit 3"], 5)).code == 3
        late = await control.execute(["sh", "-c", "sleep 1000"], 0.2)
        assert late.code == 137
        assert "killed: it did not end within 0.2 s" in late.output
        assert await control.memory() > 0
        await control.shut_down()

    talk(url, steps)


def test_a_client_without_the_token_is_refused(url: str) -> None:
    with pytest.raises(SmokeError, match="wrong token"):
        anyio.run(HttpServiceControl(url, "another", "").log, 1)


def test_a_request_that_cannot_be_fulfilled_is_an_error(url: str) -> None:
    async def steps(control: HttpServiceControl) -> None:
        with pytest.raises(SmokeError, match="comand"):
            await control.run({"comand": []})
        with pytest.raises(SmokeError, match="/nothing"):
            await control._post("/nothing", {})
        with pytest.raises(SmokeError, match="does not respond"):
            await HttpServiceControl("http://127.0.0.1:1", TOKEN, "").poll()

    talk(url, steps)


def test_a_health_check_runs_by_its_schedule(url: str, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    check = {"command": ["sh", "-c", f"echo checked; test -e {flag}"], "interval": 0.05, "retries": 2}

    async def steps(control: HttpServiceControl) -> None:
        await control.run(spec(*FOREVER, health_check=check))
        state = await wait_for(control, EventKind.UNHEALTHY)
        assert (state.health, state.failed_checks, state.health_output) == (Health.UNHEALTHY, 2, "checked")
        flag.touch()
        state = await wait_for(control, EventKind.HEALTHY)
        assert (state.health, state.failed_checks) == (Health.HEALTHY, 0)
        flag.unlink()
        while state.health == Health.HEALTHY:
            state = await control.poll(state.version, 20)
        await control.shut_down()

    talk(url, steps)


def test_a_health_check_that_hangs_is_killed(url: str) -> None:
    check = {"command": ["sh", "-c", "sleep 1000"], "interval": 0.05, "timeout": 0.2, "retries": 1}
    state, _ = run(url, spec(*FOREVER, health_check=check), EventKind.UNHEALTHY)
    assert state.health_output == "(killed: it did not end within 0.2 s)"

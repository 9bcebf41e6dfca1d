"""A real keeper and real processes on this machine; no engine."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from host_yard import TOKEN, keeper

from ci.adapters.http import HttpKeeper
from ci.core.smoke.states import Kept
from ci.errors import SmokeError

pytestmark = pytest.mark.integration
FOREVER = [sys.executable, "-u", "-c", "import time; print('up'); time.sleep(1000)"]


@pytest.fixture
def url() -> Iterator[str]:
    with keeper() as found:
        yield found


def spec(*command: str, **more: Any) -> dict[str, Any]:
    return {"command": list(command), "environment": {"PATH": os.environ["PATH"]}, "working_dir": "/", **more}


async def until(one: HttpKeeper, what: str) -> Kept:
    kept = Kept()
    while not any(event.what == what for event in kept.events):
        kept = await one.look(kept.version, 20)
    return kept


async def said(one: HttpKeeper) -> tuple[str, ...]:
    """The log, once there is one: nothing tells of a new line."""
    while not (log := await one.log(9)):  # noqa: ASYNC110
        await anyio.sleep(0.01)
    return log


def told(url: str, *tells: tuple[str, dict[str, Any] | None], until_: str = "", end: str = "end") -> Any:
    """The last state and the log of a service that is told things, one after the other."""

    async def run() -> tuple[Kept, tuple[str, ...]]:
        one = HttpKeeper(url, TOKEN, "127.0.0.1")
        for what, question in tells:
            await one.tell(what, question)
        kept = await until(one, until_) if until_ else await one.look()
        log = await one.log(50)
        await one.tell(end)
        return kept, log

    return anyio.run(run)


def test_a_process_runs_with_what_it_was_told_and_nothing_else(url: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "made")
    question = spec("sh", "-c", "pwd; env | grep -c SLIPWAY; echo $A", working_dir=folder)
    question["environment"]["A"] = "b"
    kept, log = told(url, ("begin", question), until_="exited")
    assert log == (folder, "0", "b")
    assert (kept.phase, kept.code, kept.restarts) == ("exited", 0, 0)


def test_a_secret_is_blotted_out_of_the_log_and_of_every_output(url: str) -> None:
    async def run() -> None:
        one = HttpKeeper(url, TOKEN, "")
        await one.tell("begin", spec("sh", "-c", "echo s3cret; sleep 1000", hidden=["s3cret"]))
        assert (await one.execute(["echo", "a s3cret"], 5)).text == "a ***\n"
        assert await said(one) == ("***",)

    anyio.run(run)


def test_a_command_that_is_not_there_says_so(url: str) -> None:
    kept, log = told(url, ("begin", spec("no-such-command")), until_="exited")
    assert (kept.phase, kept.code) == ("exited", 127)
    assert "no-such-command" in log[0]


def test_a_user_that_is_not_there_says_so(url: str) -> None:
    kept, log = told(url, ("begin", spec("true", user="nobody-knows")), until_="exited")
    assert (kept.phase, kept.code) == ("exited", 126)
    assert "unable to find user nobody-knows" in log[0]


@pytest.mark.skipif(os.getuid() != 0, reason="to become another user takes root")
def test_a_process_runs_as_its_user(url: str) -> None:
    _, log = told(url, ("begin", spec("sh", "-c", "id -u; id -g; echo $HOME", user="12345:54321")), until_="exited")
    assert log == ("12345", "54321", "/")


def test_a_policy_restarts_and_gives_up(url: str) -> None:
    async def run() -> None:
        one, kept = HttpKeeper(url, TOKEN, ""), Kept()
        policy = {"policy": "on-failure", "most": 2}
        await one.tell("begin", spec("sh", "-c", "echo again; exit 3", restart=policy))
        while kept.phase != "exited":
            kept = await one.look(kept.version, 20)
        assert (kept.code, kept.restarts) == (3, 2)
        assert await one.log(9) == ("again", "again", "again")
        await one.tell("end")

    anyio.run(run)


def test_a_health_check_runs_by_its_schedule(url: str, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    check = {"command": ["sh", "-c", f"echo look; test -e {flag}"], "interval": 0.05, "retries": 2}

    async def run() -> None:
        one = HttpKeeper(url, TOKEN, "")
        await one.tell("begin", spec(*FOREVER, health=check))
        kept = await until(one, "unhealthy")
        assert (kept.health, kept.failing, kept.checked) == ("unhealthy", 2, "look")
        flag.touch()
        kept = await until(one, "healthy")
        assert (kept.health, kept.failing) == ("healthy", 0)
        flag.unlink()
        while kept.health == "healthy":
            kept = await one.look(kept.version, 20)
        await one.tell("end")

    anyio.run(run)


def test_a_health_check_that_hangs_is_killed_and_says_so(url: str) -> None:
    check = {"command": ["sh", "-c", "sleep 1000"], "interval": 0.05, "timeout": 0.2, "retries": 1}
    kept, _ = told(url, ("begin", spec(*FOREVER, health=check)), until_="unhealthy")
    assert kept.checked == "(not done after 0.2 s, and killed)"


def test_a_service_is_stopped_by_its_signal_and_started_again(url: str) -> None:
    handler = "import signal, sys, time; signal.signal(signal.SIGINT, lambda *_: (print('bye'), sys.exit(0)))"
    question = spec(
        *(sys.executable, "-u", "-c", f"{handler}; print('up'); time.sleep(1000)"),
        stop_signal="SIGINT",
        restart={"policy": "always"},
    )

    async def run() -> None:
        one = HttpKeeper(url, TOKEN, "")
        await one.tell("begin", question)
        await said(one)
        await one.tell("stop")
        kept = await one.look()
        assert (kept.phase, kept.code, kept.restarts) == ("stopped", 0, 0)
        assert await one.log(9) == ("up", "bye")
        with pytest.raises(SmokeError, match="is not running: it is stopped"):
            await one.execute(["true"], 5)
        await one.tell("start")
        assert (await one.look()).phase == "running"
        await one.tell("end")

    anyio.run(run)


def test_one_that_does_not_stop_is_killed_after_its_time(url: str) -> None:
    stubborn = "trap '' TERM; echo up; while :; do sleep 0.1; done"

    async def run() -> None:
        one = HttpKeeper(url, TOKEN, "")
        await one.tell("begin", spec("sh", "-c", stubborn, stop_seconds=0.2))
        await said(one)
        await one.tell("stop")
        assert (await one.look()).code == 137
        assert (await one.log(1))[0] == "(not stopped after 0.2 s, and killed)"

    anyio.run(run)


def test_what_a_service_left_behind_ends_with_it(url: str, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    daemon = f"setsid sleep 1000 & echo $! > {pid}; sleep 0.1"
    told(url, ("begin", spec("sh", "-c", daemon)), until_="exited")
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()


def test_a_volume_is_filled_and_emptied(url: str, tmp_path: Path) -> None:
    content, target = tmp_path / "content", tmp_path / "target"
    content.mkdir()
    target.mkdir()
    (content / "file").write_text("from the image")
    volumes = [{"path": str(target), "content": str(content)}]
    _, log = told(url, ("begin", spec("cat", str(target / "file"), volumes=volumes)), until_="exited")
    assert log == ("from the image",)
    assert list(target.iterdir()) == []


def test_a_command_beside_it_has_its_time(url: str) -> None:
    async def run() -> None:
        one = HttpKeeper(url, TOKEN, "")
        await one.tell("begin", spec(*FOREVER))
        assert (await one.execute(["sh", "-c", "echo a; exit 3"], 5)).code == 3
        late = await one.execute(["sh", "-c", "sleep 1000"], 0.2)
        assert late.code == 137
        assert "not done after 0.2 s" in late.text
        assert await one.memory() > 0
        await one.tell("end")

    anyio.run(run)


def test_nobody_without_the_token_is_heard(url: str) -> None:
    with pytest.raises(SmokeError, match="wrong token"):
        anyio.run(HttpKeeper(url, "another", "").log, 1)


def test_what_can_t_be_read_is_refused_and_a_keeper_that_is_gone_is_told(url: str) -> None:
    one = HttpKeeper(url, TOKEN, "")

    async def run() -> None:
        with pytest.raises(SmokeError, match="comand"):
            await one.tell("begin", {"comand": []})
        with pytest.raises(SmokeError, match="/nothing"):
            await one.tell("nothing")
        with pytest.raises(SmokeError, match="does not answer"):
            await HttpKeeper("http://127.0.0.1:1", TOKEN, "").look()

    anyio.run(run)

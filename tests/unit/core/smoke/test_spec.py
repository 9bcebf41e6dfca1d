"""The compose file's word first, then the image's, then docker's."""

from typing import Any

import pytest

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.smoke.boot import Booted, BootPlan, HealthCheck, ImageFacts, Mount
from ci.core.smoke.spec import CONTENT, check_health, command, health, keeper_spec
from ci.errors import ConfigurationError
from ci.supervisor.spec import Health, Restart, Spec, Volume

IMAGE = ImageFacts(entrypoint=("entry",), command=("image",), environment={"A": "image", "PATH": "/bin"})


def booted(**more: Any) -> Booted:
    return Booted(name="web", image="i", **more)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, ("entry", "image")),
        ({"command": ("c",)}, ("entry", "c")),
        ({"command": ()}, ("entry",)),
        ({"entrypoint": ("e",)}, ("e",)),
        ({"entrypoint": ("e",), "command": ("c",)}, ("e", "c")),
        ({"entrypoint": (), "command": ("c",)}, ("c",)),
    ],
)
def test_the_command(told: Any, found: tuple[str, ...]) -> None:
    assert command(booted(**told), IMAGE) == found


def test_no_command_at_all() -> None:
    with pytest.raises(ConfigurationError, match="`web` has no command"):
        command(booted(entrypoint=()), IMAGE)


@pytest.mark.parametrize(
    ("own", "image", "found"),
    [
        (None, None, None),
        (None, HealthCheck(("i",)), HealthCheck(("i",))),
        (None, HealthCheck(off=True), None),
        (HealthCheck(off=True), HealthCheck(("i",)), None),
        (HealthCheck(("o",), 5.0), HealthCheck(("i",), 1.0, 2.0), HealthCheck(("o",), 5.0, 2.0)),
        (HealthCheck(interval=5.0), HealthCheck(("i",), retries=9), HealthCheck(("i",), 5.0, retries=9)),
        (HealthCheck(interval=5.0), None, None),
    ],
)
def test_the_health_check(own: HealthCheck | None, image: HealthCheck | None, found: HealthCheck | None) -> None:
    assert health(booted(health=own), ImageFacts(health=image)) == found


def test_nobody_waits_for_the_health_of_a_service_without_a_check() -> None:
    plan = BootPlan((booted(), Booted(name="job", image="i", needs=(Dependency("web", Condition.HEALTHY),))))
    with pytest.raises(ConfigurationError, match="`job` waits for `web` to be healthy, which has no health check"):
        check_health(plan, {"web": ImageFacts(), "job": ImageFacts()})
    check_health(plan, {"web": ImageFacts(health=HealthCheck(("x",))), "job": ImageFacts()})


def test_the_keeper_reads_what_it_is_told() -> None:
    mounts = (Mount("/b", "bind", "./b"), Mount("/v", "volume", "v"), Mount("/w", "volume", "w"))
    one = booted(
        environment={"A": "own", "B": "b"},
        mounts=mounts,
        restart="on-failure",
        restarts=3,
        health=HealthCheck(("check",), interval=5.0, retries=7),
        stop_signal="SIGINT",
        stop_seconds=30.0,
    )
    image = ImageFacts(**{**vars(IMAGE), "user": "app", "working_dir": "/app", "content": ("/w",)})
    assert Spec.read(keeper_spec(one, image, hidden=("pw",), keep_volumes=True)) == Spec(
        command=("entry", "image"),
        environment={"A": "own", "PATH": "/bin", "B": "b"},
        user="app",
        working_dir="/app",
        restart=Restart(policy="on-failure", most=3),
        health=Health(command=("check",), interval=5.0, retries=7),
        stop_signal="SIGINT",
        stop_seconds=30.0,
        volumes=(Volume(path="/v", keep=True), Volume(path="/w", content=f"{CONTENT}/2", keep=True)),
        hidden=("pw",),
    )


def test_what_nobody_says_is_docker_s() -> None:
    told = keeper_spec(booted(), IMAGE, hidden=(), keep_volumes=False)
    assert (told["user"], told["working_dir"], told["health"], told["stop_signal"]) == ("0", "/", None, "SIGTERM")

"""What a supervisor is given: the compose file first, then the image, then docker's defaults."""

import json
from typing import Any

import pytest

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.smoke.service_spec import HealthCheck, ImageConfig, Mount, MountKind, RestartPolicy, ServiceSpec
from ci.core.smoke.start_plan import StartPlan
from ci.core.smoke.supervisor_spec import (
    CONTENT,
    check_health_conditions,
    full_command,
    full_health_check,
    supervisor_spec,
)
from ci.errors import ConfigurationError
from ci.supervisor import spec as supervisor

IMAGE = ImageConfig(entrypoint=("entry",), command=("image",), environment={"A": "image", "PATH": "/bin"})


def service(**more: Any) -> ServiceSpec:
    return ServiceSpec(name="web", image="i", **more)


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        ({}, ("entry", "image")),
        ({"command": ("c",)}, ("entry", "c")),
        ({"command": ()}, ("entry",)),
        ({"entrypoint": ("e",)}, ("e",)),
        ({"entrypoint": ("e",), "command": ("c",)}, ("e", "c")),
        ({"entrypoint": (), "command": ("c",)}, ("c",)),
    ],
)
def test_the_command(keys: Any, command: tuple[str, ...]) -> None:
    assert full_command(service(**keys), IMAGE) == command


def test_no_command_at_all() -> None:
    with pytest.raises(ConfigurationError, match="`web` has no command"):
        full_command(service(entrypoint=()), IMAGE)


@pytest.mark.parametrize(
    ("own", "image", "found"),
    [
        (None, None, None),
        (None, HealthCheck(("i",)), HealthCheck(("i",))),
        (None, HealthCheck(disabled=True), None),
        (HealthCheck(disabled=True), HealthCheck(("i",)), None),
        (HealthCheck(("o",), 5.0), HealthCheck(("i",), 1.0, 2.0), HealthCheck(("o",), 5.0, 2.0)),
        (HealthCheck(interval=5.0), HealthCheck(("i",), retries=9), HealthCheck(("i",), 5.0, retries=9)),
        (HealthCheck(interval=5.0), None, None),
    ],
)
def test_the_health_check(own: HealthCheck | None, image: HealthCheck | None, found: HealthCheck | None) -> None:
    assert full_health_check(service(health_check=own), ImageConfig(health_check=image)) == found


def test_a_service_that_must_be_healthy_needs_a_health_check() -> None:
    job = ServiceSpec(name="job", image="i", depends_on=(Dependency("web", Condition.HEALTHY),))
    plan = StartPlan((service(), job))
    with pytest.raises(ConfigurationError, match="`job` waits for `web` to be healthy, which has no health check"):
        check_health_conditions(plan, {"web": ImageConfig(), "job": ImageConfig()})
    check_health_conditions(plan, {"web": ImageConfig(health_check=HealthCheck(("x",))), "job": ImageConfig()})


def test_the_supervisor_reads_the_spec() -> None:
    mounts = (
        Mount("/b", MountKind.BIND, "./b"),
        Mount("/v", MountKind.VOLUME, "v"),
        Mount("/w", MountKind.VOLUME, "w"),
    )
    one = service(
        environment={"A": "own", "B": "b"},
        mounts=mounts,
        restart=RestartPolicy.ON_FAILURE,
        max_restarts=3,
        health_check=HealthCheck(("check",), interval=5.0, retries=7),
        stop_signal="SIGINT",
        stop_grace_seconds=30.0,
    )
    image = ImageConfig(**{**vars(IMAGE), "user": "app", "working_dir": "/app", "volume_content": ("/w",)})
    sent = json.loads(json.dumps(supervisor_spec(one, image, redact=("pw",), keep_volumes=True)))
    assert supervisor.Spec.from_json(sent) == supervisor.Spec(
        command=("entry", "image"),
        environment={"A": "own", "PATH": "/bin", "B": "b"},
        user="app",
        working_dir="/app",
        restart=supervisor.Restart(policy="on-failure", max_restarts=3),
        health_check=supervisor.HealthCheck(command=("check",), interval=5.0, retries=7),
        stop_signal="SIGINT",
        stop_grace_seconds=30.0,
        volumes=(
            supervisor.Volume(path="/v", keep=True),
            supervisor.Volume(path="/w", content=f"{CONTENT}/2", keep=True),
        ),
        redact=("pw",),
    )


def test_the_defaults_are_docker_s() -> None:
    found = supervisor_spec(service(), IMAGE, redact=(), keep_volumes=False)
    assert (found["user"], found["working_dir"], found["health_check"], found["stop_signal"]) == (
        "0",
        "/",
        None,
        "SIGTERM",
    )

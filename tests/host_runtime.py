"""A container runtime without containers: supervisors and services are processes of this machine; no engine."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anyio
from smoke_fakes import smoke_settings

from ci.adapters.clock import SystemClock
from ci.adapters.http import HttpServiceControl, HttpxClient
from ci.core.smoke.plan import secrets_to_generate, smoke_plan
from ci.core.smoke.report import SmokeReport
from ci.core.smoke.service_spec import ImageConfig
from ci.core.smoke.start_plan import StartPlan
from ci.pipelines.smoke import smoke

ROOT = Path(__file__).parents[1]
TOKEN = "token-of-the-tests"
SECRET = "s3cret-of-this-run-"


def start_supervisor() -> tuple[subprocess.Popen[bytes], str]:
    """A supervisor on a free port, and its URL; its output is read to its end, so that a full pipe never blocks it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "ci"), "SLIPWAY_SUPERVISOR_TOKEN": TOKEN}
    process = subprocess.Popen([sys.executable, "-m", "supervisor"], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    port = process.stdout.readline().split()[-1].decode()
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return process, f"http://127.0.0.1:{port}"


def end_supervisor(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.terminate()


@contextmanager
def supervisor() -> Iterator[str]:
    """A supervisor, by its URL."""
    process, url = start_supervisor()
    try:
        yield url
    finally:
        end_supervisor(process)


@dataclass
class HostRuntime:
    """See `ContainerRuntime`; an image is only the environment that it has, and every address is loopback."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def pull(self, plan: StartPlan) -> Mapping[str, ImageConfig]:
        config = ImageConfig(
            environment={"PATH": os.environ["PATH"]}, user=str(os.getuid()), working_dir=str(self.folder)
        )
        return {one.name: config for one in plan.services}

    async def create(self, plan: StartPlan, images: Mapping[str, ImageConfig]) -> Mapping[str, HttpServiceControl]:
        assert set(images) == {one.name for one in plan.services}
        controls = {}
        for one in plan.services:
            process, url = start_supervisor()
            self.processes.append(process)
            controls[one.name] = HttpServiceControl(url, TOKEN, "127.0.0.1")
        return controls

    async def remove(self) -> None:
        for process in self.processes:
            end_supervisor(process)


def run_smoke(folder: Path, compose: str, *, core_only: bool = False, **settings: object) -> SmokeReport:
    """The smoke of a compose file whose services are commands of this machine."""
    read = smoke_settings(**settings)
    file = "docker-compose.yaml"
    secrets = {name: SECRET + name for name in secrets_to_generate(compose, file, read)}
    plan = smoke_plan(compose, file, "the trial", read, secrets, core_only=core_only)
    return anyio.run(partial(smoke, plan, HostRuntime(folder), HttpxClient(), SystemClock()))

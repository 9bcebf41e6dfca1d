"""A yard on this machine: each service's keeper is a process here, and so is the service; no engine."""

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
from ci.adapters.http import HttpKeeper, HttpWeb
from ci.core.smoke.boot import BootPlan, ImageFacts
from ci.core.smoke.plan import smoke_plan, wanted_secrets
from ci.core.smoke.report import SmokeReport
from ci.pipelines.smoke import smoke

ROOT = Path(__file__).parents[1]
TOKEN = "token-of-the-tests"
SECRET = "s3cret-of-this-run-"


def start_keeper() -> tuple[subprocess.Popen[bytes], str]:
    """A keeper on a free port, and its URL; its output is read to its end, so that no full pipe holds it up."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "ci"), "SLIPWAY_KEEPER_TOKEN": TOKEN}
    process = subprocess.Popen([sys.executable, "-m", "keeper"], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    port = process.stdout.readline().split()[-1].decode()
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return process, f"http://127.0.0.1:{port}"


def end_keeper(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.terminate()


@contextmanager
def keeper() -> Iterator[str]:
    """A keeper, by its URL."""
    process, url = start_keeper()
    try:
        yield url
    finally:
        end_keeper(process)


@dataclass
class HostYard:
    """See `ports.Yard`; an image is nothing but the environment that it has, and every address is loopback."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def images(self, plan: BootPlan) -> Mapping[str, ImageFacts]:
        facts = ImageFacts(
            environment={"PATH": os.environ["PATH"]}, user=str(os.getuid()), working_dir=str(self.folder)
        )
        return {one.name: facts for one in plan.services}

    async def put_up(self, plan: BootPlan, images: Mapping[str, ImageFacts]) -> Mapping[str, HttpKeeper]:
        assert set(images) == {one.name for one in plan.services}
        found = {}
        for one in plan.services:
            process, url = start_keeper()
            self.running.append(process)
            found[one.name] = HttpKeeper(url, TOKEN, "127.0.0.1")
        return found

    async def take_down(self) -> None:
        for process in self.running:
            end_keeper(process)


def run_smoke(folder: Path, compose: str, *, core_only: bool = False, **settings: object) -> SmokeReport:
    """The smoke of a compose file whose services are commands of this machine."""
    read = smoke_settings(**settings)
    file = "docker-compose.yaml"
    secrets = {name: SECRET + name for name in wanted_secrets(compose, file, read)}
    plan = smoke_plan(compose, file, "the trial", read, secrets, core_only=core_only)
    return anyio.run(partial(smoke, plan, HostYard(folder), HttpWeb(), SystemClock()))

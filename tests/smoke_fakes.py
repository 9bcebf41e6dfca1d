"""Hand-written fakes of what a smoke needs: services that behave as a test says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
from fakes import Effects, FakeClock

from ci.core.settings.smoke import SmokeSettings
from ci.core.settings.tables import Origin, read_table
from ci.core.smoke.plan import secrets_to_generate, smoke_plan
from ci.core.smoke.report import SmokeReport
from ci.core.smoke.service_spec import HealthCheck, ImageConfig
from ci.core.smoke.service_state import Event, EventKind, Health, Phase, ServiceState
from ci.core.smoke.start_plan import StartPlan
from ci.core.smoke.step_check import ActionResult
from ci.core.smoke.step_request import Request
from ci.errors import ConfigurationError
from ci.pipelines.smoke import smoke


@dataclass
class FakeControl:
    """A service that exits with `exit_code` if one is given, else gets healthy, or unhealthy, at its second poll."""

    name: str
    effects: Effects
    exit_code: int | None = None
    healthy: bool = True
    final: ServiceState | None = None
    """The state that the final check finds."""
    results: list[ActionResult] = field(default_factory=list)
    """Of commands."""
    killed: bool = False
    """Whether it does not stop within its grace period."""
    memory_bytes: int = 2**20
    spec: Mapping[str, Any] = field(default_factory=dict)
    address: str = "10.0.0.1"
    current: ServiceState = field(default_factory=ServiceState)
    time: list[float] = field(default_factory=lambda: [0.0])

    def _record(self, kind: EventKind, detail: str = "", **changes: Any) -> None:
        self.time[0] += 1
        events = (*self.current.events, Event(self.time[0], kind, detail))
        self.current = replace(self.current, version=self.current.version + 1, events=events, **changes)

    async def run(self, spec: Mapping[str, Any]) -> None:
        await self.effects.note(f"run {self.name}")
        self.spec = spec
        self._started()

    async def start(self) -> None:
        await self.effects.note(f"start {self.name}")
        self._started()

    def _started(self) -> None:
        health = Health.STARTING if self.spec.get("health_check") else Health.NONE
        self._record(EventKind.STARTED, phase=Phase.RUNNING, health=health)

    async def stop(self) -> None:
        await self.effects.note(f"stop {self.name}")
        if self.killed:
            self._record(EventKind.KILLED, f"{self.spec['stop_grace_seconds']:g}")
        self._record(EventKind.STOPPED, phase=Phase.STOPPED, health=Health.NONE)

    async def shut_down(self) -> None:
        await self.effects.note(f"shut_down {self.name}")

    async def poll(self, known_version: int = -1, seconds: float = 0.0) -> ServiceState:
        await self.effects.note(f"poll {self.name}")
        if known_version < 0 and not seconds and self.final:
            return self.final
        if known_version < self.current.version:
            return self.current
        if self.exit_code is not None and self.current.phase == Phase.RUNNING:
            self._record(EventKind.EXITED, str(self.exit_code), phase=Phase.EXITED, exit_code=self.exit_code)
        elif self.current.health == Health.STARTING:
            kind, health = (
                (EventKind.HEALTHY, Health.HEALTHY) if self.healthy else (EventKind.UNHEALTHY, Health.UNHEALTHY)
            )
            failed = 0 if self.healthy else 3
            self._record(kind, health=health, health_output="refused", failed_checks=failed)
        return self.current

    async def log(self, lines: int) -> tuple[str, ...]:
        return (f"log of {self.name}",)[:lines]

    async def memory(self) -> int:
        return self.memory_bytes

    async def execute(self, command: Sequence[str], seconds: float) -> ActionResult:
        assert seconds > 0
        await self.effects.note(f"exec {self.name} {' '.join(command)}")
        return self.results.pop(0) if self.results else ActionResult(0, "done")


@dataclass
class FakeRuntime:
    """Controls by name; an image has a health check if its name says so."""

    effects: Effects
    controls: Mapping[str, FakeControl]

    async def pull(self, plan: StartPlan) -> Mapping[str, ImageConfig]:
        await self.effects.note("pull")
        check = HealthCheck(("check",))
        return {
            one.name: ImageConfig(command=("run",), health_check=check if "checked" in one.image else None)
            for one in plan.services
        }

    async def create(self, plan: StartPlan, images: Mapping[str, ImageConfig]) -> Mapping[str, FakeControl]:
        assert set(images) == {one.name for one in plan.services}
        await self.effects.note("create")
        return {one.name: self.controls[one.name] for one in plan.services}

    async def remove(self) -> None:
        await self.effects.note("remove")


@dataclass
class FakeHttpClient:
    """Gives the responses of a test, the last one again and again."""

    responses: list[ActionResult] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    async def send(self, request: Request, address: str, seconds: float) -> ActionResult:
        assert (address, seconds > 0) == ("10.0.0.1", True)
        await anyio.lowlevel.checkpoint()
        self.requests.append(request)
        return self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]

    def cookie(self, session: str, name: str) -> str | None:
        return f"{session}-{name}" if session else None


def smoke_settings(**table: Any) -> SmokeSettings:
    """The settings that a table `[tool.slipway.smoke]` stands for."""
    values, problems = read_table(SmokeSettings, table, Origin())
    if problems:
        raise ConfigurationError(*problems)
    return SmokeSettings(**values)


class Trial:
    """A smoke of the services of a compose file; `behaviour` has the fields of `FakeControl` by service."""

    def __init__(self, services: str, *responses: ActionResult, **behaviour: dict[str, Any]) -> None:
        self.text = f"services:\n{services}"
        self.effects, self.clock = Effects(), FakeClock()
        self.client = FakeHttpClient(list(responses) or [ActionResult(200)])
        time = [0.0]
        names = [line.split(":")[0].strip() for line in services.splitlines()]
        self.controls = {name: FakeControl(name, self.effects, time=time, **behaviour.get(name, {})) for name in names}

    def run(self, *steps: dict[str, Any], **settings: Any) -> SmokeReport:
        read = smoke_settings(**settings, steps=list(steps))
        secrets = {name: f"secret-{name}" for name in secrets_to_generate(self.text, "f.yaml", read)}
        plan = smoke_plan(self.text, "f.yaml", "Shop", read, secrets)
        return anyio.run(partial(smoke, plan, FakeRuntime(self.effects, self.controls), self.client, self.clock))

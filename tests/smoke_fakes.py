"""Hand-written fakes of what a smoke needs of the world: a yard of keepers that are told what will happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
from fakes import Effects, FakeClock

from ci.core.settings.smoke import SmokeSettings
from ci.core.settings.tables import Origin, read_table
from ci.core.smoke.boot import BootPlan, HealthCheck, ImageFacts
from ci.core.smoke.plan import smoke_plan, wanted_secrets
from ci.core.smoke.report import SmokeReport
from ci.core.smoke.states import Event, Kept
from ci.core.smoke.steps import Answer, Request
from ci.errors import ConfigurationError
from ci.pipelines.smoke import smoke


@dataclass
class FakeKeeper:
    """A service that comes up as it is told to: `ends` with an exit code, or is healthy after one look, or never."""

    name: str
    effects: Effects
    ends: int | None = None
    healthy: bool = True
    later: Kept | None = None
    """What the last look shows."""
    answers: list[Answer] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    address: str = "10.0.0.1"
    state: Kept = field(default_factory=Kept)
    time: list[float] = field(default_factory=lambda: [0.0])

    def _next(self, what: str, detail: str = "", **more: Any) -> None:
        self.time[0] += 1
        events = (*self.state.events, Event(self.time[0], what, detail))
        self.state = Kept(**{**vars(self.state), "version": self.state.version + 1, "events": events, **more})

    async def tell(self, what: str, question: Mapping[str, Any] | None = None) -> None:
        await self.effects.note(f"{what} {self.name}")
        self.told = dict(question or self.told)
        if what in ("begin", "start"):
            self._next("started", phase="running", health="starting" if self.told.get("health") else "none")
        elif what == "stop":
            self._next("stopped", phase="stopped", health="none")

    async def look(self, known: int = -1, seconds: float = 0.0) -> Kept:
        await self.effects.note(f"look {self.name}")
        if known < 0 and not seconds and self.later:
            return self.later
        if known < self.state.version:
            return self.state
        if self.ends is not None and self.state.phase == "running":
            self._next("exited", str(self.ends), phase="exited", code=self.ends)
        elif self.state.health == "starting":
            status = "healthy" if self.healthy else "unhealthy"
            self._next(status, health=status, checked="refused", failing=0 if self.healthy else 3)
        return self.state

    async def log(self, lines: int) -> tuple[str, ...]:
        return (f"log of {self.name}",)[:lines]

    async def memory(self) -> int:
        return 2**20

    async def execute(self, command: Sequence[str], seconds: float) -> Answer:
        assert seconds > 0
        await self.effects.note(f"exec {self.name} {' '.join(command)}")
        return self.answers.pop(0) if self.answers else Answer(0, "done")


@dataclass
class FakeYard:
    """Keepers by name; an image has a health check where its name says so."""

    effects: Effects
    keepers: Mapping[str, FakeKeeper]

    async def images(self, plan: BootPlan) -> Mapping[str, ImageFacts]:
        await self.effects.note("images")
        check = HealthCheck(("check",))
        return {
            one.name: ImageFacts(command=("run",), health=check if "checked" in one.image else None)
            for one in plan.services
        }

    async def put_up(self, plan: BootPlan, images: Mapping[str, ImageFacts]) -> Mapping[str, FakeKeeper]:
        assert set(images) == {one.name for one in plan.services}
        await self.effects.note("put_up")
        return {one.name: self.keepers[one.name] for one in plan.services}

    async def take_down(self) -> None:
        await self.effects.note("take_down")


@dataclass
class FakeWeb:
    """Gives the answers that it was told, the last one again and again."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    async def ask(self, request: Request, address: str, seconds: float) -> Answer:
        assert (address, seconds > 0) == ("10.0.0.1", True)
        await anyio.lowlevel.checkpoint()
        self.asked.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def cookie(self, session: str, name: str) -> str | None:
        return f"{session}-{name}" if session else None


def smoke_settings(**table: Any) -> SmokeSettings:
    """The settings that a table `[tool.slipway.smoke]` stands for."""
    values, problems = read_table(SmokeSettings, table, Origin())
    if problems:
        raise ConfigurationError(*problems)
    return SmokeSettings(**values)


class Trial:
    """A smoke of a compose file with keepers that are told what will happen, by service."""

    def __init__(self, services: str, *answers: Answer, **keepers: dict[str, Any]) -> None:
        self.text = f"services:\n{services}"
        self.effects, self.clock, self.web = Effects(), FakeClock(), FakeWeb(list(answers) or [Answer(200)])
        time = [0.0]
        names = [line.split(":")[0].strip() for line in services.splitlines()]
        self.keepers = {name: FakeKeeper(name, self.effects, time=time, **keepers.get(name, {})) for name in names}

    def run(self, *steps: dict[str, Any], **settings: Any) -> SmokeReport:
        read = smoke_settings(**settings, steps=list(steps))
        secrets = {name: f"secret-{name}" for name in wanted_secrets(self.text, "f.yaml", read)}
        plan = smoke_plan(self.text, "f.yaml", "Shop", read, secrets)
        return anyio.run(partial(smoke, plan, FakeYard(self.effects, self.keepers), self.web, self.clock))

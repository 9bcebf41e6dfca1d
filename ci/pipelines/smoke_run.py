"""What a smoke has seen so far, and how a begun service is followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import anyio

from ci.core.smoke.boot import Booted
from ci.core.smoke.plan import SmokePlan
from ci.core.smoke.report import StepResult
from ci.core.smoke.states import COMING, Kept, Verdict, is_job, late, verdict
from ci.errors import Problem
from ci.pipelines.ports import Clock, Keeper, Web

STEADY_SECONDS = 2.0
"""A service without a health check is ready once it has run for so long."""
LOOK_SECONDS = 20.0
BLOT = "***"


@dataclass
class Course:
    """What a smoke has seen so far; the report is made of it, whether it ends well or not."""

    plan: SmokePlan
    web: Web
    clock: Clock
    started: datetime
    keepers: Mapping[str, Keeper] = field(default_factory=dict)
    states: dict[str, tuple[Kept, Verdict]] = field(default_factory=dict)
    first: dict[str, Kept] = field(default_factory=dict)
    """The state in which each service was ready for the first time."""
    memory: dict[str, int] = field(default_factory=dict)
    logs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    saved: dict[str, str] = field(default_factory=dict)
    steps: list[StepResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changed: anyio.Event = field(default_factory=anyio.Event)

    def set(self, name: str, kept: Kept, of: Verdict) -> None:
        """Note a service's state, and wake whoever waits for one."""
        self.states[name] = (kept, of)
        changed, self.changed = self.changed, anyio.Event()
        changed.set()

    def ready(self, name: str) -> bool:
        """Whether a service is up."""
        return name in self.states and self.states[name][1].outcome == "ready"

    def clean(self, text: str) -> str:
        """A text without what was made up for secrets."""
        for secret in self.plan.made_up:
            text = text.replace(secret, BLOT)
        return text

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self.problems.append(replace(problem, value=self.clean(problem.value), what=self.clean(problem.what)))


async def watch(course: Course, one: Booted) -> None:
    """Follow a begun service until it is ready, has failed, or is late."""
    settings, keeper = course.plan.settings, course.keepers[one.name]
    job, kept = is_job(course.plan.boot, one.name), Kept()
    with anyio.move_on_after(settings.ready_seconds) as limit:
        while True:
            kept = await keeper.look(kept.version, LOOK_SECONDS)
            of = verdict(one, kept, job=job, settings=settings)
            if of.outcome == "ready" and kept.phase == "running" and kept.health == "none":
                course.set(one.name, kept, COMING)  # what waits for no more than its start may go on
                later = await keeper.look(kept.version, STEADY_SECONDS)
                if later.version != kept.version:
                    kept = replace(later, version=kept.version)
                    continue
            course.set(one.name, kept, of)
            if of.outcome != "coming":
                return
    if limit.cancelled_caught:
        course.set(one.name, kept, late(kept, settings.ready_seconds))

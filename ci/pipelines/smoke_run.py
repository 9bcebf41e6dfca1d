"""The results of a smoke so far; its report is made of them, however the smoke ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import anyio

from ci.core.redaction import Redactor
from ci.core.smoke.plan import SmokePlan
from ci.core.smoke.readiness import Readiness, Status
from ci.core.smoke.report import ServiceResult, SmokeReport, StepResult, memory_notes, service_problem
from ci.core.smoke.service_spec import ServiceSpec
from ci.core.smoke.service_state import EventKind, ServiceState
from ci.errors import Problem
from ci.pipelines.ports import Clock
from ci.pipelines.smoke_ports import HttpClient, ServiceControl

NOT_STARTED = (ServiceState(), Readiness(Status.NOT_STARTED))


@dataclass
class SmokeRun:
    """The results of a smoke so far, by service name where there is one for each service."""

    plan: SmokePlan
    client: HttpClient
    clock: Clock
    started: datetime
    controls: Mapping[str, ServiceControl] = field(default_factory=dict)
    states: dict[str, tuple[ServiceState, Readiness]] = field(default_factory=dict)
    first_states: dict[str, ServiceState] = field(default_factory=dict)
    """The state in which each service was ready, or had failed, for the first time."""
    peak_memory: dict[str, int] = field(default_factory=dict)
    """The largest memory sample, in bytes."""
    logs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    killed: dict[str, float] = field(default_factory=dict)
    """Services that had to be killed at a stop, and their grace periods in seconds."""
    stopped: set[str] = field(default_factory=set)
    """Services that a step has stopped."""
    saved: dict[str, str] = field(default_factory=dict)
    """Values that steps have saved."""
    steps: list[StepResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changed: anyio.Event = field(default_factory=anyio.Event)
    """Set, and replaced by a new one, when the state of a service changes."""

    def set_state(self, name: str, state: ServiceState, readiness: Readiness) -> None:
        """Record a service's state, and wake everything that waits for a change."""
        self.states[name] = (state, readiness)
        changed, self.changed = self.changed, anyio.Event()
        changed.set()

    def is_ready(self, name: str) -> bool:
        """Whether a service was ready when it was last checked; one that a step has stopped still counts."""
        return name in self.states and self.states[name][1].status == Status.READY

    def is_running(self, name: str) -> bool:
        """Whether a service is ready, and no step has stopped it."""
        return self.is_ready(name) and name not in self.stopped

    def redact(self, text: str) -> str:
        """A text with the values of generated secrets masked."""
        return Redactor(self.plan.redacted).text(text)

    def add(self, problem: Problem) -> None:
        """Record a problem; it is redacted in the report."""
        self.problems.append(problem)

    def report(self) -> SmokeReport:
        """The report of all results."""
        plan, problems = self.plan, list(self.problems)
        services = tuple(self._result(one) for one in plan.start.services)
        lines = {one.name: one.line for one in plan.start.services}
        problems += [
            service_problem(one, plan.file, lines[one.name]) for one in services if one.status == Status.FAILED
        ]
        notes = [f"`{one.name}`: {', '.join(one.unsupported)}" for one in plan.start.services if one.unsupported]
        if plan.start.not_started:
            notes.append("not started: " + ", ".join(plan.start.not_started))
        return SmokeReport(
            title=plan.title,
            started=self.started.isoformat(timespec="seconds"),
            seconds=round((self.clock.now() - self.started).total_seconds(), 3),
            services=services,
            steps=tuple(self.steps),
            problems=tuple(dict.fromkeys(Redactor(plan.redacted).problems(problems))),
            notes=(*notes, *memory_notes(services)),
        )

    def _result(self, service: ServiceSpec) -> ServiceResult:
        starts = (one.first(EventKind.STARTED) for one in self.first_states.values())
        first_start = min((at for at in starts if at), default=0.0)
        state, readiness = self.states.get(service.name, NOT_STARTED)
        start = state.first(EventKind.STARTED)
        ready = state.ready_at() if readiness.status == Status.READY else None
        return ServiceResult(
            name=service.name,
            image=service.image,
            status=Status.NOT_STARTED if readiness.status == Status.PENDING else readiness.status,
            reason=self.redact(readiness.reason),
            startup_seconds=round(ready - start, 3) if start and ready else 0.0,
            ready_after_seconds=round(ready - first_start, 3) if ready else 0.0,
            restarts=state.restarts,
            memory_bytes=self.peak_memory.get(service.name, 0),
            memory_limit_bytes=service.memory_limit,
            log=tuple(map(self.redact, self.logs.get(service.name, ()))),
            killed_after_seconds=self.killed.get(service.name, 0.0),
        )

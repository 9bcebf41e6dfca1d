"""The results of a smoke, for people and for machines."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ci.core.smoke.readiness import Status
from ci.core.smoke.service_spec import ServiceSpec
from ci.errors import Problem, describe

MIB = 1024 * 1024


class StepOutcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class ServiceResult:
    """What became of a service; 0 stands for a figure that is not known."""

    name: str
    image: str
    status: Status
    reason: str = ""
    """Why the service is not ready."""
    startup_seconds: float = 0.0
    """From the start of the service's own process until it was ready."""
    ready_after_seconds: float = 0.0
    """From the start of the first service until this one was ready."""
    restarts: int = 0
    memory_bytes: int = 0
    """The largest sample of the memory in use."""
    memory_limit_bytes: int = 0
    log: tuple[str, ...] = ()
    """The last lines of the output of a service that failed."""
    killed_after_seconds: float = 0.0
    """The grace period after which it had to be killed at a stop; 0 if it never was."""


@dataclass(frozen=True)
class StepResult:
    """What became of a step, and why."""

    name: str
    outcome: StepOutcome
    seconds: float = 0.0
    detail: str = ""


@dataclass(frozen=True)
class SmokeReport:
    """All results of a smoke; the values of generated secrets are masked in it."""

    title: str
    started: str
    """The time of the start, in ISO 8601."""
    seconds: float
    services: tuple[ServiceResult, ...]
    steps: tuple[StepResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """Differences from what the compose file says."""


def summary(report: SmokeReport) -> str:
    """The report for people: a line for each service and each step, then the problems."""
    result = "FAILED" if report.problems else "passed"
    memory = sum(one.memory_bytes for one in report.services)
    lines = [f"Smoke of {report.title}: {result} after {report.seconds:.1f} s, {memory / MIB:.0f} MiB in use", ""]
    names = max((len(one.name) for one in report.services), default=0)
    lines += [f"  {one.status:11}  {one.name:{names}}  {_figures(one)}".rstrip() for one in report.services]
    if report.steps:
        names = max(len(step.name) for step in report.steps)
        lines += ["", "Steps:"]
        lines += [
            f"  {step.outcome:11}  {step.name:{names}}  {step.seconds:6.1f} s  {step.detail}".rstrip()
            for step in report.steps
        ]
    if report.notes:
        lines += ["", "Differences from the compose file:", *(f"  {note}" for note in report.notes)]
    if report.problems:
        lines += ["", describe(report.problems)]
    return "\n".join(lines) + "\n"


def _figures(result: ServiceResult) -> str:
    if result.status != Status.READY:
        return result.reason.partition("\n")[0]
    text = f"{result.startup_seconds:6.1f} s (ready after {result.ready_after_seconds:6.1f} s)"
    text += f"  restarts {result.restarts}"
    text += f"  killed {result.killed_after_seconds:g} s after its stop signal" if result.killed_after_seconds else ""
    text += f"  {result.memory_bytes / MIB:6.0f} MiB" if result.memory_bytes else ""
    limit = result.memory_limit_bytes if result.memory_bytes else 0
    return text + (f" of {limit / MIB:.0f}" if limit else "")


def as_json(report: SmokeReport) -> dict[str, Any]:  # Any: JSON
    """The report for machines."""
    return {
        "ok": not report.problems,
        "title": report.title,
        "started": report.started,
        "seconds": report.seconds,
        "memory_bytes": sum(one.memory_bytes for one in report.services),
        "services": [asdict(one) for one in report.services],
        "steps": [asdict(one) for one in report.steps],
        "notes": list(report.notes),
        "problems": [asdict(problem) for problem in report.problems],
    }


def service_problem(result: ServiceResult, file: str, line: int) -> Problem:
    """The problem of a service that failed, with the end of its log."""
    log = "".join(f"\n    {text}" for text in result.log)
    return Problem(
        what=f"`{result.name}` {result.reason}\n  its log " + ("ends with" if log else "is empty"),
        value=log,
        file=file,
        line=line,
        expected="a service that gets ready and stays so",
        hint="fix the service, or raise `ready_seconds` or `max_restarts` in [tool.slipway.smoke]",
    )


def killed_problem(service: ServiceSpec, file: str) -> Problem:
    """The problem of a service that was killed, since it did not stop within its grace period."""
    return Problem(
        what=f"`{service.name}` did not stop within its grace period, and was killed",
        value=f"{service.stop_grace_seconds:g} s after {service.stop_signal}",
        file=file,
        line=service.line,
        expected="an end within `stop_grace_period` (10s where it is not set): what is killed may lose data",
        hint=f"set a longer `stop_grace_period` for `{service.name}` in the compose file, such as "
        f"{2 * service.stop_grace_seconds:g}s, or make it end at its signal (`stop_signal`; `exec` in a shell script)",
    )


def memory_notes(services: tuple[ServiceResult, ...]) -> list[str]:
    """A note for each service that uses more memory than its limit: where limits apply, it would have been killed."""
    return [
        f"`{one.name}` uses {one.memory_bytes / MIB:.0f} MiB, more than its limit of "
        f"{one.memory_limit_bytes / MIB:.0f} MiB, which a smoke does not apply"
        for one in services
        if one.memory_limit_bytes and one.memory_bytes > one.memory_limit_bytes
    ]

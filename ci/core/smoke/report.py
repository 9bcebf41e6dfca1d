"""What a smoke found: a line a service, a line a step, every problem."""

from dataclasses import asdict, dataclass
from typing import Any

from ci.errors import Problem, describe

MIB = 1024 * 1024


@dataclass(frozen=True)
class ServiceResult:
    """What became of a service; times in seconds, memory in bytes, 0 where it is not known."""

    name: str
    image: str
    outcome: str
    """`ready`, `failed`, `blocked` or `not booted`."""
    why: str = ""
    ready_seconds: float = 0.0
    """From the start of its own process until it was healthy, had ended well, or ran."""
    up_seconds: float = 0.0
    """From the start of the first service until this one was ready."""
    restarts: int = 0
    memory: int = 0
    memory_limit: int = 0
    log: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepResult:
    """What became of a step: `done`, `failed` or `passed over`."""

    name: str
    outcome: str
    seconds: float = 0.0
    detail: str = ""


@dataclass(frozen=True)
class SmokeReport:
    """Everything that a smoke did and found."""

    title: str
    started: str
    seconds: float
    services: tuple[ServiceResult, ...]
    steps: tuple[StepResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def summary(report: SmokeReport) -> str:
    """The report for people."""
    verdict = "FAILED" if report.problems else "green"
    total = sum(one.memory for one in report.services)
    lines = [f"Smoke of {report.title}: {verdict} after {report.seconds:.1f} s, {total / MIB:.0f} MiB in use", ""]
    names = max((len(one.name) for one in report.services), default=0)
    for one in report.services:
        told = f"  {one.outcome:10}  {one.name:{names}}"
        if one.outcome == "ready":
            told += f"  {one.ready_seconds:6.1f} s (up after {one.up_seconds:6.1f} s)  restarts {one.restarts}"
            told += f"  {one.memory / MIB:6.0f} MiB" if one.memory else ""
            told += f" of {one.memory_limit / MIB:.0f}" if one.memory and one.memory_limit else ""
        elif one.why:
            told += f"  {one.why.splitlines()[0]}"
        lines.append(told)
    if report.steps:
        lines += ["", "Steps:"]
        width = max(len(step.name) for step in report.steps)
        lines += [
            f"  {step.outcome:11}  {step.name:{width}}  {step.seconds:6.1f} s  {step.detail}".rstrip()
            for step in report.steps
        ]
    if report.notes:
        lines += ["", "Not as the compose file says:", *(f"  {note}" for note in report.notes)]
    if report.problems:
        lines += ["", describe(report.problems)]
    return "\n".join(lines) + "\n"


def as_json(report: SmokeReport) -> dict[str, Any]:  # Any: JSON
    """The report for machines; what was made up for secrets is blotted out of it already."""
    return {
        "ok": not report.problems,
        "title": report.title,
        "started": report.started,
        "seconds": report.seconds,
        "memory": sum(one.memory for one in report.services),
        "services": [asdict(one) for one in report.services],
        "steps": [asdict(one) for one in report.steps],
        "notes": list(report.notes),
        "problems": [asdict(problem) for problem in report.problems],
    }


def service_problem(result: ServiceResult, file: str, line: int) -> Problem:
    """The problem of a service that failed, with the end of its log."""
    log = "".join(f"\n    {text}" for text in result.log)
    what = f"`{result.name}` {result.why}\n  its log " + ("ends with" if log else "is empty")
    return Problem(what=what, value=log, file=file, line=line)


def memory_notes(services: tuple[ServiceResult, ...]) -> list[str]:
    """A note for each service that holds more memory than its limit: where limits hold, it would have been killed."""
    return [
        f"`{one.name}` holds {one.memory / MIB:.0f} MiB, its limit is {one.memory_limit / MIB:.0f} MiB (not held here)"
        for one in services
        if one.memory_limit and one.memory > one.memory_limit
    ]

"""The story of a smoke; it knows only the protocols in `ci.ports`.

    put up      a container for each service; in each a keeper, which begins nothing by itself
    rise        each service begins as soon as all that it waits for is there, and is watched until it is ready
    start order the times that the keepers noted are held against `depends_on`
    steps       what the settings say is done and expected
    last look   whatever was ready still is, and was not restarted

What fails ends nothing but what waits for it: the report holds every service, every step and every problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import anyio

from ci.concurrency import run_all
from ci.core.smoke import states as boot_states
from ci.core.smoke.boot import Booted, ImageFacts
from ci.core.smoke.plan import SmokePlan
from ci.core.smoke.report import ServiceResult, SmokeReport, StepResult, memory_notes, service_problem
from ci.core.smoke.settings import Step
from ci.core.smoke.spec import check_health, keeper_spec
from ci.core.smoke.states import COMING, Kept, Verdict, is_job, late, may_start, order_problems, verdict
from ci.core.smoke.steps import Answer, UnknownNameError, fault, fill, request, saved
from ci.errors import Problem, SlipwayError
from ci.ports import Clock, Keeper, Web, Yard

STEADY_SECONDS = 2.0
"""A service without a health check is ready once it has run for so long."""
LOOK_SECONDS = 20.0
PAUSE_SECONDS = 0.5
STEP_SECONDS = 120.0
"""How long a command or an answer may take."""
LOG_LINES, STEP_LOG_LINES = 40, 15
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


async def smoke(plan: SmokePlan, yard: Yard, web: Web, clock: Clock) -> SmokeReport:
    """Boot a product, judge it, and take it down.

    Never raises for what goes wrong with it: the report then holds the problems.
    """
    course = Course(plan, web, clock, clock.now())
    try:
        images = await yard.images(plan.boot)
        check_health(plan.boot, images)
        course.keepers = await yard.put_up(plan.boot, images)
        await _rise(course, images)
        await _weigh(course)
        _judge_order(course)
        for step in plan.settings.steps:
            await _step(course, step)
        await _weigh(course)
        await _last_look(course)
        await _read_logs(course)
    except SlipwayError as error:
        for problem in error.problems:
            course.add(problem)
    finally:
        with anyio.CancelScope(shield=True):
            await run_all(list(course.keepers.values()), _end, at_once=8, seconds=60)
            await yard.take_down()
    return _report(course)


async def _end(keeper: Keeper) -> None:
    await keeper.tell("end")


async def _rise(course: Course, images: Mapping[str, ImageFacts]) -> None:
    """Begin every service in its time, and watch it until it is ready or never will be."""
    plan = course.plan
    course.states = {one.name: (Kept(), COMING) for one in plan.boot.services}

    async def rise(one: Booted) -> None:
        while (may := may_start(one, course.states)).outcome == "coming":
            await course.changed.wait()
        if may.outcome == "blocked":
            course.set(one.name, Kept(), may)
            return
        spec = keeper_spec(one, images[one.name], hidden=plan.made_up, keep_volumes=plan.keep_volumes)
        try:
            await course.keepers[one.name].tell("begin", spec)
            await _watch(course, one)
        except SlipwayError as error:
            course.set(one.name, course.states[one.name][0], Verdict("failed", str(error)))

    await run_all(plan.boot.services, rise, at_once=len(plan.boot.services) or 1)
    course.first = {name: kept for name, (kept, _) in course.states.items()}


async def _watch(course: Course, one: Booted) -> None:
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


async def _weigh(course: Course) -> None:
    """Note what each service holds, the most of all times that it was asked."""
    for name, keeper in course.keepers.items():
        if course.ready(name) and name not in course.down:
            course.memory[name] = max(course.memory.get(name, 0), await keeper.memory())


def _judge_order(course: Course) -> None:
    found = order_problems(course.plan.boot, course.first)
    for what in found:
        course.add(Problem(what=what, file=course.plan.file, right="the order of `depends_on`"))
    held = sum(len(one.needs) for one in course.plan.boot.services)
    outcome, detail = ("failed", f"{len(found)} problem(s)") if found else ("done", f"{held} conditions held")
    course.steps.append(StepResult("start order", outcome, 0.0, detail))


async def _step(course: Course, step: Step) -> None:
    """Do a step, as often as it is to be done; it is passed over if what it needs is not there."""
    begun = course.clock.now()

    def result(outcome: str, detail: str = "") -> None:
        seconds = (course.clock.now() - begun).total_seconds()
        course.steps.append(StepResult(step.name, outcome, round(seconds, 3), course.clean(detail)))

    missing = [name for name in (step.service, *step.needs) if course.plan.boot.of(name) is None]
    if missing:
        result("passed over", f"{', '.join(missing)} not booted")
        return
    idle = [
        name
        for name in (step.service, *step.needs)
        if not course.ready(name) or (name in course.down and not step.start and name == step.service)
    ]
    if idle:
        result("passed over", f"{', '.join(idle)} not up")
        return
    try:
        for turn in range(1, step.times + 1):
            if why := await _attempts(course, step, turn):
                result("failed", why.splitlines()[0])
                log = "".join(f"\n    {text}" for text in await course.keepers[step.service].log(STEP_LOG_LINES))
                ending = f"\n  the log of `{step.service}` ends with" if log else ""
                course.add(
                    Problem(
                        what=f"The step `{step.name}` failed: {why}{ending}",
                        value=log,
                        do="mend the product, or the step in [[tool.slipway.smoke.steps]]",
                    )
                )
                return
    except UnknownNameError as error:
        result("passed over", f"`{error}` has no value: the step that saves it did not succeed")
        return
    except SlipwayError as error:
        result("failed", str(error).splitlines()[0])
        for problem in error.problems:
            course.add(replace(problem, what=f"The step `{step.name}` failed: {problem.what}"))
        return
    result("done", f"{step.times} times" if step.times > 1 else "")


async def _attempts(course: Course, step: Step, turn: int) -> str:
    """What is wrong with the step's last answer, after as many as its time allows; `""` where nothing is."""
    begun = course.clock.now()
    while True:
        filled = fill(step, lambda name: _value(course, step, turn, name), course.plan.secrets)
        answer = await _act(course, filled)
        why = fault(filled, answer)
        if not why:
            course.saved |= saved(filled, answer)
            return ""
        passed = (course.clock.now() - begun).total_seconds()
        if passed >= step.within:
            return f"{why} (for {passed:.0f} s)" if step.within else why
        await course.clock.sleep(PAUSE_SECONDS)


def _value(course: Course, step: Step, turn: int, name: str) -> str | None:
    if name == "turn":
        return str(turn)
    if name.startswith("cookie."):
        return course.web.cookie(step.session, name.removeprefix("cookie."))
    return course.saved.get(name)


async def _act(course: Course, step: Step) -> Answer:
    """Do what the step says, once."""
    keeper = course.keepers[step.service]
    match step.action:
        case "http":
            service = course.plan.boot.of(step.service)
            ports = service.ports if service else ()
            return await course.web.ask(request(step, ports[0].target if ports else 80), keeper.address, STEP_SECONDS)
        case "exec":
            return await keeper.execute(step.exec, STEP_SECONDS)
        case "stop":
            await keeper.tell("stop")
            course.down.add(step.service)
            return Answer()
    await _start(course, step.service)
    for one in course.plan.boot.services:
        if course.ready(one.name) and any(need.restart and need.service == step.service for need in one.needs):
            await course.keepers[one.name].tell("stop")
            await _start(course, one.name)
    _, of = course.states[step.service]
    return Answer(error="" if of.outcome == "ready" else f"`{step.service}` {of.why}")


async def _start(course: Course, name: str) -> None:
    one = next(one for one in course.plan.boot.services if one.name == name)
    await course.keepers[name].tell("start")
    course.down.discard(name)
    await _watch(course, one)


async def _last_look(course: Course) -> None:
    """Hold whatever was ready against its state now, and count restarts."""
    settings = course.plan.settings
    for one in course.plan.boot.services:
        if not course.ready(one.name) or one.name in course.down:
            continue
        try:
            kept = await course.keepers[one.name].look()
        except SlipwayError as error:
            course.set(one.name, course.states[one.name][0], Verdict("failed", str(error)))
            continue
        of = verdict(one, kept, job=is_job(course.plan.boot, one.name), settings=settings)
        if of.outcome == "coming":
            of = Verdict("failed", f"was ready, and is no more: {kept.phase}, {kept.health}")
        elif of.outcome == "ready" and kept.restarts > settings.restarts:
            of = Verdict("failed", f"was restarted {kept.restarts} time(s), last after exit code {kept.code}")
        course.set(one.name, kept, of)


async def _read_logs(course: Course) -> None:
    for name, (kept, of) in course.states.items():
        if of.outcome == "failed" and kept != Kept():
            try:
                course.logs[name] = await course.keepers[name].log(LOG_LINES)
            except SlipwayError:
                continue


def _report(course: Course) -> SmokeReport:
    plan = course.plan
    begun = min((at for kept in course.first.values() if (at := kept.first("started"))), default=0.0)
    services, problems = [], list(course.problems)
    for one in plan.boot.services:
        kept, of = course.states.get(one.name, (Kept(), Verdict("not booted")))
        start, up = kept.first("started"), boot_states.ready_at(kept)
        result = ServiceResult(
            name=one.name,
            image=one.image,
            outcome="not booted" if of.outcome == "coming" else of.outcome,
            why=course.clean(of.why),
            ready_seconds=round(up - start, 3) if start and up else 0.0,
            up_seconds=round(up - begun, 3) if up else 0.0,
            restarts=kept.restarts,
            memory=course.memory.get(one.name, 0),
            memory_limit=one.memory_limit,
            log=course.logs.get(one.name, ()),
        )
        services.append(result)
        if of.outcome == "failed":
            problems.append(service_problem(result, plan.file, one.line))
    notes = [f"`{one.name}`: {', '.join(one.passed_over)}" for one in plan.boot.services if one.passed_over]
    if plan.boot.left:
        notes.append("not booted: " + ", ".join(plan.boot.left))
    return SmokeReport(
        title=plan.title,
        started=course.started.isoformat(timespec="seconds"),
        seconds=round((course.clock.now() - course.started).total_seconds(), 3),
        services=tuple(services),
        steps=tuple(course.steps),
        problems=tuple(dict.fromkeys(problems)),
        notes=(*notes, *memory_notes(tuple(services))),
    )

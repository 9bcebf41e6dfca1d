"""The story of a smoke; it knows only the protocols in `ci.pipelines.ports`.

    put up      a container for each service; in each a keeper, which begins nothing by itself
    rise        each service begins as soon as all that it waits for is there, and is watched until it is ready
    start order the times that the keepers noted are held against `depends_on`
    steps       what the settings say is done and expected
    last look   whatever was ready still is, and was not restarted

What fails ends nothing but what waits for it: the report holds every service, every step and every problem.
"""

from collections.abc import Mapping

import anyio

from ci.concurrency import run_all
from ci.core.smoke.boot import Booted, ImageFacts
from ci.core.smoke.plan import SmokePlan
from ci.core.smoke.report import ServiceResult, SmokeReport, StepResult, memory_notes, service_problem
from ci.core.smoke.spec import check_health, keeper_spec
from ci.core.smoke.states import COMING, Kept, Verdict, is_job, may_start, order_problems, ready_at, verdict
from ci.errors import Problem, SlipwayError
from ci.pipelines import smoke_steps
from ci.pipelines.ports import Clock, Keeper, Web, Yard
from ci.pipelines.smoke_run import Course, watch

LOG_LINES = 40


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
            await smoke_steps.do(course, step)
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
            await watch(course, one)
        except SlipwayError as error:
            course.set(one.name, course.states[one.name][0], Verdict("failed", str(error)))

    await run_all(plan.boot.services, rise, at_once=len(plan.boot.services) or 1)
    course.first = {name: kept for name, (kept, _) in course.states.items()}


async def _weigh(course: Course) -> None:
    """Note what each service holds, the most of all times that it was asked."""
    for name, keeper in course.keepers.items():
        if course.ready(name) and name not in course.down:
            course.memory[name] = max(course.memory.get(name, 0), await keeper.memory())


def _judge_order(course: Course) -> None:
    found = order_problems(course.plan.boot, course.first)
    for what in found:
        course.add(Problem(what=what, file=course.plan.file, expected="the order of `depends_on`"))
    held = sum(len(one.needs) for one in course.plan.boot.services)
    outcome, detail = ("failed", f"{len(found)} problem(s)") if found else ("done", f"{held} conditions held")
    course.steps.append(StepResult("start order", outcome, 0.0, detail))


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
        elif of.outcome == "ready" and kept.restarts > settings.max_restarts:
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
        start, up = kept.first("started"), ready_at(kept)
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

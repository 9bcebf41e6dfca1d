"""The steps of a smoke: what the settings say is done with a product that is up, and expected of it."""

from dataclasses import replace

from ci.core.settings.smoke import Step
from ci.core.smoke.report import StepResult
from ci.core.smoke.steps import Answer, UnknownNameError, fault, fill, request, saved
from ci.errors import Problem, SlipwayError
from ci.pipelines.smoke_run import Course, watch

PAUSE_SECONDS = 0.5
STEP_SECONDS = 120.0
"""How long a command or an answer may take."""
STEP_LOG_LINES = 15


async def do(course: Course, step: Step) -> None:
    """Do a step, as often as it is to be done; it is passed over if what it needs is not there."""
    begun = course.clock.now()

    def result(outcome: str, detail: str = "") -> None:
        seconds = (course.clock.now() - begun).total_seconds()
        course.steps.append(StepResult(step.name, outcome, round(seconds, 3), course.clean(detail)))

    missing = [name for name in (step.service, *step.requires) if course.plan.boot.of(name) is None]
    if missing:
        result("passed over", f"{', '.join(missing)} not booted")
        return
    idle = [
        name
        for name in (step.service, *step.requires)
        if not course.ready(name) or (name in course.down and not step.start and name == step.service)
    ]
    if idle:
        result("passed over", f"{', '.join(idle)} not up")
        return
    try:
        for turn in range(1, step.repeat + 1):
            if why := await _attempts(course, step, turn):
                result("failed", why.splitlines()[0])
                log = "".join(f"\n    {text}" for text in await course.keepers[step.service].log(STEP_LOG_LINES))
                ending = f"\n  the log of `{step.service}` ends with" if log else ""
                course.add(
                    Problem(
                        what=f"The step `{step.name}` failed: {why}{ending}",
                        value=log,
                        hint="mend the product, or the step in [[tool.slipway.smoke.steps]]",
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
    result("done", f"{step.repeat} times" if step.repeat > 1 else "")


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
        if passed >= step.retry_seconds:
            return f"{why} (for {passed:.0f} s)" if step.retry_seconds else why
        await course.clock.sleep(PAUSE_SECONDS)


def _value(course: Course, step: Step, turn: int, name: str) -> str | None:
    if name == "repetition":
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
    await watch(course, one)

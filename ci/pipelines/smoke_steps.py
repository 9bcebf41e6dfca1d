"""Runs the steps of the settings against the running product."""

from dataclasses import replace

from ci.core.settings.smoke import Action, Step
from ci.core.smoke.readiness import READY
from ci.core.smoke.report import StepOutcome, StepResult, killed_problem
from ci.core.smoke.step_check import ActionResult, mismatch, saved_values
from ci.core.smoke.step_request import UnknownNameError, fill_step, request_of
from ci.errors import Problem, SlipwayError, SmokeError
from ci.pipelines.smoke_run import SmokeRun
from ci.pipelines.smoke_start import wait_until_ready

PAUSE_SECONDS = 0.5
"""The pause between two attempts of a step with `retry_seconds`."""
ACTION_SECONDS = 120.0
"""How long a command or a request may take."""
LOG_LINES = 15
HTTP_PORT = 80
"""The port of a request to a service that neither publishes nor exposes one."""


async def run_steps(run: SmokeRun) -> None:
    """Run every step, in order; one that fails does not stop the others."""
    for step in run.plan.settings.steps:
        started = run.clock.now()
        outcome, detail = await _run_step(run, step)
        seconds = round((run.clock.now() - started).total_seconds(), 3)
        run.steps.append(StepResult(step.name, outcome, seconds, run.redact(detail)))


async def _run_step(run: SmokeRun, step: Step) -> tuple[StepOutcome, str]:
    """The outcome of a step, and its reason in one line."""
    if reason := _reason_to_skip(run, step):
        return StepOutcome.SKIPPED, reason
    try:
        for repetition in range(1, step.repeat + 1):
            if difference := await _attempt(run, step, repetition):
                run.add(await _problem(run, step, difference))
                return StepOutcome.FAILED, difference.splitlines()[0]
    except UnknownNameError as error:
        return StepOutcome.SKIPPED, f"no value for `{error}`: the step that saves it did not succeed"
    except SlipwayError as error:
        for problem in error.problems:
            run.add(replace(problem, what=f"The step `{step.name}` failed: {problem.what}"))
        return StepOutcome.FAILED, str(error).splitlines()[0]
    return StepOutcome.DONE, f"{step.repeat} times" if step.repeat > 1 else ""


def _reason_to_skip(run: SmokeRun, step: Step) -> str:
    """Why a step can't be run; `""` if it can."""
    services = (step.service, *step.requires)
    if missing := [name for name in services if run.plan.start.find(name) is None]:
        return f"{', '.join(missing)} not started"
    stopped = step.service in run.stopped and not step.start
    unready = [name for name in services if not run.is_ready(name) or (stopped and name == step.service)]
    return f"{', '.join(unready)} not ready" if unready else ""


async def _problem(run: SmokeRun, step: Step, difference: str) -> Problem:
    log = "".join(f"\n    {line}" for line in await run.controls[step.service].log(LOG_LINES))
    ending = f"\n  the log of `{step.service}` ends with" if log else ""
    return Problem(
        what=f"The step `{step.name}` failed: {difference}{ending}",
        value=log,
        expected="the result that the step describes",
        hint="fix the product, or the step in [[tool.slipway.smoke.steps]]; for more time, raise its `retry_seconds`",
    )


async def _attempt(run: SmokeRun, step: Step, repetition: int) -> str:
    """Try a step until its result is as expected or its time is over; returns how the last result differs."""
    started = run.clock.now()
    while True:
        filled = fill_step(step, lambda name: _value(run, step, repetition, name), run.plan.secrets)
        result = await _act(run, filled)
        difference = mismatch(filled, result, run.redact)
        if not difference:
            run.saved |= saved_values(filled, result)
            return ""
        seconds = (run.clock.now() - started).total_seconds()
        if seconds >= step.retry_seconds:
            return f"{difference} (for {seconds:.0f} s)" if step.retry_seconds else difference
        await run.clock.sleep(PAUSE_SECONDS)


def _value(run: SmokeRun, step: Step, repetition: int, name: str) -> str | None:
    """The value of `{{ name }}` in a step."""
    if name == "repetition":
        return str(repetition)
    if name.startswith("cookie."):
        return run.client.cookie(step.session, name.removeprefix("cookie."))
    return run.saved.get(name)


async def _act(run: SmokeRun, step: Step) -> ActionResult:
    """Do once what the step says."""
    control = run.controls[step.service]
    match step.action:
        case Action.HTTP:
            service = run.plan.start.find(step.service)
            port = service.ports[0].target if service and service.ports else HTTP_PORT
            return await run.client.send(request_of(step, port), control.address, ACTION_SECONDS)
        case Action.EXEC:
            return await control.execute(step.exec, ACTION_SECONDS)
        case Action.STOP:
            killed = await _stop(run, step.service)
            run.stopped.add(step.service)
            if killed:
                raise SmokeError(*killed)
            return ActionResult()
        case Action.START:
            return await _start(run, step.service)


async def _start(run: SmokeRun, name: str) -> ActionResult:
    """Start a stopped service, then restart the services with `restart: true` in their dependency on it.

    Raises:
        SmokeError: one of those had to be killed at its stop.
    """
    killed: list[Problem] = []
    await _start_one(run, name)
    for service in run.plan.start.services:
        if run.is_ready(service.name) and any(one.restart and one.service == name for one in service.depends_on):
            killed += await _stop(run, service.name)
            await _start_one(run, service.name)
    if killed:
        raise SmokeError(*killed)
    readiness = run.states[name][1]
    return ActionResult(error="" if readiness == READY else f"`{name}` {readiness.reason}")


async def _stop(run: SmokeRun, name: str) -> list[Problem]:
    """Stop a service, and return the problem that it had to be killed, if it had to be."""
    control, service = run.controls[name], run.plan.start.find(name)
    await control.stop()
    state = await control.poll()
    if service is None or not state.was_killed_at_last_stop():
        return []
    run.killed[name] = state.killed_after_seconds()
    return [killed_problem(service, run.plan.file)]


async def _start_one(run: SmokeRun, name: str) -> None:
    await run.controls[name].start()
    run.stopped.discard(name)
    service = run.plan.start.find(name)
    if service is not None:
        await wait_until_ready(run, service)

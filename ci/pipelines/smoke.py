"""The smoke pipeline; it knows only the protocols in `ci.pipelines.smoke_ports`.

    pull           every image, and its configuration
    create         a container for each service; in each a supervisor, which starts nothing by itself
    start          each service as soon as its dependencies allow; it is followed until it is ready
    start order    the times that the supervisors reported, compared with `depends_on`
    run steps      the actions in the settings, and their expected results
    final check    whatever was ready still is, and did not restart too often
    collect logs   of services that failed
    remove         every container, whatever happened before

A failure stops only what depends on it: the report has every service, every step and every problem.
"""

import anyio

from ci.concurrency import run_all, timed_out
from ci.core.smoke.plan import SmokePlan
from ci.core.smoke.readiness import Readiness, Status, final_readiness
from ci.core.smoke.report import SmokeReport, StepOutcome, StepResult
from ci.core.smoke.service_state import ServiceState
from ci.core.smoke.start_order import order_violations
from ci.core.smoke.supervisor_spec import check_health_conditions
from ci.errors import Problem, SlipwayError, unexpected
from ci.pipelines.ports import Clock
from ci.pipelines.progress import NO_PROGRESS, Progress
from ci.pipelines.smoke_ports import ContainerRuntime, HttpClient, ServiceControl
from ci.pipelines.smoke_run import SmokeRun
from ci.pipelines.smoke_start import start_services
from ci.pipelines.smoke_steps import run_steps

LOG_LINES = 40
SHUT_DOWN_AT_ONCE = 8
SHUT_DOWN_SECONDS = 60.0
REMOVE_SECONDS = 120.0
CONTAINERS = "its containers end with the engine's session, at the latest"


async def smoke(
    plan: SmokePlan, runtime: ContainerRuntime, client: HttpClient, clock: Clock, progress: Progress = NO_PROGRESS
) -> SmokeReport:
    """Start a product, check it, and remove it; whatever goes wrong is in the report's problems, and raises nothing."""
    run = SmokeRun(plan, client, clock, clock.now())
    try:
        with progress.step("smoke: pull the images"):
            images = await runtime.pull(plan.start)
        check_health_conditions(plan.start, images)
        with progress.step("smoke: create the containers"):
            run.controls = await runtime.create(plan.start, images)
        with progress.step("smoke: start the services") as line:
            await start_services(run, images)
            if missing := [one.name for one in plan.start.services if not run.is_ready(one.name)]:
                line.failed(f"not ready: {', '.join(missing)}")
        await sample_memory(run)
        check_start_order(run)
        with progress.step("smoke: run the steps") as line:
            await run_steps(run)
            if failed := [one.name for one in run.steps if one.outcome is StepOutcome.FAILED]:
                line.failed(f"failed: {', '.join(failed)}")
        await sample_memory(run)
        await check_final_state(run)
        await collect_logs(run)
    except SlipwayError as error:
        for problem in error.problems:
            run.add(problem)
    except Exception as error:  # noqa: BLE001 - whatever ends a smoke, its report has what is known
        run.add(unexpected("The smoke", error, CONTAINERS))
    finally:
        with anyio.CancelScope(shield=True):
            with progress.step("smoke: remove the containers"):
                await remove(run, runtime)
    return run.report()


async def sample_memory(run: SmokeRun) -> None:
    """Record the memory of each running service, if it is more than in any earlier sample."""
    for name, control in run.controls.items():
        if run.is_running(name):
            run.peak_memory[name] = max(run.peak_memory.get(name, 0), await control.memory())


def check_start_order(run: SmokeRun) -> None:
    """Compare the times at which services started and met conditions with `depends_on`."""
    violations = order_violations(run.plan.start, run.first_states)
    for violation in violations:
        run.add(
            Problem(
                what="A service was started too early",
                value=violation,
                file=run.plan.file,
                expected="a start after the conditions of `depends_on` are met",
                hint="this is a defect of Slipway: report it to its maintainers, with the report of this smoke",
            )
        )
    count = sum(len(one.depends_on) for one in run.plan.start.services)
    if violations:
        run.steps.append(StepResult("start order", StepOutcome.FAILED, 0.0, f"{len(violations)} problem(s)"))
    else:
        run.steps.append(StepResult("start order", StepOutcome.DONE, 0.0, f"{count} conditions met"))


async def check_final_state(run: SmokeRun) -> None:
    """Check that every service that was ready, and that no step has stopped, still is ready."""
    for service in run.plan.start.services:
        if not run.is_running(service.name):
            continue
        try:
            state = await run.controls[service.name].poll()
        except SlipwayError as error:
            run.set_state(service.name, run.states[service.name][0], Readiness(Status.FAILED, str(error)))
            continue
        job = run.plan.start.is_job(service.name)
        run.set_state(service.name, state, final_readiness(service, state, job=job, settings=run.plan.settings))


async def collect_logs(run: SmokeRun) -> None:
    """Read the end of the log of each service that ran and failed."""
    for name, (state, readiness) in run.states.items():
        if readiness.status == Status.FAILED and state != ServiceState():
            try:
                run.logs[name] = await run.controls[name].log(LOG_LINES)
            except SlipwayError:
                continue  # its supervisor is gone, which the service's own problem says


async def remove(run: SmokeRun, runtime: ContainerRuntime) -> None:
    """Shut down every service, so that its volumes are emptied, and remove the containers."""

    async def shut_down(control: ServiceControl) -> None:
        await control.shut_down()

    controls = list(run.controls.values())
    try:
        await run_all(controls, shut_down, at_once=SHUT_DOWN_AT_ONCE, seconds=SHUT_DOWN_SECONDS)
        with anyio.fail_after(REMOVE_SECONDS):
            await runtime.remove()
    except TimeoutError:
        run.add(
            timed_out("The removal of the smoke's containers", REMOVE_SECONDS, f"nothing is left to do: {CONTAINERS}")
        )
    except Exception as error:  # noqa: BLE001 - what a smoke has found does not depend on its end
        run.add(unexpected("The removal of the smoke's containers", error, CONTAINERS))

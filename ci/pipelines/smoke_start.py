"""Starts services in the order of `depends_on`, and follows each until it is ready or has failed."""

from collections.abc import Mapping
from dataclasses import replace

import anyio

from ci.concurrency import run_all
from ci.core.smoke.readiness import PENDING, READY, Readiness, Status, not_ready_in_time, readiness
from ci.core.smoke.service_spec import ImageConfig, ServiceSpec
from ci.core.smoke.service_state import Health, Phase, ServiceState
from ci.core.smoke.start_order import may_start
from ci.core.smoke.supervisor_spec import supervisor_spec
from ci.errors import SlipwayError
from ci.pipelines.smoke_run import SmokeRun

STEADY_SECONDS = 2.0
"""A service without a health check is ready once it has run for this long."""
POLL_SECONDS = 20.0
"""How long one request for a state may wait for a change."""


async def start_services(run: SmokeRun, images: Mapping[str, ImageConfig]) -> None:
    """Start every service as soon as its dependencies allow, and follow it until it is ready or never will be."""
    services = run.plan.start.services
    run.states = {one.name: (ServiceState(), PENDING) for one in services}

    async def start(service: ServiceSpec) -> None:
        while (may := may_start(service, run.states)).status == Status.PENDING:
            await run.changed.wait()
        if may.status == Status.BLOCKED:
            run.set_state(service.name, ServiceState(), may)
            return
        plan = run.plan
        spec = supervisor_spec(service, images[service.name], redact=plan.redacted, keep_volumes=plan.keep_volumes)
        try:
            await run.controls[service.name].run(spec)
            await wait_until_ready(run, service)
        except SlipwayError as error:
            run.set_state(service.name, run.states[service.name][0], Readiness(Status.FAILED, str(error)))

    await run_all(services, start, at_once=len(services) or 1)
    run.first_states = {name: state for name, (state, _) in run.states.items()}


async def wait_until_ready(run: SmokeRun, service: ServiceSpec) -> None:
    """Follow a started service until it is ready, has failed, or its time is over."""
    settings, control = run.plan.settings, run.controls[service.name]
    job, state = run.plan.start.is_job(service.name), ServiceState()
    with anyio.move_on_after(settings.ready_seconds) as limit:
        while True:
            state = await control.poll(state.version, POLL_SECONDS)
            found = readiness(service, state, job=job, settings=settings)
            if found == READY and state.phase == Phase.RUNNING and state.health == Health.NONE:
                run.set_state(service.name, state, PENDING)  # services that wait for its start alone may go on
                later = await control.poll(state.version, STEADY_SECONDS)
                if later.version != state.version:
                    state = replace(later, version=state.version)  # so that the next poll returns this state again
                    continue
            run.set_state(service.name, state, found)
            if found.status != Status.PENDING:
                return
    if limit.cancelled_caught:
        run.set_state(service.name, state, not_ready_in_time(state, settings.ready_seconds))

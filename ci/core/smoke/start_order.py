"""The order of `depends_on`: what may start now, and whether everything started in order."""

from collections.abc import Mapping

from ci.core.smoke.readiness import PENDING, READY, Readiness, Status
from ci.core.smoke.service_spec import ServiceSpec
from ci.core.smoke.service_state import EventKind, ServiceState
from ci.core.smoke.start_plan import StartPlan

_ENDED = (Status.FAILED, Status.BLOCKED)


def may_start(service: ServiceSpec, states: Mapping[str, tuple[ServiceState, Readiness]]) -> Readiness:
    """Whether a service may start: ready if it may, blocked if it never will, else pending."""
    pending = False
    for one in service.depends_on:
        state, readiness = states[one.service]
        if state.met_at(one.condition) is not None:
            continue
        if readiness.status not in _ENDED:
            pending = True
        elif one.required:
            return Readiness(Status.BLOCKED, f"waits for `{one.service}`, which {_short_reason(readiness)}")
    return PENDING if pending else READY


def order_violations(plan: StartPlan, states: Mapping[str, ServiceState]) -> list[str]:
    """The services that started before a dependency had met its condition, by the times that supervisors reported."""
    found = []
    for service in plan.services:
        started = states[service.name].first(EventKind.STARTED)
        for one in service.depends_on:
            if started is None or not one.required:
                continue
            met = states[one.service].met_at(one.condition)
            if met is None or met > started:
                found.append(f"`{service.name}` was started before `{one.service}` had met {one.condition}")
    return found


def _short_reason(readiness: Readiness) -> str:
    if readiness.status == Status.BLOCKED:
        return f"was not started: it {readiness.reason}"
    return readiness.reason.split(": ", 1)[0].split("; ", 1)[0]

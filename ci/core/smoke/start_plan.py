"""The services that a smoke starts, in an order that honours `depends_on`."""

from dataclasses import dataclass

from ci.core.compose.depends_on import Condition
from ci.core.smoke.service_spec import ServiceSpec


@dataclass(frozen=True)
class StartPlan:
    """The services to start, each after all that it depends on."""

    services: tuple[ServiceSpec, ...]
    not_started: tuple[str, ...] = ()
    """The other services of the compose file."""

    def find(self, name: str) -> ServiceSpec | None:
        """The service of that name; None if it is not started."""
        return next((one for one in self.services if one.name == name), None)

    def is_job(self, name: str) -> bool:
        """Whether a service is expected to end: another waits for its completion."""
        dependencies = (one for service in self.services for one in service.depends_on)
        return any(one.service == name and one.condition == Condition.COMPLETED for one in dependencies)


def in_start_order(services: tuple[ServiceSpec, ...]) -> tuple[ServiceSpec, ...]:
    """The services, each after all that it depends on, and otherwise in the given order; without cycles."""
    by_name = {one.name: one for one in services}
    ordered: dict[str, ServiceSpec] = {}

    def add(service: ServiceSpec) -> None:
        if service.name not in ordered:
            for one in service.depends_on:
                if one.service in by_name:
                    add(by_name[one.service])
            ordered[service.name] = service

    for service in services:
        add(service)
    return tuple(ordered.values())

"""What a keeper is told of its service: the compose file's word first, then the image's, then docker's."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from ci.core.compose.depends_on import Condition
from ci.core.smoke.boot import Booted, BootPlan, HealthCheck, ImageFacts
from ci.errors import ConfigurationError, Problem

CONTENT = "/.slipway/content"
"""Where a keeper finds the image's own content of a volume's target: below a number, by the order of the mounts."""


def command(service: Booted, image: ImageFacts) -> tuple[str, ...]:
    """The whole command; an entry point of the compose file leaves the image's command out, as compose does.

    Raises:
        ConfigurationError: there is none.
    """
    if service.entrypoint is not None:
        made = (*service.entrypoint, *(service.command or ()))
    else:
        made = (*image.entrypoint, *(image.command if service.command is None else service.command))
    if not made:
        raise ConfigurationError(Problem(what=f"`{service.name}` has no command, and neither has its image"))
    return made


def health(service: Booted, image: ImageFacts) -> HealthCheck | None:
    """The health check; what the compose file leaves out of it is the image's."""
    own, other = service.health, image.health
    if own is None:
        return None if other is None or other.off or not other.command else other
    if own.off:
        return None
    left = {} if other is None else {k: v for k, v in asdict(other).items() if asdict(own)[k] in (None, ())}
    made = replace(own, **left)
    return made if made.command else None


def check_health(plan: BootPlan, images: Mapping[str, ImageFacts]) -> None:
    """Hold the conditions of a plan against the images' own health checks.

    Raises:
        ConfigurationError: a service waits for one to be healthy that has no health check; all of them.
    """
    without = {one.name for one in plan.services if health(one, images[one.name]) is None}
    problems = [
        Problem(
            what=f"`{one.name}` waits for `{need.service}` to be healthy, which has no health check",
            value=one.image,
            expected="a `healthcheck` in the compose file or the image, or another condition",
        )
        for one in plan.services
        for need in one.needs
        if need.condition == Condition.HEALTHY and need.service in without
    ]
    if problems:
        raise ConfigurationError(*problems)


def keeper_spec(
    service: Booted, image: ImageFacts, *, hidden: tuple[str, ...], keep_volumes: bool
) -> dict[str, Any]:  # Any: JSON
    """The JSON that `ci.supervisor.spec` reads."""
    check = health(service, image)
    times = {} if check is None else {k: v for k, v in asdict(check).items() if k not in ("command", "off") and v}
    return {
        "command": list(command(service, image)),
        "environment": {**image.environment, **service.environment},
        "user": service.user or image.user or "0",
        "working_dir": service.working_dir or image.working_dir or "/",
        "restart": {"policy": service.restart, "most": service.restarts},
        "health": {"command": list(check.command), **times} if check else None,
        "stop_signal": service.stop_signal,
        "stop_seconds": service.stop_seconds,
        "hidden": list(hidden),
        "volumes": [
            {
                "path": mount.target,
                "content": f"{CONTENT}/{number}" if mount.target in image.content else "",
                "keep": keep_volumes,
            }
            for number, mount in enumerate(service.mounts)
            if mount.kind == "volume"
        ],
    }

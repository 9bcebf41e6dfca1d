"""What a supervisor is given: the compose file takes precedence over the image, the image over docker's defaults."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from ci.core.compose.depends_on import Condition
from ci.core.smoke.service_spec import HealthCheck, ImageConfig, MountKind, ServiceSpec
from ci.core.smoke.start_plan import StartPlan
from ci.errors import ConfigurationError, Problem

CONTENT = "/.slipway/content"
"""Where the image's own content of a volume's path is mounted: below the number of the mount."""


def supervisor_spec(
    service: ServiceSpec, image: ImageConfig, *, redact: tuple[str, ...], keep_volumes: bool
) -> dict[str, Any]:  # Any: JSON
    """The JSON object that `ci.supervisor.spec` reads; `redact` are the strings to mask in all output.

    Raises:
        ConfigurationError: neither the compose file nor the image has a command.
    """
    check = full_health_check(service, image)
    options = (
        {} if check is None else {k: v for k, v in asdict(check).items() if k not in ("command", "disabled") and v}
    )
    return {
        "command": list(full_command(service, image)),
        "environment": {**image.environment, **service.environment},
        "user": service.user or image.user or "0",
        "working_dir": service.working_dir or image.working_dir or "/",
        "restart": {"policy": service.restart, "max_restarts": service.max_restarts},
        "health_check": {"command": list(check.command), **options} if check else None,
        "stop_signal": service.stop_signal,
        "stop_grace_seconds": service.stop_grace_seconds,
        "redact": list(redact),
        "volumes": [
            {
                "path": mount.target,
                "content": f"{CONTENT}/{number}" if mount.target in image.volume_content else "",
                "keep": keep_volumes,
            }
            for number, mount in enumerate(service.mounts)
            if mount.kind == MountKind.VOLUME
        ],
    }


def full_command(service: ServiceSpec, image: ImageConfig) -> tuple[str, ...]:
    """The entry point and its arguments; with an entry point of the compose file, the image's command does not count.

    Raises:
        ConfigurationError: there is no command at all.
    """
    if service.entrypoint is not None:
        command = (*service.entrypoint, *(service.command or ()))
    else:
        command = (*image.entrypoint, *(image.command if service.command is None else service.command))
    if not command:
        raise ConfigurationError(
            Problem(
                what=f"`{service.name}` has no command, and neither has its image",
                value=service.image,
                expected="a `command` or an `entrypoint` in the compose file or the image",
                hint=f"add `command:` to `{service.name}`",
            )
        )
    return command


def full_health_check(service: ServiceSpec, image: ImageConfig) -> HealthCheck | None:
    """The health check; what the compose file does not set of it is the image's. None if there is none."""
    own, other = service.health_check, image.health_check
    if own is None:
        return None if other is None or other.disabled or not other.command else other
    if own.disabled:
        return None
    unset = {} if other is None else {k: v for k, v in asdict(other).items() if asdict(own)[k] in (None, ())}
    merged = replace(own, **unset)
    return merged if merged.command else None


def check_health_conditions(plan: StartPlan, images: Mapping[str, ImageConfig]) -> None:
    """Check that every service which another waits to be healthy has a health check; `images` is by service.

    Raises:
        ConfigurationError: one has none; all such dependencies.
    """
    unchecked = {one.name for one in plan.services if full_health_check(one, images[one.name]) is None}
    problems = [
        Problem(
            what=f"`{service.name}` waits for `{one.service}` to be healthy, which has no health check",
            value=service.image,
            expected="a `healthcheck` in the compose file or the image, or another condition",
            hint=f"add `healthcheck:` to `{one.service}`, or use the condition {Condition.STARTED}",
        )
        for service in plan.services
        for one in service.depends_on
        if one.condition == Condition.HEALTHY and one.service in unchecked
    ]
    if problems:
        raise ConfigurationError(*problems)

"""Which values of a compose file must be of a type, and so can't hold a variable that nobody replaces.

Docker compose turns them into a number or a boolean once their variables are replaced (compose-go v2,
loader/interpolate.go, interpolateTypeCastMapping). compose-go v1.20.2, which omctl reads the result with, refuses a
string there, and a variable in the places of `refuses_variable` as well.
"""

import re
from enum import StrEnum

Path = tuple[str, ...]
"""The keys that lead to a value; an item of a list is `[]`."""
_GO_BOOLEANS = {"true": "true", "y": "true", "yes": "true", "on": "true"} | dict.fromkeys(
    ("false", "n", "no", "off"), "false"
)


class Type(StrEnum):
    """What a value becomes, as a problem names it."""

    INTEGER = "a whole number"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    QUOTED = "a number in quotes"
    """omctl puts each number behind `cpus:` in quotes, and then refuses that of a service itself."""


_SERVICE = {
    Type.INTEGER: (
        *("cpu_count", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "deploy.replicas"),
        *("deploy.update_config.parallelism", "deploy.rollback_config.parallelism", "healthcheck.retries"),
        *("deploy.restart_policy.max_attempts", "deploy.placement.max_replicas_per_node", "oom_score_adj"),
        *("pids_limit", "ports.[].target", "scale", "ulimits.*", "ulimits.*.hard", "ulimits.*.soft"),
    ),
    Type.NUMBER: (
        *("cpu_percent", "cpus", "deploy.update_config.max_failure_ratio"),
        "deploy.rollback_config.max_failure_ratio",
    ),
    Type.BOOLEAN: (
        *("init", "healthcheck.disable", "oom_kill_disable", "privileged", "read_only", "stdin_open", "tty"),
        *("volumes.[].read_only", "volumes.[].volume.nocopy"),
    ),
    Type.QUOTED: ("deploy.resources.limits.cpus", "deploy.resources.reservations.cpus"),
}
_TYPES: dict[Path, Type] = {
    ("services", "*", *key.split(".")): kind for kind, keys in _SERVICE.items() for key in keys
} | {
    (section, "*", key): Type.BOOLEAN
    for section, keys in {
        "networks": ("external", "internal", "attachable", "enable_ipv4", "enable_ipv6"),
        "volumes": ("external",),
        "secrets": ("external",),
        "configs": ("external",),
    }.items()
    for key in keys
}
_LAST = frozenset(path[-1] for path in _TYPES)
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_FORMS = {Type.INTEGER: r"[+-]?[0-9]+", Type.NUMBER: _NUMBER}


def may_be_typed(path: Path) -> bool:
    """Whether `type_of` may have a type for a path, at less cost."""
    return path[-1] in _LAST or path[2:3] == ("ulimits",)


def is_service(path: Path) -> bool:
    """Whether a path leads to a service."""
    return len(path) == len(("services", "web")) and path[0] == "services"


def type_of(path: Path) -> Type | None:
    """What the value at a path becomes; None if it stays a string."""
    if not may_be_typed(path):
        return None
    general = (path[0], "*", *path[2:])
    return _TYPES.get((*general[:3], "*", *general[4:]) if general[2:3] == ("ulimits",) else general)


def as_type(value: str, kind: Type) -> str | None:
    """The text of a value as this type; None if docker compose refuses it."""
    if kind is Type.QUOTED:
        return f'"{value}"' if re.fullmatch(_NUMBER, value) else None
    if kind is Type.BOOLEAN:
        return _GO_BOOLEANS.get(value.lower())
    return value.removeprefix("+") if re.fullmatch(_FORMS[kind], value) else None


def is_build(path: Path) -> bool:
    """Whether a path leads to the `build` of a service, which the pinned file does not have."""
    return path[-1] == "build" and is_service(path[:-1])


_PARSED = {
    ("services", "*", *key.split("."))
    for key in (
        *("ports.[]", "ports.[].target", "mem_limit", "memswap_limit", "mem_reservation", "mem_swappiness", "shm_size"),
        *("stop_grace_period", "deploy.resources.limits.memory", "deploy.resources.reservations.memory"),
        *("deploy.update_config.delay", "deploy.rollback_config.delay", "deploy.restart_policy.delay"),
        *("deploy.restart_policy.window", "healthcheck.interval", "healthcheck.timeout", "healthcheck.start_period"),
        *("pull_policy", "networks.[]", "depends_on.[]", "links.[]", "secrets.[]", "configs.[]", "cpus"),
        *("deploy.update_config.monitor", "deploy.rollback_config.monitor"),
    )
}


def refuses_variable(path: Path, value: str) -> bool:
    """Whether omctl refuses a value with `${…}` at a path, or reads another one, if it does not run docker."""
    if len(path) < len(("services", "web", "user")):
        return False
    general = (path[0], "*", *path[2:])
    if general == ("services", "*", "volumes", "[]"):  # it is cut at each colon, that of `:-` as well
        before = value.partition("}")[0].partition("${")
        return bool(before[1]) and ((not before[0] and ":" in value.partition("}")[2]) or ":" in before[2])
    kind = type_of(path)
    return general in _PARSED or (kind is not None and kind is not Type.QUOTED)

"""`healthcheck` and `restart`, each in all the forms that the compose specification allows.

Values are plain data: every scalar is a string, variables are replaced. A `ValueError` says what is expected.
"""

from collections.abc import Mapping
from typing import Any

from ci.core.smoke.service_spec import HealthCheck, RestartPolicy
from ci.core.smoke.units import parse_duration

_RESTART = {
    "no": RestartPolicy.NO,
    "always": RestartPolicy.ALWAYS,
    "unless-stopped": RestartPolicy.ALWAYS,
    "on-failure": RestartPolicy.ON_FAILURE,
}
_DEPLOY_RESTART = {
    "none": RestartPolicy.NO,
    "on-failure": RestartPolicy.ON_FAILURE,
    "any": RestartPolicy.ALWAYS,
}


def parse_health_check(value: Any) -> HealthCheck:  # Any: YAML, here and below
    """`healthcheck`.

    Raises:
        ValueError: it has another form.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"a mapping with a `test`, not {value!r}")  # noqa: TRY004 - as documented

    def seconds(name: str) -> float | None:
        return parse_duration(value[name]) if value.get(name) else None

    command, disabled = _test(value.get("test"))
    return HealthCheck(
        command,
        seconds("interval"),
        seconds("timeout"),
        int(value["retries"]) if value.get("retries") else None,
        seconds("start_period"),
        seconds("start_interval"),
        disabled=disabled or value.get("disable") == "true",
    )


def _test(test: Any) -> tuple[tuple[str, ...], bool]:
    """The command of a `test`, and whether it disables the check."""
    if isinstance(test, str) and test:
        return ("/bin/sh", "-c", test), False
    if not isinstance(test, list) or not test:
        return (), False
    kind, *arguments = [str(one) for one in test]
    if kind == "NONE":
        return (), True
    if kind == "CMD" and arguments:
        return tuple(arguments), False
    if kind == "CMD-SHELL" and len(arguments) == 1:
        return ("/bin/sh", "-c", arguments[0]), False
    raise ValueError("a list that begins with CMD, CMD-SHELL (and one string) or NONE")


def parse_restart(value: Any, deploy: Any) -> tuple[RestartPolicy, int]:
    """The policy of `restart` and its limit, 0 for none; `deploy.restart_policy` takes precedence, as in compose.

    Raises:
        ValueError: the policy is unknown, or has a limit that only `on-failure` can have.
    """
    policy = deploy.get("restart_policy") if isinstance(deploy, Mapping) else None
    if isinstance(policy, Mapping):
        condition = str(policy.get("condition") or "any")
        if condition not in _DEPLOY_RESTART:
            raise ValueError(f"one of {', '.join(_DEPLOY_RESTART)}, not {condition!r}")
        return _DEPLOY_RESTART[condition], int(policy.get("max_attempts") or 0)
    name, _, limit = str(value or "no").partition(":")
    if name not in _RESTART or (limit and not (name == "on-failure" and limit.isdigit())):
        raise ValueError(f"one of {', '.join(_RESTART)} (on-failure:3 for three times), not {value!r}")
    return _RESTART[name], int(limit or 0)

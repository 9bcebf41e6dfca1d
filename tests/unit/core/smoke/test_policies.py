"""`healthcheck` and `restart` in all their forms."""

from typing import Any

import pytest

from ci.core.smoke.policies import parse_health_check, parse_restart
from ci.core.smoke.service_spec import HealthCheck, RestartPolicy


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"test": ["CMD", "a", "b"]}, HealthCheck(("a", "b"))),
        ({"test": ["CMD-SHELL", "a || b"]}, HealthCheck(("/bin/sh", "-c", "a || b"))),
        ({"test": "a || b"}, HealthCheck(("/bin/sh", "-c", "a || b"))),
        ({"test": ["NONE"]}, HealthCheck(disabled=True)),
        ({"disable": "true"}, HealthCheck(disabled=True)),
        ({"interval": "5s"}, HealthCheck(interval=5)),
        (
            {"test": ["CMD", "a"], "timeout": "1s", "retries": "7", "start_period": "1m", "start_interval": "100ms"},
            HealthCheck(("a",), None, 1, 7, 60, 0.1),
        ),
    ],
)
def test_a_health_check(value: Any, found: HealthCheck) -> None:
    assert parse_health_check(value) == found


@pytest.mark.parametrize("value", [["CMD"], {"test": ["a", "b"]}, {"test": ["CMD"]}, {"test": ["CMD-SHELL", "a", "b"]}])
def test_an_invalid_health_check(value: Any) -> None:
    with pytest.raises(ValueError, match=r"a mapping with a `test`|a list that begins with CMD"):
        parse_health_check(value)


@pytest.mark.parametrize(
    ("value", "deploy", "policy", "limit"),
    [
        (None, {}, RestartPolicy.NO, 0),
        ("unless-stopped", {}, RestartPolicy.ALWAYS, 0),
        ("on-failure:3", {}, RestartPolicy.ON_FAILURE, 3),
        ("on-failure", {}, RestartPolicy.ON_FAILURE, 0),
        ("always", {"restart_policy": {"condition": "none"}}, RestartPolicy.NO, 0),
        (
            None,
            {"restart_policy": {"condition": "on-failure", "max_attempts": "2"}},
            RestartPolicy.ON_FAILURE,
            2,
        ),
        (None, {"restart_policy": {}}, RestartPolicy.ALWAYS, 0),
    ],
)
def test_a_restart_policy(value: Any, deploy: Any, policy: RestartPolicy, limit: int) -> None:
    assert parse_restart(value, deploy) == (policy, limit)


@pytest.mark.parametrize(
    ("value", "deploy"), [("sometimes", {}), ("always:3", {}), (None, {"restart_policy": {"condition": "x"}})]
)
def test_an_invalid_restart_policy(value: Any, deploy: Any) -> None:
    with pytest.raises(ValueError, match="one of"):
        parse_restart(value, deploy)

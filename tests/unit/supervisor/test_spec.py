"""The JSON of a service's spec, as values."""

import pytest

from ci.supervisor.spec import HealthCheck, Restart, Spec, Volume


def test_a_spec_is_read_with_docker_s_defaults() -> None:
    value = {
        "command": ["a"],
        "health_check": {"command": ["h"]},
        "restart": {"policy": "always"},
        "volumes": [{"path": "/v"}],
    }
    assert Spec.from_json(value) == Spec(
        command=("a",),
        health_check=HealthCheck(command=("h",), interval=30, timeout=30, retries=3, start_period=0, start_interval=5),
        restart=Restart(policy="always"),
        volumes=(Volume(path="/v"),),
    )
    assert Spec.from_json({"command": ["a"], "health_check": None}) == Spec(command=("a",))


@pytest.mark.parametrize("value", [{}, {"command": ["a"], "comand": 1}, {"command": ["a"], "restart": {"times": 3}}])
def test_unknown_and_missing_keys_are_errors(value: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Spec.from_json(value)

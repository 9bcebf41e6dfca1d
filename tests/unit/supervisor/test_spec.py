"""What a keeper is told, as values."""

import pytest

from ci.supervisor.spec import Health, Restart, Spec, Volume


def test_a_spec_is_read_with_docker_s_defaults() -> None:
    told = {
        "command": ["a"],
        "health": {"command": ["h"]},
        "restart": {"policy": "always"},
        "volumes": [{"path": "/v"}],
    }
    assert Spec.read(told) == Spec(
        command=("a",),
        health=Health(command=("h",), interval=30, timeout=30, retries=3, start_period=0, start_interval=5),
        restart=Restart(policy="always"),
        volumes=(Volume(path="/v"),),
    )
    assert Spec.read({"command": ["a"], "health": None}) == Spec(command=("a",))


@pytest.mark.parametrize("told", [{}, {"command": ["a"], "comand": 1}, {"command": ["a"], "restart": {"times": 3}}])
def test_what_is_no_spec(told: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Spec.read(told)

"""Order, cycles and ports of what is booted."""

import pytest

from ci.core.compose.depends_on import Dependency
from ci.core.smoke.boot import Booted, BootPlan, Port, clashes, in_order

NEEDS = {"a": (Dependency("b"), Dependency("c")), "b": (Dependency("c"),), "c": (), "d": (Dependency("a"),)}


def services(**needs: tuple[Dependency, ...]) -> tuple[Booted, ...]:
    return tuple(Booted(name=name, image="i", needs=of) for name, of in needs.items())


def test_each_comes_after_all_that_it_waits_for_else_as_they_stand() -> None:
    assert [one.name for one in in_order(services(**NEEDS))] == ["c", "b", "a", "d"]
    assert [one.name for one in in_order(services(z=(), y=(), x=(Dependency("elsewhere"),)))] == ["z", "y", "x"]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (Port(80, 8000), Port(81, 8000), True),
        (Port(80, 8000), Port(80, 8001), False),
        (Port(80), Port(80), False),
        (Port(80, 8000), Port(80, 8000, protocol="udp"), False),
        (Port(80, 8000, "127.0.0.1"), Port(80, 8000, "127.0.0.2"), False),
        (Port(80, 8000, "127.0.0.1"), Port(80, 8000), True),
        (Port(80, 8000, "::"), Port(80, 8000, "127.0.0.1"), True),
        (Port(80, 8000, "127.0.0.1"), Port(80, 8000, "127.0.0.1"), True),
    ],
)
def test_a_port_of_the_host_is_taken_once(*, one: Port, other: Port, clash: bool) -> None:
    pair = (Booted(name="a", image="i", ports=(one,)), Booted(name="b", image="i", ports=(other,)))
    assert clashes(pair) == ([(other, "a", "b")] if clash else [])


def test_a_plan_knows_its_services() -> None:
    plan = BootPlan(services(a=()))
    assert plan.of("a") == plan.services[0]
    assert plan.of("b") is None

"""Order, cycles and ports of what is booted."""

import pytest

from ci.core.smoke.boot import Booted, BootPlan, Need, Port, clashes, cycles, in_order, needed

NEEDS = {"a": (Need("b"), Need("c")), "b": (Need("c"),), "c": (), "d": (Need("a"),)}


def services(**needs: tuple[Need, ...]) -> tuple[Booted, ...]:
    return tuple(Booted(name=name, image="i", needs=of) for name, of in needs.items())


@pytest.mark.parametrize(
    ("wanted", "found"), [(("a",), {"a", "b", "c"}), (("c",), {"c"}), (("d",), {"a", "b", "c", "d"}), (("x",), set())]
)
def test_what_services_need_at_any_distance(wanted: tuple[str, ...], found: set[str]) -> None:
    assert needed(NEEDS, wanted) == found


def test_each_comes_after_all_that_it_waits_for_else_as_they_stand() -> None:
    assert [one.name for one in in_order(services(**NEEDS))] == ["c", "b", "a", "d"]
    assert [one.name for one in in_order(services(z=(), y=(), x=(Need("elsewhere"),)))] == ["z", "y", "x"]


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        (NEEDS, []),
        ({"a": (Need("a"),)}, [("a", "a")]),
        ({"a": (Need("b"),), "b": (Need("c"),), "c": (Need("a"),)}, [("a", "b", "c", "a")]),
        ({"x": (Need("a"),), "a": (Need("b"),), "b": (Need("a"),), "c": (Need("c"),)}, [("a", "b", "a"), ("c", "c")]),
        ({"a": (Need("nobody"),)}, []),
    ],
)
def test_cycles_are_found_once_each(needs: dict[str, tuple[Need, ...]], found: list[tuple[str, ...]]) -> None:
    assert cycles(needs) == found


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

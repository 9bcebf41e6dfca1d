"""`depends_on` in both of its forms, transitive dependencies and cycles."""

from typing import Any

import pytest

from ci.core.compose.depends_on import Condition, Dependency, cycles, read_depends_on, transitive

ACYCLIC = {
    "a": (Dependency("b"), Dependency("c")),
    "b": (Dependency("c"),),
    "c": (),
    "d": (Dependency("a"),),
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([], ()),
        (["a", "b"], (Dependency("a"), Dependency("b"))),
        ({"a": {"condition": "service_healthy"}}, (Dependency("a", Condition.HEALTHY),)),
        (
            {"a": {"condition": "service_completed_successfully", "required": "false"}},
            (Dependency("a", Condition.COMPLETED, required=False),),
        ),
        ({"a": {"restart": "true"}}, (Dependency("a", Condition.STARTED, restart=True),)),
        ({"a": None}, (Dependency("a"),)),
    ],
)
def test_a_list_and_a_mapping_are_read(value: Any, found: tuple[Dependency, ...]) -> None:
    assert read_depends_on(value) == found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a list of services or a mapping of them, not 'a'"),
        ({"a": {"condition": "healthy"}}, "one of service_started, service_healthy, service_completed_successfully"),
        ({"a": "b"}, "a mapping with a `condition`, not 'b'"),
    ],
)
def test_any_other_value_is_an_error_that_says_what_is_expected(value: Any, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        read_depends_on(value)


@pytest.mark.parametrize(
    ("names", "found"), [(("a",), {"a", "b", "c"}), (("c",), {"c"}), (("d",), {"a", "b", "c", "d"}), (("x",), set())]
)
def test_transitive_dependencies_include_the_named_services(names: tuple[str, ...], found: set[str]) -> None:
    assert transitive(ACYCLIC, names) == found


@pytest.mark.parametrize(
    ("dependencies", "found"),
    [
        (ACYCLIC, []),
        ({"a": (Dependency("a"),)}, [("a", "a")]),
        (
            {"a": (Dependency("b"),), "b": (Dependency("c"),), "c": (Dependency("a"),)},
            [("a", "b", "c", "a")],
        ),
        (
            {
                "x": (Dependency("a"),),
                "a": (Dependency("b"),),
                "b": (Dependency("a"),),
                "c": (Dependency("c"),),
            },
            [("a", "b", "a"), ("c", "c")],
        ),
        ({"a": (Dependency("nobody"),)}, []),
    ],
)
def test_every_cycle_is_found_once(
    dependencies: dict[str, tuple[Dependency, ...]], found: list[tuple[str, ...]]
) -> None:
    assert cycles(dependencies) == found

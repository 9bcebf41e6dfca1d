"""Files that are nested too deep, or whose aliases expand to too much, are refused in linear time."""

import threading

import pytest

from ci.core.yaml.limits import MAX_DEPTH
from ci.core.yaml.parse import read
from ci.errors import ConfigurationError, Problem


def refused(text: str) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        read(text, "f.yaml")
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, (1, MAX_DEPTH + 3)),
        ("a: " + "[" * 200_000, (1, MAX_DEPTH + 3)),
        ("\n".join(" " * depth + "a:" for depth in range(MAX_DEPTH + 2)), (MAX_DEPTH + 1, MAX_DEPTH + 1)),
    ],
    ids=["closed", "never closed", "block style"],
)
def test_collections_nested_too_deep_are_refused_where_they_are(text: str, place: tuple[int, int]) -> None:
    problem = refused(text)
    assert problem.what.startswith("Nested too deep")
    assert (problem.line, problem.column) == place


def test_the_deepest_nesting_that_is_allowed_is_read() -> None:
    read("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f")


def test_collections_nested_by_aliases_count_too() -> None:
    chain = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{x: *a{n - 1}}}\n" for n in range(1, MAX_DEPTH + 5))
    assert refused(chain).what.startswith("Nested too deep")


@pytest.mark.parametrize("item", ["[{}]", "{{{}}}", "{{<<: [{}]}}"])
def test_aliases_of_aliases_are_bounded(item: str) -> None:
    lines = ["a0: &a0 {x: y}"]
    for n in range(1, 12):
        inside = ", ".join(f"k{i}: *a{n - 1}" if item == "{{{}}}" else f"*a{n - 1}" for i in range(10))
        lines.append(f"a{n}: &a{n} {item.format(inside)}")
    assert refused("\n".join(lines)).what.startswith("Aliases of aliases expand to too many nodes")


def test_a_small_stack_is_enough() -> None:
    found: list[Problem] = []
    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=lambda: found.append(refused("a: " + "{a: " * 100_000)))
    thread.start()
    thread.join()
    threading.stack_size(0)
    assert found[0].what.startswith("Nested too deep")

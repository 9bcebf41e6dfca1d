"""A key that a mapping has twice is refused, with both lines."""

import pytest

from ci.core.yaml.parse import read
from ci.errors import ConfigurationError, Problem


def refused(text: str) -> list[Problem]:
    with pytest.raises(ConfigurationError) as caught:
        read(text, "f.yaml")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: 1\nb: 2\n'a': 3", (3, 1)), ("a: [{b: 1, b: 2}]", (1, 12)), ("<<: {}\n<<: {}", (2, 1))],
)
def test_a_duplicate_key_is_refused_at_its_second_place(text: str, place: tuple[int, int]) -> None:
    (problem,) = refused(text)
    assert problem.what == "A mapping has a key twice"
    assert (problem.line, problem.column) == place


def test_the_message_names_the_line_of_the_first_one() -> None:
    assert refused("a: 1\nb: 2\n\na: 3\n")[0].value == "'a', first in line 1"


def test_every_duplicate_key_is_listed() -> None:
    assert [problem.line for problem in refused("a: {x: 1, x: 2}\nb: 1\nb: 2\nb: 3\n")] == [1, 3, 4]


def test_keys_that_omctl_replaces_by_files_may_be_duplicates() -> None:
    read("x-embed-$: {{ $file:a }}\nx-embed-$: {{ $file:b }}\n", "f")

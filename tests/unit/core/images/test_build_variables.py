"""The variables of a Dockerfile whose values are known before the build."""

import pytest

from ci.core.images.build_variables import BuildVariables
from ci.core.images.dockerfile import instructions


@pytest.mark.parametrize(
    ("lines", "expanded"),
    [
        ("", None),
        ("ARG A=1", "1"),
        ("ARG A", None),
        ("ENV A=1", "1"),
        ("ENV A 1", "1"),
        ("ARG B=1\nARG A=${B}2", "12"),
        ("ARG A=1\nENV A=2\nARG A=3", "2"),
        ("ARG A=1\nFROM scratch", None),
        ("ENV A=$UNKNOWN", None),
    ],
)
def test_a_value_is_that_of_the_last_instruction_that_counts(lines: str, expanded: str | None) -> None:
    variables = BuildVariables({})
    for item in instructions(f"FROM scratch\n{lines}\n"):
        variables.read(item)
    assert variables.expand("$A") == variables.expand("${A}") == expanded


def test_a_given_argument_wins_over_its_default_and_counts_only_where_it_is_declared() -> None:
    variables = BuildVariables({"A": "given"})
    assert variables.expand("$A") is None
    for item in instructions("ARG A=default\nFROM scratch\n"):
        variables.read(item)
    assert variables.expand("$A") is None
    for item in instructions("ARG A\n"):
        variables.read(item)
    assert variables.expand("x-$A") == "x-given"


def test_a_text_with_another_use_of_a_dollar_sign_is_not_known() -> None:
    assert BuildVariables({}).expand("${A:-x}") is None
    assert BuildVariables({}).expand("plain") == "plain"

"""The value that each variable of an env file has for one service."""

from collections.abc import Mapping

import pytest
from env_tables import LINES

from ci.core.env_files.entries import entries
from ci.core.env_files.syntax import parse_env_file


def values(text: str, own: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    found = entries([parse_env_file(text, ".env")], own or {})
    return {name: entry.value for name, entry in found.items()}


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_a_value_is_that_of_compose(text: str, expected: dict[str, str]) -> None:
    assert values(text) == expected


def test_a_variable_in_a_value_comes_from_the_service_s_own_environment_first() -> None:
    assert values("A=1\nB=$A\nC=$X", {"A": "own", "X": "x"}) == {"A": "1", "B": "own", "C": "x"}
    assert values("B=$A", {"A": "${FROM_A_SHELL}"}) == {"B": None}
    assert values("B=$A", {"A": None}) == {"B": None}
    assert values("B=${A:-x}", {"A": "${FROM_A_SHELL}"}) == {"B": None}


def test_a_value_with_an_unknown_variable_is_unknown() -> None:
    assert values("A=$SHELL_X\nB=${A:-x}\nC=${D:-x}\nA=1\nE=$A") == {"A": "1", "B": None, "C": "x", "E": "1"}


def test_a_later_file_wins_and_its_values_may_use_variables_of_the_earlier() -> None:
    files = [parse_env_file(text, ".env") for text in ("A=1\nB=1", "C=$A\nA=2\nD=$A")]
    assert {n: e.value for n, e in entries(files, {}).items()} == {"A": "2", "B": "1", "C": "1", "D": "2"}


@pytest.mark.parametrize(
    "expression",
    [
        *("{{ $secrets.db }}", "$sys.network.node.externalEndpoint", "$var.size", "${{ secrets.GitHubPAT }}"),
        *(
            "x-{{ $func.random(string, 8, $sys.deploymentCell.region) }}-y",
            "$secret.a",
            "{{ $sys.id }}$$",
            "{{ $file:./x }}",
        ),
    ],
)
def test_an_expression_of_omnistrate_is_not_changed(expression: str) -> None:
    assert values(f"A={expression}") == {"A": expression.replace("$$", "$")}


def test_an_escaped_expression_keeps_both_dollar_signs() -> None:
    assert values("A=$$sys.id $$") == {"A": "$$sys.id $"}


def test_what_compose_takes_from_its_own_dotenv_wins_over_what_the_service_has() -> None:
    file = parse_env_file("A=1\nB=${A}${C}\nD=${E:-x}${F}\n", "a.env")
    found = entries([file], {"C": "own", "F": "own"}, {"A": "2", "E": None})
    assert (found["A"].value, found["B"].value) == ("1", "2own")
    assert (found["D"].value, found["D"].unknown) == (None, ("E",))

"""Compose's variables, as docker compose replaces them."""

import pytest
from env_tables import NOT_SUBSTITUTED, SUBSTITUTED, VARIABLES

from ci.core.omctl.substitution import braced, substitute


@pytest.mark.parametrize(("text", "value"), SUBSTITUTED)
def test_the_value_of_a_text(text: str, value: str) -> None:
    assert substitute(text, VARIABLES).value == value


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("${NONE} ${A} $NO ${NONE}", ("NONE", "NO")),
        ("${NONE:?why} ${EMPTY:?why}", ("NONE", "EMPTY")),
        ("${A:-${NONE}} ${NONE:+${NO}}", ()),
        ("${NONE:-${NO}} ${A:+${NOT}}", ("NO", "NOT")),
    ],
)
def test_the_variables_whose_value_is_needed_and_missing(text: str, missing: tuple[str, ...]) -> None:
    assert substitute(text, VARIABLES).missing == missing


@pytest.mark.parametrize("text", NOT_SUBSTITUTED)
def test_what_docker_compose_refuses(text: str) -> None:
    assert substitute(text, VARIABLES).invalid


def test_defaults_nested_too_deep_are_invalid() -> None:
    assert substitute("${NONE:-" * 2000 + "}" * 2000, VARIABLES).invalid
    assert substitute("${NONE:-" * 40 + "x" + "}" * 40, VARIABLES) == ("x", (), False)


def test_the_time_is_linear_in_the_number_of_variables() -> None:
    assert len(substitute("${A:-x}" * 100_000, VARIABLES).value) == 100_000
    assert substitute("${NONE:-{a}${A}{" * 20_000 + "}", VARIABLES).invalid
    assert len(braced("${A:-x} " * 100_000)) == 100_000

"""What omctl makes of a value; `tests/integration/test_omctl_reading.py` holds it against the real one."""

import pytest

from ci.core.omctl.loader import OMCTL_VARIABLE, filled, runs_docker, variables_in

VARIABLES = {"A": "1", "EMPTY": "", "D": "x$y"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${A}", "1"),
        ("a${A}b${EMPTY}c", "a1bc"),
        ("$A", "$A"),
        ("$$A $$", "$$A $$"),
        ("a$", "a$"),
        ("${D}", "x$y"),
        ("$${A}", "$1"),
        ("{{ $sys.id }} $var.x ${A}", "{{ $sys.id }} $var.x 1"),
        ("${{ secrets.GitHubPAT }}", "${{ secrets.GitHubPAT }}"),
        ("${{ secrets.OTHER }} ${A}", "${{ secrets.OTHER }} 1"),
    ],
)
def test_what_omctl_makes_of_a_value_if_it_runs_docker(value: str, expected: str) -> None:
    assert filled(value, VARIABLES) == (expected, (), False)


@pytest.mark.parametrize(
    ("text", "runs"),
    [("env_file: a", True), ("# env_file:", True), ("xenv_file:", True), ("env_file : a", False), ("env_file", False)],
)
def test_omctl_runs_docker_for_a_text_wherever_it_stands(text: str, runs: bool) -> None:  # noqa: FBT001 - a column
    assert runs_docker(text) is runs


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("${A} b ${C:-${D}}}", ["${A}", "${C:-${D}}"]),
        ("$${A}${{ secrets.X }}", ["${A}"]),
        ("${A:-{}", ["${A:-{}"]),
        ("${1} ${A", []),
        ("$A", []),
    ],
)
def test_where_the_variables_of_a_value_stand(value: str, found: list[str]) -> None:
    assert [value[start:end] for start, end in variables_in(value)] == found


def test_the_variables_that_omctl_replaces_by_itself_have_its_prefix() -> None:
    assert OMCTL_VARIABLE.findall("${OMCTL_A} ${OMCTL_} ${OMCTL_B:-x} $OMCTL_C ${XOMCTL_D}") == ["OMCTL_A"]

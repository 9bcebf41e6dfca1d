"""Env files read as compose reads them; tests/integration/test_env_loader.py holds the same tables against compose."""

import pytest
from env_tables import LINES, NO_VARIABLES, RAW

from ci.core.env_files.syntax import Format, parse_env_file
from ci.errors import ConfigurationError


@pytest.mark.parametrize(("text", "values"), [(line, values) for line, values in LINES if "$" not in line])
def test_variables_are_read(text: str, values: dict[str, str]) -> None:
    assert {v.name: v.value for v in parse_env_file(text, ".env")} == values


@pytest.mark.parametrize(("text", "values"), RAW)
def test_raw_variables_are_read(text: str, values: dict[str, str]) -> None:
    found = parse_env_file(text, ".env", Format.RAW)
    assert {v.name: v.value for v in found} == values
    assert not any(v.expands for v in found)


@pytest.mark.parametrize(
    ("text", "value", "expands"),
    [("A=$B", "$B", True), ('A="$B"', "$B", True), ("A='$B'", "$B", False), (r'A="\$B"', "$$B", True)],
)
def test_only_single_quotes_keep_a_dollar(text: str, value: str, expands: bool) -> None:  # noqa: FBT001 - a column of the table
    (found,) = parse_env_file(text, ".env")
    assert (found.value, found.expands) == (value, expands)


def test_a_variable_knows_its_file_and_line() -> None:
    found = parse_env_file("# comment\nA=1\n\nB=2\r\n\r\n\r\n  C='x\n\n'\nD=\nE=\"a\n\" # x\nF: 1", "x.env")
    places = [(v.name, v.file, v.line) for v in found]
    expected = [("A", 2), ("B", 4), ("C", 7), ("D", 10), ("E", 11), ("F", 13)]
    assert places == [(name, "x.env", line) for name, line in expected]


def test_a_name_that_is_set_twice_is_listed_twice() -> None:
    assert [v.value for v in parse_env_file("A=1\nA=2\n", ".env")] == ["1", "2"]


@pytest.mark.parametrize(("text", "what", "line"), NO_VARIABLES)
def test_a_line_that_is_no_variable_is_a_problem(text: str, what: str, line: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_env_file(text, ".env")
    assert [(p.what, p.file, p.line) for p in caught.value.problems] == [(what, ".env", line)]


def test_every_line_that_is_no_variable_is_reported_and_never_its_value() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_env_file('A=1\nlonely\nB C=hidden\n=hidden\nD="hidden" hidden\nE=\'hidden\n', ".env")
    assert [p.line for p in caught.value.problems] == [2, 3, 4, 5, 6]
    assert "hidden" not in str(caught.value)


def test_a_raw_line_that_is_no_variable_is_a_problem() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_env_file("A=1\nlonely\nB C=hidden\n=hidden\n", ".env", Format.RAW)
    assert [(p.line, p.expected) for p in caught.value.problems] == [
        (2, "lonely=value"),
        (3, "NAME=value"),
        (4, "NAME=value"),
    ]

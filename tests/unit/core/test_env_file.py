"""Env files: their variables, which of them look like secrets, and how each is written into `environment`."""

import pytest

from ci.core.env_file import Variable, environment_values, looks_secret, parse_env_file
from ci.errors import ConfigurationError


def variable(name: str, value: str = "v") -> Variable:
    return Variable(name, value, ".env", 1)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("# only a comment\n\n", {}),
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("A=", {"A": ""}),
        ("A=a=b", {"A": "a=b"}),
        ("A='x y' # why\nB=\"x#y\"\nC=x#y\nD=x # why\n", {"A": "x y", "B": "x#y", "C": "x#y", "D": "x"}),
        ('A="two\nlines"\nB=1', {"A": "two\nlines", "B": "1"}),
        ("export A=1", {"A": "1"}),
        ("A=https://x.example/?q=1", {"A": "https://x.example/?q=1"}),
    ],
)
def test_variables_are_read(text: str, values: dict[str, str]) -> None:
    assert {v.name: v.value for v in parse_env_file(text, ".env")} == values


def test_a_variable_knows_its_file_and_line() -> None:
    found = parse_env_file("# why\nA=1\n\nB=2\r\n\r\n\r\n  C='x\n\n'\nD=\n", "x.env")
    places = [(v.name, v.file, v.line) for v in found]
    assert places == [("A", "x.env", 2), ("B", "x.env", 4), ("C", "x.env", 7), ("D", "x.env", 10)]


def test_every_line_that_is_no_variable_is_told() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_env_file("A=1\nlonely\nB=2\n\nC='open\n", ".env")
    assert [(p.what, p.file, p.line, p.right) for p in caught.value.problems] == [
        ("Not a variable", ".env", 2, "NAME=value"),
        ("Not a variable", ".env", 5, "NAME=value"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD", "DB_PASS", "PASSWD", "API_KEY", "APIKEY", "GH_PAT", "AUTH_TOKEN", "SENTRY_DSN", "db_password"),
        *("CLIENT_SECRET", "SECRETKEY", "AWS_CREDENTIALS", "PRIVATE_KEY", "MYPASSWORD2"),
    ],
)
def test_names_that_people_give_to_secrets(name: str) -> None:
    assert looks_secret(variable(name))


@pytest.mark.parametrize("name", ["KEYBOARD", "TOKENIZER", "PATH", "PASSENGER", "DB_HOST", "MONKEY_NAME", "COMPASS"])
def test_names_that_only_begin_or_end_like_those_of_secrets(name: str) -> None:
    assert not looks_secret(variable(name))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("amqp://user:hidden@mq:5672/", True),
        ("redis://:hidden@cache:6379/0", True),
        ("postgresql+asyncpg://u:p@db/x", True),
        ("http://web:8000/@x", False),
        ("bolt://graph:7687", False),
    ],
)
def test_a_url_with_a_password_is_a_secret(value: str, is_one: bool) -> None:  # noqa: FBT001 - a column of the table
    assert looks_secret(variable("BROKER", value)) is is_one


@pytest.mark.parametrize(
    ("value", "written"),
    [("plain", "plain"), ("a$b", "a$$b"), ("${A}", "$${A}"), ("$$", "$$$$"), ("", "")],
)
def test_a_literal_is_written_so_that_a_dollar_stays_one(value: str, written: str) -> None:
    assert environment_values((variable("A", value),), {}) == {"A": written}


def test_a_mapped_variable_becomes_a_reference_and_its_value_goes_nowhere() -> None:
    found = environment_values((variable("DB_PASSWORD", "hidden"), variable("MODE", "hidden")), {"DB_PASSWORD": "dbPw"})
    assert found == {"DB_PASSWORD": "{{ $secrets.dbPw }}", "MODE": "hidden"}


def test_a_name_that_only_looks_secret_can_be_declared_a_literal() -> None:
    assert environment_values((variable("PUBLIC_KEY", "x"),), {}, frozenset({"PUBLIC_KEY"})) == {"PUBLIC_KEY": "x"}


def test_unknown_secrets_are_told_at_once_with_the_lines_to_add_and_never_with_a_value() -> None:
    variables = parse_env_file("MODE=x\nDB_PASSWORD=hidden\nBROKER=amqp://u:hidden@mq\n_KEY=hidden\n", "s.env")
    with pytest.raises(ConfigurationError) as caught:
        environment_values(variables, {})
    (problem,) = caught.value.problems
    assert problem.value == "DB_PASSWORD (s.env:2), BROKER (s.env:3), _KEY (s.env:4)"
    assert (problem.file, problem.line) == ("s.env", 2)
    assert '    DB_PASSWORD = "dbPassword"\n    BROKER = "broker"\n    _KEY = "key"' in problem.do
    assert "hidden" not in str(caught.value)

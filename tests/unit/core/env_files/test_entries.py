"""What a service's variables are written as: the value that compose gives, or an Omnistrate secret; or a refusal."""

from collections.abc import Mapping
from typing import Any

import pytest
from env_tables import LINES

from ci.core.compose.parse import parse
from ci.core.env_files.entries import entries, environments, looks_secret, secret_name
from ci.core.env_files.syntax import parse_env_file
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem


def values(text: str, own: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    found = entries([parse_env_file(text, ".env")], own or {})
    return {name: entry.value for name, entry in found.items()}


def written(
    compose: str, texts: Mapping[str, str], **settings: Any
) -> dict[str, dict[str, str]]:  # Any: of each its own
    return environments(parse(compose, "c.yaml"), frozenset(texts), texts, Settings(**settings))


def refused(compose: str, texts: Mapping[str, str], **settings: Any) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        written(compose, texts, **settings)
    return caught.value.problems


ONE = "services:\n  web:\n    image: x\n    env_file: a.env\n"
OWN = ONE + "    environment: {DB_PASSWORD: '{{ $secrets.db }}', MODE: own, EMPTY: }\n"


@pytest.mark.parametrize(("text", "wanted"), LINES)
def test_a_value_is_what_compose_gives(text: str, wanted: dict[str, str]) -> None:
    assert values(text) == wanted


def test_a_variable_in_a_value_is_looked_up_in_the_services_own_environment_first() -> None:
    assert values("A=1\nB=$A\nC=$X", {"A": "own", "X": "x"}) == {"A": "1", "B": "own", "C": "x"}
    assert values("B=$A", {"A": "${FROM_A_SHELL}"}) == {"B": None}
    assert values("B=$A", {"A": None}) == {"B": None}
    assert values("B=${A:-x}", {"A": "${FROM_A_SHELL}"}) == {"B": None}


def test_what_uses_a_variable_that_is_not_known_is_not_known_either() -> None:
    assert values("A=$SHELL_X\nB=${A:-x}\nC=${D:-x}\nA=1\nE=$A") == {"A": "1", "B": None, "C": "x", "E": "1"}


def test_of_several_files_the_later_wins_and_sees_what_the_earlier_said() -> None:
    files = [parse_env_file(text, ".env") for text in ("A=1\nB=1", "C=$A\nA=2\nD=$A")]
    assert {n: e.value for n, e in entries(files, {}).items()} == {"A": "2", "B": "1", "C": "1", "D": "2"}


@pytest.mark.parametrize(
    "expression",
    [
        *("{{ $secrets.db }}", "$sys.network.node.externalEndpoint", "$var.size", "${{ secrets.GitHubPAT }}"),
        *("x-{{ $func.random(string, 8, $sys.deploymentCell.region) }}-y", "$secret.a", "{{ $sys.id }}$$"),
    ],
)
def test_an_expression_of_omnistrate_stays_as_it_is(expression: str) -> None:
    assert values(f"A={expression}") == {"A": expression.replace("$$", "$")}


def test_a_value_that_can_not_be_known_is_told_with_what_it_lacks() -> None:
    (problem, open_brace) = refused(ONE, {"a.env": "A=${HOME}/$USER\nB=${\n"})
    assert (problem.what, problem.value) == ("The value of `A` uses what has no value here", "HOME, USER")
    assert (problem.file, problem.line, open_brace.value, open_brace.line) == ("a.env", 1, "${", 2)


def test_a_value_that_goes_nowhere_need_not_be_known() -> None:
    texts = {"a.env": "DB_PASSWORD=$NOBODY_KNOWS\nMODE=$NOR_THIS\nEMPTY=$NOR_THAT\nAPI_KEY=$NEITHER\n"}
    assert written(OWN, texts, env_secrets={"API_KEY": "apiKey"}) == {"web": {"API_KEY": "{{ $secrets.apiKey }}"}}


def test_what_the_service_says_itself_wins_and_needs_no_mapping() -> None:
    texts = {"a.env": "DB_PASSWORD=hidden\nMODE=file\nLEVEL=info\nEMPTY=x\n"}
    assert written(OWN, texts) == {"web": {"LEVEL": "info"}}


def test_a_literal_is_written_as_it_is_since_omctl_does_not_interpolate() -> None:
    assert written(ONE, {"a.env": "A='a$b'\nB=$$\n"}) == {"web": {"A": "a$b", "B": "$"}}


def test_a_mapped_variable_becomes_a_reference_and_its_value_goes_nowhere() -> None:
    texts = {"a.env": "DB_PASSWORD=hidden\nMODE=hidden\nLEVEL=info\n"}
    secrets = {"DB_PASSWORD": "dbPw", "MODE": "mode"}
    wanted = {"DB_PASSWORD": "{{ $secrets.dbPw }}", "MODE": "{{ $secrets.mode }}", "LEVEL": "info"}
    assert written(ONE, texts, env_secrets=secrets) == {"web": wanted}


def test_a_name_that_only_looks_secret_can_be_declared_a_literal() -> None:
    assert written(ONE, {"a.env": "PUBLIC_KEY=x\n"}, env_literals=("PUBLIC_KEY",)) == {"web": {"PUBLIC_KEY": "x"}}


def test_unmapped_secrets_of_all_services_are_one_problem_with_the_lines_to_add_and_never_a_value() -> None:
    compose = ONE + "  job:\n    image: x\n    env_file: [b.env, a.env]\n"
    texts = {"a.env": "MODE=x\nDB_PASSWORD=hidden\nBROKER=amqp://u:hidden@mq\n", "b.env": "# b\nx.key=hidden\n"}
    (problem,) = refused(compose, texts)
    assert problem.what.startswith("3 variable(s)")
    assert problem.value == "DB_PASSWORD (a.env:2), BROKER (a.env:3), x.key (b.env:2)"
    assert (problem.file, problem.line) == ("a.env", 2)
    assert '    DB_PASSWORD = "dbPassword"\n    BROKER = "broker"\n    "x.key" = "xKey"\n' in problem.hint
    assert 'env_literals = ["DB_PASSWORD", "BROKER", "x.key"]' in problem.hint
    assert "hidden" not in str(problem)


def test_all_that_is_wrong_is_told_at_once_and_each_file_once() -> None:
    compose = ONE + "  job:\n    image: x\n    env_file: [a.env, gone.env, {path: a.env, format: other}]\n"
    found = refused(compose, {"a.env": "lonely\nA=$B\n"})
    assert [(p.file, p.line) for p in found] == [("a.env", 1), ("c.yaml", 7), ("c.yaml", 7)]
    assert "unknown format: other" in str(found[2])


def test_a_raw_file_is_taken_as_it_stands() -> None:
    compose = ONE.replace("a.env", "[{path: a.env, format: raw}]")
    assert written(compose, {"a.env": 'A="$B"\n'}) == {"web": {"A": '"$B"'}}


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD", "DB_PASS", "PASSWD", "API_KEY", "APIKEY", "GH_PAT", "AUTH_TOKEN", "SENTRY_DSN", "db_password"),
        *("CLIENT_SECRET", "SECRETKEY", "AWS_CREDENTIALS", "PRIVATE_KEY", "MYPASSWORD2", "db.password", "accessKeyId"),
        *("DB_PWD", "PASSWORD_SALT", "AZURE_STORAGE_CONNECTION_STRING", "SIGNING_KEYS", "smtp-pass"),
    ],
)
def test_names_that_people_give_to_secrets(name: str) -> None:
    assert looks_secret(name, "v")


@pytest.mark.parametrize(
    "name", ["KEYBOARD", "TOKENIZER", "PATH", "PASSENGER", "DB_HOST", "MONKEY_NAME", "COMPASS", "PWD", "USE_AUTH0"]
)
def test_names_that_only_begin_or_end_like_those_of_secrets(name: str) -> None:
    assert not looks_secret(name, "v")


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("amqp://user:hidden@mq:5672/", True),
        ("redis://:hidden@cache:6379/0", True),
        ("postgresql+asyncpg://u:p@db/x", True),
        ("Server=db;User=sa;Password=hidden", True),
        ("https://x.example/hook?token=hidden", True),
        ("-----BEGIN RSA PRIVATE KEY-----", True),
        ("ghp_" + "x" * 36, True),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", True),
        ("http://web:8000/@x", False),
        ("bolt://graph:7687", False),
        ("password", False),
        ("ghp_short", False),
    ],
)
def test_a_value_that_holds_a_secret_by_its_form(value: str, is_one: bool) -> None:  # noqa: FBT001 - a column of the table
    assert looks_secret("BROKER", value) is is_one


@pytest.mark.parametrize(
    ("variable", "name"),
    [("DB_PASSWORD", "dbPassword"), ("_KEY", "key"), ("x.y-KEY", "xYKey"), ("apiKey", "apikey"), ("ÄB_ünï", "bN")],
)
def test_the_name_that_is_proposed_for_a_secret(variable: str, name: str) -> None:
    assert secret_name(variable) == name

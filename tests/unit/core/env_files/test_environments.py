"""What the variables of env files are written as: a value, or an Omnistrate secret; or the problems with them."""

from collections.abc import Mapping
from typing import Any

import pytest

from ci.core.compose.parse import parse
from ci.core.env_files.environments import environments
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem


def added(
    compose: str, texts: Mapping[str, str], **settings: Any
) -> dict[str, dict[str, str]]:  # Any: values of settings
    return environments(parse(compose, "c.yaml"), frozenset(texts), texts, Settings(**settings))


def problems(compose: str, texts: Mapping[str, str], **settings: Any) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        added(compose, texts, **settings)
    return caught.value.problems


ONE = "services:\n  web:\n    image: x\n    env_file: a.env\n"
OWN = ONE + "    environment: {DB_PASSWORD: '{{ $secrets.db }}', MODE: own, EMPTY: }\n"


def test_a_value_that_is_not_known_is_a_problem_with_the_variables_that_it_uses() -> None:
    (problem, open_brace) = problems(ONE, {"a.env": "A=${HOME}/$USER\nB=${\n"})
    assert (problem.what, problem.value) == ("The value of `A` uses variables that have no value here", "HOME, USER")
    assert (problem.file, problem.line, open_brace.value, open_brace.line) == ("a.env", 1, "${", 2)


def test_a_value_that_is_not_added_need_not_be_known() -> None:
    texts = {"a.env": "DB_PASSWORD=$NOBODY_KNOWS\nMODE=$NOR_THIS\nEMPTY=$NOR_THAT\nAPI_KEY=$NEITHER\n"}
    assert added(OWN, texts, env_secrets={"API_KEY": "apiKey"}) == {"web": {"API_KEY": "{{ $secrets.apiKey }}"}}


def test_a_variable_of_the_service_s_own_environment_wins_and_needs_no_setting() -> None:
    texts = {"a.env": "DB_PASSWORD=hidden\nMODE=file\nLEVEL=info\nEMPTY=x\n"}
    assert added(OWN, texts) == {"web": {"LEVEL": "info"}}


def test_the_environment_of_an_extended_service_counts_as_the_service_s_own() -> None:
    base = "services:\n  base:\n    image: x\n    environment: {A: base, F: base}\n"
    web = "  web:\n    extends: base\n    env_file: a.env\n    environment: [B=own]\n"
    assert added(base + web, {"a.env": "E=${A}-z\nF=file\nG=$B\n"}) == {"web": {"E": "base-z", "G": "own"}}


def test_a_literal_is_added_as_it_is_since_omctl_does_not_interpolate() -> None:
    assert added(ONE, {"a.env": "A='a$b'\nB=$$\n"}) == {"web": {"A": "a$b", "B": "$"}}


def test_a_variable_with_a_secret_becomes_a_reference_and_its_value_is_not_added() -> None:
    texts = {"a.env": "DB_PASSWORD=hidden\nMODE=hidden\nLEVEL=info\n"}
    secrets = {"DB_PASSWORD": "dbPw", "MODE": "mode"}
    expected = {"DB_PASSWORD": "{{ $secrets.dbPw }}", "MODE": "{{ $secrets.mode }}", "LEVEL": "info"}
    assert added(ONE, texts, env_secrets=secrets) == {"web": expected}


def test_a_name_that_only_looks_secret_can_be_declared_a_literal() -> None:
    assert added(ONE, {"a.env": "SOME_KEY=x\n"}, env_literals=("SOME_KEY",)) == {"web": {"SOME_KEY": "x"}}


def test_secrets_without_a_setting_are_one_problem_with_the_lines_to_add_and_without_values() -> None:
    compose = ONE + "  job:\n    image: x\n    env_file: [b.env, a.env]\n"
    texts = {"a.env": "MODE=x\nDB_PASSWORD=hidden\nBROKER=amqp://u:hidden@mq\n", "b.env": "# b\nx.key=hidden\n"}
    (problem,) = problems(compose, texts)
    assert problem.what.startswith("3 variable(s)")
    assert problem.value == (
        "DB_PASSWORD (a.env:2: its name has `PASSWORD`), "
        "BROKER (a.env:3: its value has the form of a URL with a password), x.key (b.env:2: its name has `key`)"
    )
    assert (problem.file, problem.line) == ("a.env", 2)
    assert '    DB_PASSWORD = "dbPassword"\n    BROKER = "broker"\n    "x.key" = "xKey"\n' in problem.hint
    assert 'env_literals = ["DB_PASSWORD", "BROKER", "x.key"]' in problem.hint
    assert "hidden" not in str(problem)


def test_all_problems_come_at_once_and_those_of_each_file_once() -> None:
    compose = ONE + "  job:\n    image: x\n    env_file: [a.env, gone.env, {path: a.env, format: other}]\n"
    found = problems(compose, {"a.env": "lonely\nA=$B\n"})
    assert [(p.file, p.line) for p in found] == [("a.env", 1), ("c.yaml", 7), ("c.yaml", 7)]
    assert "unknown format: other" in str(found[2])


def test_a_raw_file_has_no_quotes_and_no_variables() -> None:
    compose = ONE.replace("a.env", "[{path: a.env, format: raw}]")
    assert added(compose, {"a.env": 'A="$B"\n'}) == {"web": {"A": '"$B"'}}

"""What the variables of env files are written as: a value, or an Omnistrate secret; or the problems with them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ci.core.compose.model import Original, Replaced
from ci.core.compose.parse import compose_from, parse
from ci.core.env_files.environments import environments
from ci.core.settings.product import Settings
from ci.core.yaml.parse import read
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


SECRET = {"DB_PASSWORD": "dbPassword"}
IT = "{{ $secrets.dbPassword }}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prefix-${DB_PASSWORD}", f"prefix-{IT}"),
        ("$DB_PASSWORD", IT),
        ('"a $DB_PASSWORD b"', f"a {IT} b"),
        ("'a $DB_PASSWORD b'", "a $DB_PASSWORD b"),
        ("${DB_PASSWORD:-other}", IT),
        ("${UNSET:-x${DB_PASSWORD}}", f"x{IT}"),
        ("${UNSET-${ALSO_UNSET:-$DB_PASSWORD}}", IT),
        ("${DB_PASSWORD:+set $DB_PASSWORD}", f"set {IT}"),
        ("${DB_PASSWORD+on}", "on"),
        ("${DB_PASSWORD:?is needed}", IT),
        ("postgres://u:${DB_PASSWORD}@db/x", f"postgres://u:{IT}@db/x"),
        ("postgres://u:tr0ub4dor&3@db/x", f"postgres://u:{IT}@db/x"),
        ("the tr0ub4dor&3 of the database", f"the {IT} of the database"),
    ],
)
def test_what_is_derived_from_a_secret_has_its_expression(text: str, expected: str) -> None:
    found = added(ONE, {"a.env": f"DB_PASSWORD=tr0ub4dor&3\nA={text}\nB=${{A}}\n"}, env_secrets=SECRET)
    assert found == {"web": {"DB_PASSWORD": IT, "A": expected, "B": expected}}


def test_a_value_is_derived_from_an_expression_of_the_service_s_own_environment() -> None:
    assert added(OWN, {"a.env": "URL=db://u:$DB_PASSWORD@h\n"}) == {"web": {"URL": "db://u:{{ $secrets.db }}@h"}}


def test_a_secret_of_one_service_is_found_in_the_values_of_another() -> None:
    compose = ONE + "  db:\n    image: y\n    env_file: b.env\n"
    texts = {"a.env": "URL=db://u:app@h\nNAME=app\n", "b.env": "DB_PASSWORD=app\n"}
    assert added(compose, texts, env_secrets=SECRET)["web"] == {"URL": f"db://u:{IT}@h", "NAME": "app"}


def test_a_value_that_is_unclear_is_reported_with_the_secrets_and_can_be_declared_a_literal() -> None:
    texts = {"a.env": "DB_PASSWORD=tr0ub4dor&3\nSAME=tr0ub4dor&3\n"}
    (problem,) = problems(ONE, texts, env_secrets=SECRET)
    assert problem.value == "SAME (a.env:2: its value is that of the secret `dbPassword`)"
    assert "tr0ub" not in str(problem)
    assert added(ONE, texts, env_secrets=SECRET, env_literals=("SAME",))["web"]["SAME"] == "tr0ub4dor&3"


@pytest.mark.parametrize("text", ["{${DB_PASSWORD}", "a$$$DB_PASSWORD", '{"a": {"b": ${DB_PASSWORD}}}'])
def test_a_secret_beside_a_brace_or_a_dollar_sign_is_refused(text: str) -> None:
    (problem,) = problems(ONE, {"a.env": f"DB_PASSWORD=x\nA={text}\n"}, env_secrets=SECRET)
    assert problem.what == "The value of `A` has a secret in it, directly beside a brace or a dollar sign"
    assert (problem.file, problem.line) == ("a.env", 2)
    assert problem.hint.endswith('A = "a"')


@pytest.mark.parametrize("form", ["{{URL: {}, X: y}}", "['URL={}', X=y]"])
def test_a_secret_s_value_in_an_environment_is_refused_with_its_place(form: str) -> None:
    own = form.format("db://u:app@h").replace("'", '"') if "=" in form else form.format("'db://u:app@h'")
    compose = ONE + f"  db:\n    image: y\n    environment: {own}\n"
    (problem,) = problems(compose, {"a.env": "DB_PASSWORD=app\n"}, env_secrets=SECRET)
    assert problem.what == "`URL` in the `environment` of `db` has the value of a secret in it"
    assert (problem.file, problem.line, problem.excerpt) == ("c.yaml", 7, "")
    assert ":app" not in str(problem)
    literal = added(compose, {"a.env": "DB_PASSWORD=app\n"}, env_secrets=SECRET, env_literals=("URL",))
    assert literal == {"web": {"DB_PASSWORD": IT}}


TWO = ONE + "  worker:\n    image: y\n    env_file: b.env\n"


def test_two_values_of_one_name_are_refused_with_both_places() -> None:
    texts = {"a.env": "REDIS_PASSWORD=one\n", "b.env": "# b\nREDIS_PASSWORD=two\n"}
    (problem,) = problems(TWO, texts, env_secrets={"REDIS_PASSWORD": "redis"})
    assert problem.what == "`REDIS_PASSWORD` has different values, and `env_secrets` replaces all of them by one secret"
    assert problem.value == "a.env:1 (for web), b.env:2 (for worker)"
    assert problem.hint.endswith('[tool.slipway.env_secrets]:\n    worker.REDIS_PASSWORD = "workerRedisPassword"')


@pytest.mark.parametrize("values", [("one", "one"), ("one", ""), ("", "")])
def test_one_value_and_an_empty_one_are_one_secret(values: tuple[str, str]) -> None:
    texts = {f"{name}.env": f"REDIS_PASSWORD={value}\n" for name, value in zip("ab", values, strict=True)}
    reference = {"REDIS_PASSWORD": "{{ $secrets.redis }}"}
    assert added(TWO, texts, env_secrets={"REDIS_PASSWORD": "redis"}) == {"web": reference, "worker": reference}


def test_a_service_s_own_table_wins() -> None:
    texts = {"a.env": "REDIS_PASSWORD=one\nA=x$REDIS_PASSWORD\n", "b.env": "REDIS_PASSWORD=two\nB=x$REDIS_PASSWORD\n"}
    secrets = {"REDIS_PASSWORD": "redis", "worker": {"REDIS_PASSWORD": "other"}}
    assert added(TWO, texts, env_secrets=secrets) == {
        "web": {"REDIS_PASSWORD": "{{ $secrets.redis }}", "A": "x{{ $secrets.redis }}"},
        "worker": {"REDIS_PASSWORD": "{{ $secrets.other }}", "B": "x{{ $secrets.other }}"},
    }


def test_two_values_that_no_setting_names_are_proposed_as_two_secrets() -> None:
    compose = TWO + "  beat:\n    image: y\n    env_file: b.env\n"
    texts = {"a.env": "REDIS_PASSWORD=one\nAPI_KEY=x\n", "b.env": "REDIS_PASSWORD=two\nAPI_KEY=x\n"}
    (problem,) = problems(compose, texts)
    assert problem.hint.startswith(
        "add to pyproject.toml, below [tool.slipway.env_secrets]:\n"
        '    web.REDIS_PASSWORD = "webRedisPassword"\n'
        '    worker.REDIS_PASSWORD = "workerRedisPassword"\n'
        '    beat.REDIS_PASSWORD = "workerRedisPassword"\n'
        '    API_KEY = "apiKey"\n  or,'
    )


def test_many_services_and_variables_take_linear_time() -> None:
    services = "".join(f"  s{number}:\n    image: x\n    env_file: a.env\n" for number in range(300))
    text = "".join(f"A{number}=x$A{number - 1}\n" if number % 7 else f"A{number}=1\n" for number in range(40))
    found = added(f"services:\n{services}", {"a.env": text + "DB_PASSWORD=s3cr3t-value\n"}, env_secrets=SECRET)
    assert len(found) == 300


def test_a_value_that_the_compose_file_itself_uses_is_one_of_the_two() -> None:
    document = read(TWO, "deploy/c.yaml")
    text = {"deploy/a.env": "REDIS_PASSWORD=two\n", "deploy/b.env": "", "deploy/.env": "X=1\nREDIS_PASSWORD=one\n"}
    settings = Settings(env_secrets={"REDIS_PASSWORD": "redis"})
    used = Original(TWO, replaced=(Replaced("web.command", 1, "x ${REDIS_PASSWORD}", "y"),))
    compose = replace(compose_from(document, {}), original=used)
    with pytest.raises(ConfigurationError) as caught:
        environments(compose, frozenset(text), text, settings)
    (problem,) = caught.value.problems
    assert problem.value == "deploy/.env:2 (for the compose file), deploy/a.env:1 (for web)"
    assert problem.hint.endswith('    web.REDIS_PASSWORD = "webRedisPassword"')
    unused = replace(compose, original=replace(used, replaced=()))
    assert environments(unused, frozenset(text), text, settings)["web"] == {"REDIS_PASSWORD": "{{ $secrets.redis }}"}

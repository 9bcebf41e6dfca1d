"""Where the entries of env files go when `env_file` is removed."""

from textwrap import dedent

import pytest

from ci.core.compose.parse import parse
from ci.core.pin.cut import cut
from ci.core.pin.edits import apply
from ci.core.pin.environment import pin_environment
from ci.errors import ConfigurationError


def pinned(text: str, **entries: dict[str, str]) -> str:
    compose = parse(dedent(text), "f")
    pins = pin_environment(compose, entries)
    cuts = [edit for removal in pins.removals for edit in cut(compose.document, removal)]
    return apply(compose.document, [*cuts, *pins.edits])


def test_a_file_without_env_files_is_not_changed() -> None:
    text = "services:\n  web: {environment: {A: 1}}\n"
    assert pinned(text, web={"B": "2"}) == text


@pytest.mark.parametrize(
    ("service", "result"),
    [
        ("{env_file: a}", '{environment: {A: "1", B: "2"}}'),
        ("{env_file: a, environment: {C: x}}", '{environment: {C: x, A: "1", B: "2"}}'),
        ("{env_file: a, environment: [C=x]}", '{environment: [C=x, "A=1", "B=2"]}'),
        ("{env_file: a, environment: {A: own}}", '{environment: {A: own, B: "2"}}'),
        ('{"env_file": "a", "image": "x"}', '{"environment": {"A": "1", "B": "2"}, "image": "x"}'),
    ],
)
def test_entries_go_into_the_environment_or_in_place_of_the_env_file(service: str, result: str) -> None:
    assert pinned(f"services:\n  web: {service}\n", web={"A": "1", "B": "2"}) == f"services:\n  web: {result}\n"


def test_an_empty_env_file_leaves_nothing() -> None:
    assert pinned("services:\n  web:\n    env_file: a\n    image: x\n", web={}) == "services:\n  web:\n    image: x\n"


def test_a_shared_env_file_is_replaced_where_it_is() -> None:
    text = "x: &x\n  env_file: a\nservices:\n  web: {<<: *x}\n  worker: {<<: *x}\n"
    result = 'x: &x\n  environment:\n    A: "1"\nservices:\n  web: {<<: *x}\n  worker: {<<: *x}\n'
    assert pinned(text, web={"A": "1"}, worker={"A": "1"}) == result


def test_a_service_that_shares_its_environment_gets_one_of_its_own() -> None:
    text = """\
    x: &x {B: 2}
    services:
      web:
        environment: *x
        env_file: a
      db:
        environment: *x
    """
    result = """\
    x: &x {B: 2}
    services:
      web:
        environment:
          <<: *x
          A: "1"
      db:
        environment: *x
    """
    assert pinned(text, web={"A": "1"}) == dedent(result)


def test_an_inherited_environment_is_copied_and_extended() -> None:
    text = """\
    x: &x
      environment: {B: '2', C: }
    services:
      web:
        <<: *x
        env_file: a
      db:
        <<: *x
    """
    result = """\
    x: &x
      environment: {B: '2', C: }
    services:
      web:
        <<: *x
        environment:
          B: '2'
          C:
          A: "1"
      db:
        <<: *x
    """
    assert pinned(text, web={"A": "1"}) == dedent(result)


def test_an_extended_service_passes_its_entries_on() -> None:
    text = "services:\n  web: {extends: base, image: x}\n  base: {env_file: a}\n"
    result = 'services:\n  web: {extends: base, image: x}\n  base: {environment: {A: "1"}}\n'
    assert pinned(text, web={"A": "1"}, base={"A": "1"}) == result


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("services:\n  web: {env_file: a, environment: }\n", "`environment` of `web` is empty or a single value"),
        (
            "x: &x [B=2]\nservices:\n  web: {env_file: a, environment: *x}\n  db: {environment: *x}\n",
            "`environment` of `web` is shared by an anchor",
        ),
    ],
)
def test_what_has_no_place_is_refused(text: str, what: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        pinned(text, web={"A": "1"})
    assert caught.value.problems[0].what.startswith(what)


@pytest.mark.parametrize("use", ["x-u: *e\n", "x-u: [{a: *e}]\n", "x-o: &o {i: *e}\nx-u: *o\n"])
def test_an_environment_that_an_alias_brings_elsewhere_stays_as_it_is(use: str) -> None:
    text = f"x-e: &e\n  A: b\n{use}services:\n  web:\n    environment: *e\n    env_file: a\n"
    result = f'x-e: &e\n  A: b\n{use}services:\n  web:\n    environment:\n      <<: *e\n      C: "d"\n'
    assert pinned(text, web={"C": "d"}) == result


def test_nothing_is_added_to_an_environment_that_another_merges_by_now() -> None:
    text = "x-e: &e {A: b}\nservices:\n" + "".join(
        f"  {name}: {{environment: *e, env_file: {name}}}\n" for name in ("one", "two", "three")
    )
    result = pinned(text, one={"C": "d"}, two={"E": "f"}, three={"C": "d"})
    assert result.startswith("x-e: &e {A: b}\n")
    assert result.count('{<<: *e, C: "d"}') == 2


def test_a_variable_without_a_value_stays_one_in_flow_style() -> None:
    assert pinned("services: {web: {environment: {A: }, env_file: a}}\n", web={"C": "d"}) == (
        'services: {web: {environment: {A: , C: "d" }}}\n'
    )

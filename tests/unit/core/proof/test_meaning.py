"""Merges, `extends` and values, resolved."""

import pytest

from ci.core.proof.meaning import Meaning, text_of
from ci.core.proof.nodes import Scalar
from ci.core.proof.read import read


def meaning(text: str) -> Meaning:
    return Meaning(read(text, "f", expected="", hint=""), {})


def test_own_keys_win_over_merged_ones_and_the_first_merge_over_the_later() -> None:
    one = meaning("a: &a {x: 1, y: 1, z: 1}\nb: &b {x: 2, y: 2, w: 2}\nc: {<<: [*b, *a], x: 3}\n")
    keys = one.keys(one.child(one.document.root, "c"))
    assert {name: text_of(value) for name, value in keys.items()} == {"x": "3", "y": "2", "w": "2", "z": "1"}


def test_a_merge_key_in_quotes_is_a_key() -> None:
    one = meaning("a: {'<<': b}\n")
    assert list(one.keys(one.child(one.document.root, "a"))) == ["<<"]


@pytest.mark.parametrize("other", ['"012"', "10", "'012'", "!!int 012", "[012]", "{a: 012}"])
def test_values_that_are_written_differently_are_different(other: str) -> None:
    one = meaning(f"a: 012\nb: {other}\n")
    assert one.token(one.child(one.document.root, "a")) != one.token(one.child(one.document.root, "b"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{a: 1, b: 2}", "{b: 2, a: 1}"),
        ("'x'", '"x"'),
        ("*m", "{y: [1]}"),
        ("x/y:${T:-latest}", '"x/y:${T:-latest}"'),
        ("127.0.0.1:5000/a", "'127.0.0.1:5000/a'"),
        ("{*k : 1}", "{&n key: 1}"),
    ],
)
def test_values_that_mean_the_same_have_one_token(one: str, other: str) -> None:
    found = meaning(f"m: &m {{y: [1]}}\nk: &k key\na: {one}\nb: {other}\n")
    assert found.token(found.child(found.document.root, "a")) == found.token(found.child(found.document.root, "b"))


@pytest.mark.parametrize("plain", ["yes", "Null", "n", "12:30:45", "1_000", "2001-01-01", ".inf", "~"])
def test_a_plain_value_that_some_reader_takes_for_no_string_is_not_one_in_quotes(plain: str) -> None:
    one = meaning(f"a: {plain}\nb: '{plain}'\n")
    assert one.token(one.child(one.document.root, "a")) != one.token(one.child(one.document.root, "b"))


def test_the_pinned_keys_of_a_service_do_not_count_where_an_alias_brings_it() -> None:
    one = meaning(
        "services: {a: &a {build: ., init: true}, b: &b {image: x, init: true}, c: &c {tty: true}}\nx: [*a, *b, *c]\n"
    )
    a, b, c = (one.token(alias) for alias in one.document.aliases)
    assert a == b != c
    other = meaning("y: [&a {build: .}, &b {image: x}]\nx: [*a, *b]\n")
    a, b = (other.token(alias) for alias in other.document.aliases)
    assert a != b


def test_a_chain_of_extends_is_followed() -> None:
    one = meaning("services:\n  a: {extends: b}\n  b: {extends: {service: c}}\n  c: {image: x}\n")
    services = one.services()
    assert one.chain(services, "a") == [services["a"], services["b"], services["c"]]


def test_variables_of_a_list_and_of_a_mapping_are_the_same() -> None:
    one = meaning('a: [A=b, C]\nb: {A: "b", C: }\n')
    root = one.document.root
    assert one.variables(one.child(root, "a")) == one.variables(one.child(root, "b"))


def test_the_text_of_null_is_none() -> None:
    assert [text_of(Scalar(0, 0, value, None, None, "")) for value in ("", "~", "null", "x")] == [None, None, None, "x"]

"""Which of ruamel.yaml's parsers reads what."""

import pytest

from ci.core.proof import parsers
from ci.core.proof.nodes import Mapping
from ci.core.proof.read import read
from ci.errors import ConfigurationError


@pytest.mark.parametrize("text", ["{image: a:b}\n", "[a?b, c]\n", "{u: http://h/p?q}\n"])
def test_the_pure_parser_reads_what_the_c_parser_does_not(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read(text, "f", expected="", hint="")
    monkeypatch.setattr(parsers, "PARSERS", (parsers.c_events,))
    with pytest.raises(ConfigurationError):
        read(text, "f", expected="", hint="")


def test_tabs_that_separate_are_spaces_to_the_pure_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "PARSERS", parsers.PURE_PARSERS)
    assert isinstance(read("a:\tb\t# c\n", "f", expected="", hint="").root, Mapping)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a:\t{x: b\tc:d}\n", "b\tc:d"),
        ("k: &x\n  b\tc\na:\t{x: *x, y: e:f}\n", "b\tc"),
        ("a:\t{x: b c:d}\t# e\n", "b c:d"),
    ],
)
def test_a_tab_in_a_plain_scalar_of_a_text_that_no_parser_reads_as_it_is_stays_one(text: str, value: str) -> None:
    """As in a pinned file: its source has tabs, and a reference with a colon was put into a flow mapping of it."""
    assert f"value='{value}'".replace("\t", "\\t") in repr(read(text, "f", expected="", hint="").root)


@pytest.mark.parametrize("text", ["a:\tb\n", "a: b\t# c\n", "a: b\x85c: d\n", "a: &k b\n*k: c\n"])
def test_the_c_parser_reads_what_the_pure_parser_does_not(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(read(text, "f", expected="", hint="").root, Mapping)
    monkeypatch.setattr(parsers, "PARSERS", (parsers.pure_events,))
    with pytest.raises(ConfigurationError):
        read(text, "f", expected="", hint="")


def test_where_neither_reads_the_text_the_one_that_came_further_says_why() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read("a: {b: c:d}\ne: [\n", "f", expected="YAML", hint="fix it")
    (problem,) = caught.value.problems
    assert problem.line > 1


@pytest.mark.parametrize("value", ["!!str &a b", "&a !!str b", "!!str # why\n  &a b", "!x &a [b]", "!!str &a {b: c}"])
def test_a_node_with_a_tag_and_an_anchor_starts_where_the_first_of_them_does(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "PARSERS", parsers.PURE_PARSERS)
    root = read(f"key: !t\nx: {value}\n", "f", expected="", hint="").root
    assert isinstance(root, Mapping)
    assert root.items[1][1].start == len("key: !t\nx: ")

"""Strings as YAML scalars: what is written is read again as the same string."""

import pytest
import yaml

from ci.core.yaml.quoting import key, plain_or_quoted, quoted


@pytest.mark.parametrize(
    "text", ["", "a b", 'say "hi"', "tab\t", "line\nbreak", "a\x85b\u2028c\ufeff", "日本", "\\", "\x07"]
)
def test_a_quoted_string_is_read_as_itself_and_is_one_printable_line(text: str) -> None:
    written = quoted(text)
    assert yaml.safe_load(written) == text
    assert written.isprintable()


@pytest.mark.parametrize(
    ("name", "written"),
    [("NAME", "NAME"), ("_a1", "_a1"), ("yes", '"yes"'), ("Null", '"Null"'), ("1a", '"1a"'), ("a.b", '"a.b"')],
)
def test_a_key_is_quoted_where_it_could_be_taken_for_something_else(name: str, written: str) -> None:
    assert key(name) == written


@pytest.mark.parametrize("reference", ["host:5000/o/a:sha-1", "a/b@sha256", "a:1.2"])
def test_an_image_reference_is_plain(reference: str) -> None:
    assert plain_or_quoted(reference) == reference


@pytest.mark.parametrize("value", ["a: b", "a #b", "", "*a", "{a}"])
def test_what_is_not_like_a_reference_is_quoted(value: str) -> None:
    assert plain_or_quoted(value) == quoted(value)

"""Nodes as plain values: strings and null, aliases and merges resolved."""

from ci.core.yaml.parse import read
from ci.core.yaml.values import plain


def test_every_scalar_is_a_string_and_null_is_none() -> None:
    text = "a: 012\nb: [yes, ~, '~', 1.10]\nc: {d: , e: null}\n"
    assert plain(read(text, "f").root) == {"a": "012", "b": ["yes", None, "~", "1.10"], "c": {"d": None, "e": None}}


def test_aliases_and_merges_are_resolved() -> None:
    text = "a: &a {x: 1}\nb: {<<: *a, y: [*a]}\n"
    assert plain(read(text, "f").root)["b"] == {"y": [{"x": "1"}], "x": "1"}

"""Merges: a mapping's own keys win, and of several merged mappings the earlier wins."""

from ci.core.yaml.merges import effective, layers
from ci.core.yaml.nodes import Node, Scalar
from ci.core.yaml.parse import read

TEXT = "a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2, z: 2}\nc: {<<: [{z: 3}, *b], w: 4}\n"


def values(node: Node) -> dict[str, str]:
    return {name: pair.value.value for name, pair in effective(node).items() if isinstance(pair.value, Scalar)}


def test_own_keys_win_and_then_the_earlier_of_a_list() -> None:
    assert values(effective(read(TEXT, "f").root)["c"].value) == {"w": "4", "z": "3", "y": "2", "x": "1"}


def test_the_layers_of_a_mapping_are_in_the_order_of_precedence() -> None:
    c = effective(read(TEXT, "f").root)["c"].value
    assert [len(layer.items) for layer in layers(c)] == [2, 1, 3, 2]


def test_a_mapping_that_is_merged_twice_is_one_layer() -> None:
    root = effective(read("a: &a {x: 1}\nb: &b {<<: *a}\nc: {<<: [*b, *a]}\n", "f").root)
    assert list(layers(root["c"].raw)) == [root["c"].value, root["b"].value, root["a"].value]


def test_a_pair_knows_the_mapping_that_it_comes_from() -> None:
    root = effective(read(TEXT, "f").root)
    assert effective(root["c"].value)["y"].owner is root["b"].value


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert values(read("'<<': a\nb: c\n", "f").root) == {"<<": "a", "b": "c"}


def test_what_is_not_a_mapping_has_no_keys_and_no_layers() -> None:
    scalar = effective(read("a: 1", "f").root)["a"].raw
    assert effective(scalar) == {}
    assert list(layers(scalar)) == []

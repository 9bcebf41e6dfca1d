"""Nodes: which are null, which keys are merges, and what a mapping's own text has."""

import pytest

from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Alias, Mapping, is_merge, is_null, own, walk
from ci.core.yaml.parse import read


def mapping(text: str) -> Mapping:
    root = read(text, "f").root
    assert isinstance(root, Mapping)
    return root


@pytest.mark.parametrize(
    ("text", "null"),
    [("", True), ("~", True), ("null", True), ("NULL", True), ("!!null x", True), ("''", False), ("nULL", False)],
)
def test_which_scalars_are_null(text: str, null: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_null(effective(mapping(f"a: {text}"))["a"].value) is null


@pytest.mark.parametrize(("key", "merge"), [("<<", True), ("!!merge <<", True), ("'<<'", False), ("!!str <<", False)])
def test_a_merge_key_is_plain(key: str, merge: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_merge(mapping(f"{key}: a").items[0][0]) is merge


def test_nodes_are_keys_of_dictionaries_by_identity() -> None:
    (first, _), (second, _) = mapping("a: 1\nb: 1\n").items
    assert len({first: 1, second: 2}) == 2
    assert first != second


def test_a_pair_has_the_raw_value_and_the_resolved_one() -> None:
    pairs = effective(mapping("a: &x 1\nb: *x\n"))
    assert isinstance(pairs["b"].raw, Alias)
    assert pairs["b"].value is pairs["a"].value


def test_the_own_pairs_of_a_mapping_are_those_in_its_text() -> None:
    found = mapping("a: &a {x: 1}\nb: {<<: *a, y: 2}\n")
    b = effective(found)["b"].value
    assert isinstance(b, Mapping)
    assert own(b, "x") is None
    y = own(b, "y")
    assert y is not None
    assert (y.owner, y.end) == (b, y.value.end)


def test_a_walk_does_not_enter_the_targets_of_aliases() -> None:
    text = "a: &x [1]\nb: *x\n"
    assert [text[node.start : node.end] for node in walk(read(text, "f").root)][1:] == [
        *("a", "&x [1]", "1", "b", "*x"),
    ]

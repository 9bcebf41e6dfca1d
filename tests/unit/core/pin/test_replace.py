"""New values for scalars keep quotes, tag and anchor."""

import pytest
from places import document, pair

from ci.core.pin.edits import apply
from ci.core.pin.replace import in_style_of, is_json, pair_text, replace_value
from ci.core.yaml.properties import properties_of, without_anchor


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a: b:1 # why", "a: n:2 # why"),
        ("a: 'b:1'", "a: 'n:2'"),
        ('a: "b:1"', 'a: "n:2"'),
        ("a: &x !!str b:1", "a: &x !!str n:2"),
        ("a: |\n  b:1\nc: 1\n", "a: n:2\nc: 1\n"),
        ("a:", "a: n:2"),
        ("a: ", "a: n:2 "),
        ("a: !!str", "a: !!str n:2"),
        ('{"a": "b:1"}', '{"a": "n:2"}'),
    ],
)
def test_a_scalar_is_replaced_in_its_own_style(text: str, result: str) -> None:
    source = document(text)
    assert apply(source, [replace_value(source, pair(source, "a").raw, "n:2")]) == result


def test_an_anchor_may_be_dropped_and_the_tag_stays() -> None:
    source = document("a: &x !!str b:1")
    assert apply(source, [replace_value(source, pair(source, "a").raw, "n:2", keep_anchor=False)]) == "a: !!str n:2"


def test_an_alias_is_replaced_by_the_value() -> None:
    source = document("a: &x b\nc: *x\n")
    assert apply(source, [replace_value(source, pair(source, "c").raw, "n:2")]) == "a: &x b\nc: n:2\n"


def test_a_value_that_is_not_like_a_reference_is_quoted_in_place_of_a_plain_one() -> None:
    assert in_style_of(pair(document("a: b"), "a").raw, "{x}") == '"{x}"'


@pytest.mark.parametrize(
    ("text", "json", "expected"),
    [
        ("b: 1", False, "image: x"),
        ('"b": 1', False, "image: x"),
        ("{b: 1}", False, "image: x"),
        ('{"b": 1}', True, '"image": "x"'),
    ],
)
def test_a_new_pair_is_json_where_its_neighbour_is(text: str, json: bool, expected: str) -> None:  # noqa: FBT001
    neighbour = pair(document(text), "b")
    assert is_json(neighbour) is json
    assert pair_text(neighbour, "image", "x") == expected


@pytest.mark.parametrize(
    ("text", "properties", "rest"),
    [
        ("a: b", "", ""),
        ("a: &x b", "&x ", ""),
        ("a: !t  &x\n  b", "!t  &x\n  ", "!t  "),
        ("a: &x !t b", "&x !t ", "!t "),
    ],
)
def test_the_properties_of_a_value(text: str, properties: str, rest: str) -> None:
    assert properties_of(text, pair(document(text), "a").raw) == properties
    assert without_anchor(properties) == rest

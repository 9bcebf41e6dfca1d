"""New values for scalars that anchors share."""

import pytest
from places import document, pair

from ci.core.pin.edits import NewValue, apply
from ci.core.pin.scalars import scalar_edits
from ci.core.pin.spans import RemovedSpans, remaining_aliases
from ci.core.targets import Targets
from ci.errors import ConfigurationError

TARGETS = Targets({}, {}, {}, frozenset({"r/own"}), "new")


def replaced(text: str, **values: str) -> str:
    source = document(text)
    new_values = [NewValue(pair(source, key), value) for key, value in values.items()]
    edits, _ = scalar_edits(source, new_values, remaining_aliases(source, RemovedSpans([])), TARGETS)
    return apply(source, edits)


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("a: x:1\n", {"a": "n:2"}, "a: n:2\n"),
        ("a: &x x:1\nb: *x\n", {"a": "n:2", "b": "n:2"}, "a: &x n:2\nb: *x\n"),
        ("a: &x x:1\nb: *x\n", {"a": "n:2", "b": "m:3"}, "a: &x n:2\nb: m:3\n"),
        ("a: &x x:1\nb: *x\nc: *x\n", {"a": "n:2"}, "a: n:2\nb: &x x:1\nc: *x\n"),
        ("a: &x x:1\nb: *x\nc: *x\n", {"a": "n:2", "b": "n:2"}, "a: n:2\nb: n:2\nc: &x x:1\n"),
        ("a: &x x:${T:-1}\nb: *x\n", {"a": "n:2"}, "a: n:2\nb: &x x:${T:-1}\n"),
        ("a: &x x:${T:-1}\nb: [*x ]\n", {"a": "n:2"}, 'a: n:2\nb: [&x "x:${T:-1}" ]\n'),
        ("a: !!str &x |-\n  x:1\nb: *x\n", {"a": "n:2"}, 'a: !!str n:2\nb: !!str &x "x:1"\n'),
        ("a: &x r/own:1\nb: *x\n", {"b": "r/own:new"}, "a: &x r/own:new\nb: *x\n"),
        ("a: &x r/own:1\nb: *x\nc: *x\n", {"b": "r/own:new"}, "a: &x r/own:1\nb: r/own:new\nc: *x\n"),
        ("a: &x other:1\nb: *x\n", {"b": "r/own:new"}, "a: &x other:1\nb: r/own:new\n"),
    ],
)
def test_no_other_value_changes(text: str, values: dict[str, str], result: str) -> None:
    assert replaced(text, **values) == result


def test_a_block_scalar_moves_in_quotes() -> None:
    assert replaced("a: &x |\n  x:1\nb: *x\n", a="n:2") == 'a: n:2\nb: &x "x:1\\n"\n'


def test_one_place_cannot_have_two_values() -> None:
    source = document("a: &a {c: 1}\nb: *a\n")
    places = [pair(source, "a", "c"), pair(source, "b", "c")]
    values = [NewValue(place, value) for place, value in zip(places, ["n:1", "n:2"], strict=True)]
    with pytest.raises(ConfigurationError, match="services that need different values"):
        scalar_edits(source, values, {}, TARGETS)


@pytest.mark.parametrize("tag", ["!!binary", "!!int", "!own", "!!null"])
def test_a_value_that_is_no_string_by_its_tag_is_refused(tag: str) -> None:
    with pytest.raises(ConfigurationError, match="tag that makes it something else than a string"):
        replaced(f"a: {tag} x:1\n", a="n:2")
    assert replaced("a: !!str x:1\n", a="n:2") == "a: !!str n:2\n"

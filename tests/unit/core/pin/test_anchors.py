"""Anchors inside of removed pairs move to the first alias that remains."""

import pytest
from places import document, pair

from ci.core.pin.anchors import move_anchors
from ci.core.pin.cut import cut
from ci.core.pin.edits import Removal, apply
from ci.core.pin.spans import RemovedSpans, remaining_aliases
from ci.errors import ConfigurationError


def removed(text: str, *path: str) -> str:
    source = document(text)
    removed_pair = pair(source, *path)
    spans = RemovedSpans([removed_pair])
    edits = move_anchors(source, [removed_pair], spans, remaining_aliases(source, spans))
    return apply(source, [*edits, *cut(source, Removal(removed_pair))])


def test_an_anchor_moves_to_its_first_remaining_alias() -> None:
    assert removed("a: {build: &x [1], b: 1}\nc: *x\nd: *x\n", "a", "build") == "a: {b: 1}\nc: &x [1]\nd: *x\n"


def test_an_anchor_without_remaining_aliases_is_removed() -> None:
    assert removed("a:\n  build: {args: &x [1], x: *x}\n  b: 1\n", "a", "build") == "a:\n  b: 1\n"


def test_an_inner_anchor_moves_with_the_outer_one() -> None:
    text = "build: &x {a: &y 1}\nc: *x\nd: *y\n"
    assert removed(text, "build") == "c: &x {a: &y 1}\nd: *y\n"


@pytest.mark.parametrize(
    "text",
    ["build: &x {a: &y 1}\nd: *y\nc: *x\n", "build: {a: &y 1, b: &x {c: *y}}\nd: *x\ne: *y\n"],
    ids=["the inner one is used first", "it has an alias of another one"],
)
def test_a_value_that_needs_another_anchor_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is inside of a `build`, which is removed"):
        removed(text, "build")


def test_which_aliases_remain() -> None:
    source = document("a: &x 1\nbuild: [*x]\nb: *x\nc: &y 2\n")
    spans = RemovedSpans([pair(source, "build")])
    assert remaining_aliases(source, spans) == {pair(source, "a").value: [source.aliases[1]]}
    assert spans.contain(source.aliases[0])
    assert not spans.contain(pair(source, "b").raw)

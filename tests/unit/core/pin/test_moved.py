"""The text of an anchored value at the place of an alias."""

import pytest
from places import document, pair

from ci.core.pin.moved import moved_text
from ci.core.yaml.nodes import Alias


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("a: &x b\nc: *x\n", "&x b"),
        ("a: &x 'b'\nc: *x\n", "&x 'b'"),
        ("a: &x [1, 2]\nc: *x\n", "&x [1, 2]"),
        ("a: &x b,c\nc: {d: *x}\n", '&x "b,c"'),
        ("a: &x b,{c}\nc:\n  d: *x\n", "&x b,{c}"),
        ("a: &x b,{c}\nc: {}\nd: *x\n", "&x b,{c}"),
        ("a: &x |\n  b\nc: *x\n", '&x "b\\n"'),
        ("a: &x !!str\n  'b'\nc: *x\n", '&x !!str "b"'),
        ("a: &x\n  b: 1\n  c: 2\nc: *x\n", "&x\n  b: 1\n  c: 2"),
        ("a: &x\n- 1 # one\n\n- 2\nc:\n    d: *x\n", "&x\n      - 1 # one\n\n      - 2"),
        ("a: &x\r\n  b: 1\r\nc: *x\r\n", "&x\r\n  b: 1"),
    ],
)
def test_a_value_is_written_with_its_anchor_in_the_place_s_indentation(text: str, moved: str) -> None:
    source = document(text)
    assert moved_text(source, pair(source, "a").value, source.aliases[0]) == moved


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1,\n  2]\nc: *x\n",
        "a: &x\n  b: 1\nc: [*x]\n",
        "a: &x\n    b:\n # left\n     c: 1\nc: *x\n",
    ],
    ids=["flow over lines", "block into flow", "comment left of it"],
)
def test_a_value_that_cannot_stand_there_unchanged_is_not_moved(text: str) -> None:
    source = document(text)
    assert isinstance(source.aliases[0], Alias)
    assert moved_text(source, pair(source, "a").value, source.aliases[0]) is None

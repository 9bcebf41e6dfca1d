"""Environment variables as text, in the style around them."""

import pytest
from places import document, pair

from ci.core.pin.environment_text import copied_lines, environment_text, items_text, lines_text
from ci.core.yaml.nodes import Mapping, Sequence


@pytest.mark.parametrize(
    ("collection", "items"),
    [("[B=2]", ['"A=1"']), ("{B: 2}", ['A: "1"']), ('{"B": 2}', ['"A": "1"']), ("\n  B: 2\n", ['A: "1"'])],
)
def test_an_entry_is_written_like_the_items_of_its_collection(collection: str, items: list[str]) -> None:
    node = pair(document(f"a: {collection}"), "a").value
    assert isinstance(node, Mapping | Sequence)
    assert items_text(node, {"A": "1"}) == items


def test_a_variable_without_a_value_has_none() -> None:
    assert lines_text({"A": None, "yes": ""}) == {"A": "A:", "yes": '"yes": ""'}


def test_scalars_are_copied_as_written_if_they_can_be() -> None:
    text = "e: {A: '1', B: &x 2, C: *x, D: , E: {f: 1}}\n"
    copied = copied_lines(text, pair(document(text), "e"))
    assert copied == {"A": "A: '1'", "B": 'B: "2"', "C": 'C: "2"', "D": "D:", "E": copied["E"]}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a:\n   b: 1\n", "environment:\n     A: 1\n     B: 2"),
        ("a:\r\n  b: 1\r\n", "environment:\r\n    A: 1\r\n    B: 2"),
        ("a: {b: 1}", "environment: {A: 1, B: 2}"),
        ('a: {"b": 1}', '"environment": {A: 1, B: 2}'),
    ],
)
def test_an_environment_is_written_like_its_neighbour(text: str, result: str) -> None:
    source = document(text)
    assert environment_text(source, pair(source, "a", "b"), ["A: 1", "B: 2"]) == result

"""`environment`, `args` and `labels`, as a mapping and as a list."""

import pytest

from ci.core.compose.name_values import names_and_nodes, names_and_values
from ci.core.yaml.parse import read


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{A: 1, B: , C: ''}", {"A": "1", "B": None, "C": ""}),
        ("[A=1, B, C=, 'D=x=y']", {"A": "1", "B": None, "C": "", "D": "x=y"}),
        ("&a {<<: {A: 1}, B: 2}", {"B": "2", "A": "1"}),
        ("plain", {}),
    ],
)
def test_each_form_gives_names_and_values(text: str, values: dict[str, str | None]) -> None:
    root = read(text, "f").root
    assert names_and_values(root) == values
    assert list(names_and_nodes(root)) == list(values)


def test_only_a_mapping_has_a_node_for_each_value() -> None:
    assert [node is None for node in names_and_nodes(read("{A: 1}", "f").root).values()] == [False]
    assert names_and_nodes(read("[A=1]", "f").root) == {"A": None}

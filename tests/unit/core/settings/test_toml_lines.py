"""The line of every key of a TOML document."""

import tomllib
from pathlib import Path

import pytest

from ci.core.settings.toml_lines import Path as Keys
from ci.core.settings.toml_lines import key_lines

DOCUMENT = '''\
# [not.a.table]
top = 1
"quoted key" = 2

[tool.a]
dotted.key = 3
text = """
[not.a.table]
also = "no key"
"""
array = [
    1,  # ]
    {x = 1},
]
after = {inner = {deep = true}, 'x' = [1]}

[[tool.steps]]
name = "one"
[tool.steps.headers]
A = "b"

[[tool.steps]]
  name = "two"

[[tool.steps.nested]]
n = 1
[[tool.steps.nested]]
n = 2
[other]
'''


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("tool",), 5),
        (("tool", "a"), 5),
        (("tool", "a", "dotted"), 6),
        (("tool", "a", "dotted", "key"), 6),
        (("tool", "a", "text"), 7),
        (("tool", "a", "array", 1, "x"), 11),
        (("tool", "a", "after"), 15),
        (("tool", "a", "after", "inner", "deep"), 15),
        (("tool", "a", "after", "x", 0), 15),
        (("tool", "steps", 0), 17),
        (("tool", "steps", 0, "name"), 18),
        (("tool", "steps", 0, "headers", "A"), 20),
        (("tool", "steps", 1), 22),
        (("tool", "steps", 1, "name"), 23),
        (("tool", "steps", 1, "nested", 1, "n"), 28),
        (("other",), 29),
    ],
)
def test_the_line_of_a_key(path: Keys, line: int, line_end: str) -> None:
    assert key_lines(DOCUMENT.replace("\n", line_end))[path] == line


def test_text_inside_strings_and_comments_is_no_key() -> None:
    assert not [path for path in key_lines(DOCUMENT) if "not" in path or "also" in path]


def test_every_value_of_the_document_has_a_line() -> None:
    def paths(value: object, path: Keys = ()) -> list[Keys]:
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [path, *(found for key, one in entries for found in paths(one, (*path, key)))]

    lines = key_lines(DOCUMENT)
    assert [path for path in paths(tomllib.loads(DOCUMENT)) if path and path not in lines] == []


def test_an_empty_document_has_no_keys() -> None:
    assert key_lines("") == {}


def test_each_key_of_a_real_file_is_on_its_line() -> None:
    text = (Path(__file__).parents[4] / "pyproject.toml").read_text()
    lines = text.splitlines()
    found = key_lines(text)
    assert len(found) > 200
    plain = {path: line for path, line in found.items() if isinstance(path[-1], str) and len(path) < 4}
    assert [path for path, line in plain.items() if str(path[-1]) not in lines[line - 1]] == []

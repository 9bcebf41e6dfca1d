"""A table of settings read by the fields and types of a dataclass."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

import pytest

from ci.core.settings.tables import SECRET, Origin, Rule, name_of, read_table


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, kw_only=True)
class Item:
    name: str
    flag: bool = False


@dataclass(frozen=True, kw_only=True)
class Shop:
    text: Annotated[str, Rule(lambda value: value != "bad", "another word than bad")] = ""
    number: int = 0
    flag: bool = False
    size: Size = Size.SMALL
    anything: Any = None
    words: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    secrets: Annotated[Mapping[str, str], SECRET] = field(default_factory=dict)
    item: Item = field(default_factory=lambda: Item(name="default"))
    items: tuple[Annotated[Item, Rule(lambda item: "both" not in item, "no `both`")], ...] = ()


TABLE: Any = {
    "text": "a",
    "number": 3,
    "flag": True,
    "size": "large",
    "anything": [1, {"a": None}],
    "words": ["a", "b"],
    "names": {"a": "b"},
    "item": {"name": "x"},
    "items": [{"name": "y", "flag": True}, {"name": "z"}],
}


def test_values_of_every_type_are_read() -> None:
    values, problems = read_table(Shop, TABLE, Origin())
    assert problems == []
    assert Shop(**values) == Shop(
        text="a",
        number=3,
        flag=True,
        size=Size.LARGE,
        anything=[1, {"a": None}],
        words=("a", "b"),
        names={"a": "b"},
        item=Item(name="x"),
        items=(Item(name="y", flag=True), Item(name="z")),
    )


@pytest.mark.parametrize(
    ("table", "what", "value", "expected"),
    [
        ({"text": 1}, "Invalid setting `text`", "1", "a string"),
        ({"text": "bad"}, "Invalid setting `text`", "'bad'", "another word than bad"),
        ({"number": True}, "Invalid setting `number`", "True", "a whole number"),
        ({"number": -1}, "Invalid setting `number`", "-1", "a whole number"),
        ({"number": 1.5}, "Invalid setting `number`", "1.5", "a whole number"),
        ({"flag": 1}, "Invalid setting `flag`", "1", "true or false"),
        ({"size": "huge"}, "Invalid setting `size`", "'huge'", "one of small, large"),
        ({"size": ["small"]}, "Invalid setting `size`", "['small']", "one of small, large"),
        ({"words": "a"}, "Invalid setting `words`", "'a'", "an array of strings"),
        ({"words": ["a", 1]}, "Invalid setting `words[2]`", "1", "a string"),
        ({"names": ["a"]}, "Invalid setting `names`", "['a']", "a table"),
        ({"names": {"a": 1}}, "Invalid setting `names.a`", "1", "a string"),
        ({"secrets": {"a": 1234}}, "Invalid setting `secrets.a`", "***", "a string"),
        ({"secrets": "hunter2"}, "Invalid setting `secrets`", "***", "a table"),
        ({"item": "a"}, "Invalid setting `item`", "'a'", "a table"),
        ({"item": {}}, "Missing setting", "item.name", "a value, since it has no default"),
        ({"item": {"name": ""}}, "Missing setting", "item.name", "a value, since it has no default"),
        ({"items": {"a": 1}}, "Invalid setting `items`", "a", "an array of tables"),
        ({"items": ["a"]}, "Invalid setting `items[1]`", "'a'", "a table"),
        ({"items": [{"name": "a"}, {"name": 2}]}, "Invalid setting `items[2].name`", "2", "a string"),
        ({"items": [{"name": "a", "flags": True}]}, "Unknown setting", "items[1].flags", "`flag`?"),
        ({"xyzzy": 1}, "Unknown setting", "xyzzy", "one of anything, flag, item, items, names, number"),
        ({"numbr": 1}, "Unknown setting", "numbr", "`number`?"),
    ],
)
def test_a_problem_names_the_setting_its_value_and_what_is_expected(
    table: Any, what: str, value: str, expected: str
) -> None:
    _, (problem,) = read_table(Shop, table, Origin("f.toml", "", ("shop",)))
    assert (problem.what, problem.value, problem.file) == (what, value, "f.toml")
    assert problem.expected.startswith(expected)
    assert problem.hint


def test_a_rule_on_a_table_is_checked_beside_its_fields() -> None:
    _, problems = read_table(Shop, {"items": [{"both": 1}]}, Origin())
    assert [one.what for one in problems] == ["Invalid setting `items[1]`", "Unknown setting", "Missing setting"]
    assert problems[0].expected == "no `both`"


def test_the_result_has_the_valid_settings_alone() -> None:
    values, problems = read_table(Shop, {**TABLE, "number": "x", "items": [{"name": 1}]}, Origin())
    assert len(problems) == 2
    assert sorted(values) == sorted(set(TABLE) - {"number", "items"})


FILE = """\
[shop]
number = "x"
names = {a = "b", c = 1}
[[shop.items]]
flag = true

[[shop.items]]
name = "second"
extra = 1
"""


def test_every_problem_has_the_line_of_its_key_or_of_the_table_that_lacks_it() -> None:
    table = {
        "number": "x",
        "names": {"a": "b", "c": 1},
        "items": [{"flag": True}, {"name": "second", "extra": 1}],
    }
    _, problems = read_table(Shop, table, Origin("f.toml", FILE, ("shop",)))
    assert [(one.line, one.value) for one in problems] == [
        (2, "'x'"),
        (3, "1"),
        (4, "items[1].name"),
        (9, "items[2].extra"),
    ]
    assert problems[0].hint == "correct it in [shop]"


def test_an_argument_has_no_line_and_its_hint_names_the_flag() -> None:
    _, (problem,) = read_table(Shop, {"number": "x"}, Origin())
    assert (problem.file, problem.line, problem.hint) == ("", 0, "correct the argument --number")


def test_a_path_is_written_with_indexes_from_one() -> None:
    assert name_of(("smoke", "steps", 1, "exec", 0)) == "smoke.steps[2].exec[1]"

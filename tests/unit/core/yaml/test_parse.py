"""Reading: every node knows its place, and what can't be read is told with it."""

import threading

import pytest

from ci.core.yaml.limits import MAX_DEPTH
from ci.core.yaml.merges import effective, layers
from ci.core.yaml.nodes import Alias, Mapping, Scalar, is_merge, is_null, own, resolved, walk
from ci.core.yaml.parse import read
from ci.errors import ConfigurationError, Problem

ODD = """\
\ufeff# Beside.
a: &a !!str x  # beside
b: 'it''s'
"c": |+
  text

d: [*a, {e: , f}, ]
? g
: - h
  -
  - *a
i:
j: {}
k: >-
    folded
    text
"""


def spans(text: str) -> list[str]:
    return [text[node.start : node.end] for node in walk(read(text, "f").root)]


def refused(text: str) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        read(text, "f.yaml")
    return caught.value.problems[0]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_each_node_knows_where_it_stands(newline: str) -> None:
    text = ODD.replace("\n", newline)
    assert [span.replace(newline, "\n") for span in spans(text)][1:] == [
        *("a", "&a !!str x", "b", "'it''s'", '"c"', "|+\n  text"),
        *("d", "[*a, {e: , f}, ]", "*a", "{e: , f}", "e", "", "f", ""),
        *("g", "- h\n  -\n  - *a", "h", "", "*a", "i", "", "j", "{}", "k", ">-\n    folded\n    text"),
    ]


def test_a_node_says_how_it_is_written() -> None:
    root = read(ODD, "f").root
    assert isinstance(root, Mapping)
    values = {name: pair.raw for name, pair in effective(root).items()}
    a, d = values["a"], values["d"]
    assert isinstance(a, Scalar)
    assert (a.tag, a.anchor, a.value, a.style) == ("tag:yaml.org,2002:str", "a", "x", "")
    first = d.items[0] if not isinstance(d, Scalar | Mapping | Alias) else None
    assert isinstance(first, Alias)
    assert (first.name, resolved(first)) == ("a", a)
    assert [pair.raw.style for pair in effective(root).values() if isinstance(pair.raw, Scalar)] == [
        *("", "'", "|", "", ">"),
    ]


def test_merges_are_resolved_with_ones_own_keys_first_and_the_earlier_of_a_list() -> None:
    root = read("a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2, z: 2}\nc: {<<: [{z: 3}, *b], w: 4}\n", "f").root
    c = effective(root)["c"].value
    found = {name: pair.value.value for name, pair in effective(c).items() if isinstance(pair.value, Scalar)}
    assert found == {"w": "4", "z": "3", "y": "2", "x": "1"}
    assert [len(layer.items) for layer in layers(c)] == [2, 1, 3, 2]
    assert isinstance(c, Mapping)
    assert own(c, "z") is None


@pytest.mark.parametrize(
    ("text", "null"),
    [("", True), ("~", True), ("null", True), ("NULL", True), ("!!null x", True), ("''", False), ("nULL", False)],
)
def test_which_scalars_are_null(text: str, null: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_null(effective(read(f"a: {text}", "f").root)["a"].value) is null


def test_a_quoted_merge_key_is_a_text() -> None:
    root = read("'<<': a", "f").root
    assert isinstance(root, Mapping)
    assert not is_merge(root.items[0][0])


def test_an_anchor_that_stands_twice_means_the_later_from_there_on() -> None:
    root = effective(read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "f").root)
    assert root["b"].value is root["a"].value
    assert root["d"].value is root["c"].value


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        ("a: [", "Not readable as YAML: did not find expected node content", (1, 5)),
        ("a: b: c", "Not readable as YAML: mapping values are not allowed in this context", (1, 5)),
        ("\ufeffa:\n\tb: c", "Not readable as YAML: found character that cannot start any token", (2, 1)),
        ("a: \x07", "Not readable as YAML: the character U+0007 is not allowed", (1, 4)),
        ("a: \ud800", "Not readable as YAML: the character U+D800 is not allowed", (1, 4)),
        ("", "The file is empty", (0, 0)),
        ("# nothing", "The file is empty", (0, 0)),
        ("a: 1\n---\nb: 2", "A second YAML document begins", (2, 1)),
        ("a: 1\n...\n---\n", "A second YAML document begins", (3, 1)),
        ("a: *b", "An alias without an anchor", (1, 4)),
        ("a: &b [x, *b]", "An alias inside of its own anchor's value", (1, 11)),
        ("a: &b {<<: *b}", "An alias inside of its own anchor's value", (1, 12)),
        ("a: 1\nb: 2\n'a': 3", "A mapping has a key twice", (3, 1)),
        ("x\u2028: 1\n a: {b: 1, b: 2}", "Not readable as YAML", (0, 0)),
        ("a: [{b: 1, b: 2}]", "A mapping has a key twice", (1, 12)),
        ("<<: {}\n<<: {}", "A mapping has a key twice", (2, 1)),
        ("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, "Nested too deep", (1, MAX_DEPTH + 3)),
        ("a: " + "[" * 200_000, "Nested too deep", (1, MAX_DEPTH + 3)),
        (
            "\n".join(" " * depth + "a:" for depth in range(MAX_DEPTH + 2)),
            "Nested too deep",
            (MAX_DEPTH + 1, MAX_DEPTH + 1),
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, what: str, place: tuple[int, int]) -> None:
    problem = refused(text)
    assert problem.what.startswith(what)
    if place[0]:
        assert (problem.line, problem.column) == place
        assert problem.excerpt
    assert problem.file == "f.yaml"
    assert problem.hint


def test_a_key_that_stands_twice_is_told_with_both_lines() -> None:
    assert refused("a: 1\nb: 2\n\na: 3\n").value == "'a', first in line 1"


def test_mappings_chained_by_aliases_are_nested_too() -> None:
    chain = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{x: *a{n - 1}}}\n" for n in range(1, MAX_DEPTH + 5))
    assert refused(chain).what.startswith("Nested too deep")


@pytest.mark.parametrize("item", ["[{}]", "{{{}}}", "{{<<: [{}]}}"])
def test_aliases_of_aliases_are_bounded(item: str) -> None:
    lines = ["a0: &a0 {x: y}"]
    for n in range(1, 12):
        inside = ", ".join(f"k{i}: *a{n - 1}" if item == "{{{}}}" else f"*a{n - 1}" for i in range(10))
        lines.append(f"a{n}: &a{n} {item.format(inside)}")
    assert refused("\n".join(lines)).what.startswith("Aliases of aliases expand to too many nodes")


def test_a_small_stack_is_enough() -> None:
    found: list[Problem] = []
    threading.stack_size(256 * 1024)
    thread = threading.Thread(target=lambda: found.append(refused("a: " + "{a: " * 100_000)))
    thread.start()
    thread.join()
    threading.stack_size(0)
    assert found[0].what.startswith("Nested too deep")


def test_a_long_line_is_shown_cut() -> None:
    problem = refused("a: &b [" + "x, " * 100 + "*b]")
    assert len(problem.excerpt) == 162
    assert problem.excerpt.endswith(" …")


def test_lines_are_counted_as_an_editor_does() -> None:
    assert read("a: 1 # \u2028\nb: &x 2\nc: *x\n", "f").problem_at(14, "").line == 2

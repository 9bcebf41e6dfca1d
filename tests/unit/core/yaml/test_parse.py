"""Reading: every node has its span in the text, and what cannot be read is refused with its place."""

import pytest

from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Alias, Mapping, Scalar, resolved, walk
from ci.core.yaml.parse import read
from ci.errors import ConfigurationError

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


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_each_node_has_its_span(newline: str) -> None:
    text = ODD.replace("\n", newline)
    assert [span.replace(newline, "\n") for span in spans(text)][1:] == [
        *("a", "&a !!str x", "b", "'it''s'", '"c"', "|+\n  text"),
        *("d", "[*a, {e: , f}, ]", "*a", "{e: , f}", "e", "", "f", ""),
        *("g", "- h\n  -\n  - *a", "h", "", "*a", "i", "", "j", "{}", "k", ">-\n    folded\n    text"),
    ]


def test_a_node_has_its_tag_anchor_value_and_style() -> None:
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


def test_an_anchor_defined_twice_means_the_later_one_from_there_on() -> None:
    root = effective(read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "f").root)
    assert root["b"].value is root["a"].value
    assert root["d"].value is root["c"].value


def test_a_document_has_its_aliases_and_those_that_are_keys() -> None:
    document = read("a: &x b\n*x : [*x, {*x : *x}]\n? *x\n: c\n", "f")
    assert [alias.start for alias in document.aliases] == [8, 14, 19, 24, 31]
    assert sorted(alias.start for alias in document.alias_keys) == [8, 19, 31]


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
        ("x\u2028: 1\n a: {b: 1, b: 2}", "Not readable as YAML", (0, 0)),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, what: str, place: tuple[int, int]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(text, "f.yaml")
    (problem,) = caught.value.problems
    assert problem.what.startswith(what)
    if place[0]:
        assert (problem.line, problem.column) == place
        assert problem.excerpt
    assert problem.file == "f.yaml"
    assert problem.expected
    assert problem.hint


def test_the_hint_for_a_template_that_omctl_does_not_replace_is_to_quote_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read("a: {{ $sys.id }} b", "f")
    assert "quotes" in caught.value.problems[0].hint


def test_a_problem_of_a_node_has_its_line() -> None:
    document = read("a: 1\nb: 2\n", "f")
    assert isinstance(document, Document)
    node = effective(document.root)["b"].key
    assert document.line(node) == 2
    assert document.problem(node, "what", expected="other", hint="change it").excerpt == "b: 2"

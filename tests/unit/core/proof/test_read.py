"""Reading with ruamel.yaml: the tree, its places, and what is refused."""

from time import process_time

import pytest

from ci.core.proof import parsers
from ci.core.proof.document import Document
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence
from ci.core.proof.read import read
from ci.errors import ConfigurationError, Problem

PARSERS = {"C": (parsers.c_events,), "pure": (parsers.pure_events,)}


@pytest.fixture(params=PARSERS, autouse=True)
def _one_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "PARSERS", PARSERS[request.param])


def tree(text: str) -> Document:
    return read(text, "f", expected="YAML", hint="fix it")


def problem(text: str) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        tree(text)
    (found,) = caught.value.problems
    return found


def leaves(text: str) -> list[tuple[str, str]]:
    """The text and the value of each scalar."""
    document, found = tree(text), []
    todo: list[Node] = [document.root]
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar):
            found.append((text[node.start : node.end], node.value))
        elif isinstance(node, Mapping):
            todo += [one for pair in reversed(node.items) for one in reversed(pair)]
        elif isinstance(node, Sequence):
            todo += reversed(node.items)
    return found


@pytest.mark.parametrize(
    "text",
    ["ä: 😀\nü: é\n", "\ufeffä: 😀\nü: é\n", "ä: 😀\r\nü: é\r\n", "ä: 😀\rü: é\r", "# \u2028 \x85\nä: 😀\nü: é\n"],
)
def test_places_count_characters(text: str) -> None:
    if "\x85" in text and PARSERS["pure"] == parsers.PARSERS:
        text = text.replace("\x85", "").replace("\u2028", "")
    assert leaves(text) == [("ä", "ä"), ("😀", "😀"), ("ü", "ü"), ("é", "é")]


def test_a_nel_ends_a_line_for_the_c_parser_alone() -> None:
    if PARSERS["C"] == parsers.PARSERS:
        assert leaves("a: b\x85c: d\n") == [("a", "a"), ("b", "b"), ("c", "c"), ("d", "d")]
    else:
        assert problem("a: b\x85c: d\n").what.startswith("ruamel.yaml does not read this")


def test_block_scalars_end_with_their_last_line() -> None:
    assert leaves("a: |\n  b\n\n\n# c\nd: >-\n  e\n  f") == [
        ("a", "a"), ("|\n  b", "b\n"), ("d", "d"), (">-\n  e\n  f", "e f"),
    ]  # fmt: skip


def test_an_empty_node_stands_behind_its_indicator() -> None:
    text = "a:  # so: that\nb: {c: , d}\ne: [f: ]\n? g\nh:\n-\n- \ny:\n? z"
    document = tree(text)
    assert isinstance(document.root, Mapping)
    found = [value.start for _, value in document.root.items if isinstance(value, Scalar)]
    assert found == [2, text.index("? g") + 3, text.index("y:") + 2, len(text)]
    flow, items = document.root.items[1][1], document.root.items[4][1]
    assert isinstance(flow, Mapping)
    assert isinstance(items, Sequence)
    assert [value.start for _, value in flow.items] == [text.index("c: ,") + 2, text.index("d}") + 1]
    assert [item.start for item in items.items] == [text.index("-\n- ") + 1, text.index("- \ny") + 1]


def test_anchors_tags_and_aliases_are_kept_with_their_places() -> None:
    text = "a: &x !!str b\nc: *x\nd: !y [*x]\ne: &x f\ng: *x\n"
    document = tree(text)
    assert isinstance(document.root, Mapping)
    scalar = document.root.items[0][1]
    assert isinstance(scalar, Scalar)
    assert (scalar.anchor, scalar.tag, text[scalar.start : scalar.end]) == (
        "x", "tag:yaml.org,2002:str", "&x !!str b",
    )  # fmt: skip
    first, second, third = document.aliases
    assert first.target is second.target is scalar
    assert third.target is document.root.items[3][1]
    assert [text[one.start : one.end] for one in document.aliases] == ["*x"] * 3


def test_nodes_are_equal_to_none_but_themselves() -> None:
    one, other = Scalar(0, 1, "a", None, None, ""), Scalar(0, 1, "a", None, None, "")
    assert one != other
    assert len({one, other}) == 2
    assert Alias(0, 1, "a", one) != Alias(0, 1, "a", one)


def test_a_template_is_the_value_that_it_stands_for() -> None:
    assert leaves("a: {{ $file:./b }}\n{{ $file:./c }}\nd: 'e {{ $file:f }}'\n") == [
        ("a", "a"), ("{{ $file:./b }}", "{{ $file:./b }}"), ("d", "d"), ("'e {{ $file:f }}'", "e {{ $file:f }}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: b\na: c\n", "A mapping has a key twice"),
        ("a: b\n'a': c\n", "A mapping has a key twice"),
        ("a: b\n---\nc: d\n", "A second YAML document begins"),
        ("a: *b\n", "An alias has no anchor"),
        ("a: &b [*b]\n", "An alias is inside of what it stands for"),
        ("a: [b\n", "ruamel.yaml does not read this"),
        ("a: \x07\n", "ruamel.yaml does not read this: the character U+0007 is not allowed"),
        ("a: \ud800\n", "ruamel.yaml does not read this: the character U+D800 is not allowed"),
    ],
)
def test_what_is_not_one_document_is_refused_with_its_place(text: str, what: str) -> None:
    found = problem(text)
    assert found.what.startswith(what)
    assert (found.file, bool(found.line), bool(found.expected), bool(found.hint)) == ("f", True, True, True)


def test_the_same_template_key_may_stand_twice() -> None:
    assert len(leaves("x-embed-$: {{ $file:a }}\nx-embed-$: {{ $file:b }}\n")) == 4


@pytest.mark.parametrize("depth", [101, 5_000])
@pytest.mark.parametrize("kind", ["[", "- ", "{a: "])
def test_deep_nesting_is_refused(depth: int, kind: str) -> None:
    assert problem(kind * depth).what == "More than 100 collections enclose each other"


def test_depth_counts_what_aliases_stand_for() -> None:
    text = "a0: &a0 [b]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 120))
    assert problem(text).what == "More than 100 collections enclose each other"


def test_aliases_of_aliases_are_refused_before_they_unfold() -> None:
    text = "a0: &a0 [b]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    begun = process_time()
    found = problem(text)
    assert found.what == "Aliases of aliases stand for too many nodes"
    assert found.value == "more than 10^12 nodes"
    assert process_time() - begun < 2


def test_a_large_text_without_aliases_of_aliases_is_read() -> None:
    assert len(tree("a: &a [b]\n" + "".join(f"c{n}: *a\n" for n in range(1000))).aliases) == 1000

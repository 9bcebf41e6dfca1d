"""PyYAML and ruamel.yaml read the source as the same, or it is refused with the place."""

import pytest
from golden.goldens import CASES, HERE
from golden.goldens import read as read_file
from proven import problems, targets_of

from ci.core.events import Event, Kind
from ci.core.proof.agreement import EXPECTED, HINT, require_agreement
from ci.core.proof.read import read
from ci.core.yaml.events import listing
from ci.core.yaml.parse import read as read_with_pyyaml
from ci.errors import ConfigurationError

AGREE = {
    "tabs that separate": "a:\tb\t# c\nd:\t\ne: [\tf ]\n",
    "NEL as a line break": "a: b\x85c: d\n",
    "NEL in quotes": 'a: "b\x85 c"\n',
    "a line separator": "a: b\u2028c: d\n",
    "a line separator in a block scalar": "a: |\n  x\u2028  y\nb: c\n",
    "words of YAML 1.1": "a: yes\nb: 012\nc: 12:30:45\nd: ~\n",
    "a directive for YAML 1.1": "%YAML 1.1\n---\na: yes\n",
    "a directive for YAML 1.2": "%YAML 1.2\n---\na: yes\n",
    "a directive for tags": "%TAG ! tag:x,2000:\n---\na: !b c\n",
    "colons in a flow scalar": "a: {image: b:c, url: http://d/e?f}\n",
    "colons in a flow scalar, and tabs that separate": "a:\t{b: c:d,\te: f}\t# g\n",
    "a question mark in a flow scalar": "a: [b?c, ?d]\n",
    "a key without a value in flow style": "a: {b, c: , d: e}\n",
    "keys without values": "a:\nb: # c\nd:\n\n# e\nf: {}\n",
    "empty items": "a:\n-\n- # b\n- c\n",
    "a tag without a value": "a: !!null\nb: !c\n- d: e\n"[:18],
    "an anchor without a value": "a: &b\nc: *b\n",
    "an alias as a key": "a: &b c\n*b : d\n",
    "an alias as a key before its colon": "a: &b c\n*b: d\n",
    "an anchor twice": "a: &b c\nd: &b e\nf: *b\n",
    "explicit keys": "? a\n: b\n? - c\n: - d\n",
    "a pair in a list": "a: [b: c, d]\n",
    "quotes and escapes": "a: \"b\\x41\\u00e9\\\n   c\"\nd: 'e''f'\n",
    "folded quotes": 'a: "b\n  c\n\n  d"\n',
    "block scalars": "a: |2-\n    b\n   c\nd: >+\n  e\n\n\nf: |\ng: h\n",
    "line ends of Windows": "a: b\r\nc: |\r\n  d\r\n  e\r\n",
    "line ends of old": "a: b\rc: d\r",
    "a byte order mark": "\ufeffa: b\n",
    "characters of two units": "😀: {é: [日本]}\n",
    "an end of the document": "a: b\n...\n# c\n",
    "a template": "a: {{ $file:./b }}\nc: &d {{ $file:./e }}\n{{ $file:./f }}\ng: |\n  {{ $file:./h }}\n",
    "a plain scalar over lines": "a: b\n  c\n\n  d\n",
    "a very long key": "k" * 1000 + ": v\n",
}
DIFFER = {
    "a comma behind a tag, which the older YAML takes into it": "a: [!x, b]\n",
    "a comma behind a tag of YAML": "services: [!!str, b]\n",
}
PYYAML_ONLY = {
    "a comma behind a tag in a flow mapping": "a:\n  {b: !x, c: d}\n",
    "a colon that C refuses, and NEL, which the pure parser does": "a: {b: c:d}\ne: f\x85g: h\n",
}


def agree(text: str) -> None:
    events = listing(read_with_pyyaml(text, "f"))
    require_agreement(read(text, "f", expected=EXPECTED, hint=HINT), events)


@pytest.mark.parametrize("name", AGREE)
def test_both_parsers_read_the_same(name: str) -> None:
    agree(AGREE[name])


@pytest.mark.parametrize("name", CASES)
def test_both_parsers_read_each_golden_case_as_the_same(name: str) -> None:
    text = read_file(HERE / f"cases/{name}.yaml")
    try:
        read_with_pyyaml(text, "f")
    except ConfigurationError:
        return
    agree(text)


@pytest.mark.parametrize("name", DIFFER)
def test_a_text_that_is_read_differently_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        agree(DIFFER[name])
    (problem,) = caught.value.problems
    assert problem.what == "Two YAML parsers read this place differently"
    assert (problem.file, problem.line, problem.column) == ("f", 1, DIFFER[name].index("!") + 1)
    assert problem.value.startswith("PyYAML reads a scalar with the tag ")
    assert problem.expected == EXPECTED


@pytest.mark.parametrize("name", PYYAML_ONLY)
def test_a_text_that_only_pyyaml_reads_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        agree(PYYAML_ONLY[name])
    (problem,) = caught.value.problems
    assert problem.what.startswith("ruamel.yaml does not read this")
    assert (problem.line, problem.expected) == (2, EXPECTED)


def test_a_tab_in_a_value_is_refused_where_only_the_parser_without_tabs_reads_the_text() -> None:
    with pytest.raises(ConfigurationError, match="Two YAML parsers read this place differently"):
        agree("a: {b: c:d}\ne:\tf\ng: 'h\ti'\n")


def test_the_proof_refuses_a_source_that_is_read_differently() -> None:
    source = "services:\n  a: {image: x, labels: [!x, b]}\n"
    (problem,) = problems(source, source, targets_of())
    assert problem.what == "Two YAML parsers read this place differently"


TEXT = "a: &x [b, 'c']\nd: *x\n"


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (1, {"value": "other"}), (1, {"start": 1}), (1, {"end": 2}), (1, {"style": '"'}), (1, {"tag": "!t"}),
        (1, {"anchor": "y"}), (2, {"anchor": None}), (2, {"style": ""}), (2, {"end": 13}), (2, {"kind": Kind.MAPPING}),
        (5, {"kind": Kind.SCALAR}), (7, {"value": "y"}), (7, {"kind": Kind.SCALAR}), (0, {"kind": Kind.SEQUENCE}),
    ],
)  # fmt: skip
def test_each_property_of_an_event_is_compared(at: int, change: dict[str, object]) -> None:
    events = listing(read_with_pyyaml(TEXT, "f"))
    events[at] = Event(**{**events[at]._asdict(), **change})
    with pytest.raises(ConfigurationError, match="Two YAML parsers read this place differently"):
        require_agreement(read(TEXT, "f", expected="", hint=""), events)


@pytest.mark.parametrize("part", [slice(0, -1), slice(0, 0), slice(1, None)])
def test_events_that_are_missing_are_a_difference(part: slice) -> None:
    events = listing(read_with_pyyaml(TEXT, "f"))[part]
    with pytest.raises(ConfigurationError, match="Two YAML parsers read this place differently"):
        require_agreement(read(TEXT, "f", expected="", hint=""), events)


def test_events_that_are_too_many_are_a_difference() -> None:
    events = listing(read_with_pyyaml(TEXT, "f"))
    with pytest.raises(ConfigurationError, match="Two YAML parsers read this place differently"):
        require_agreement(read(TEXT, "f", expected="", hint=""), [*events, events[-1]])

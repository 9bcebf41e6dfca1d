"""The events of a document: the same nodes as its tree, in the order of the text."""

import yaml

from ci.core.events import Event, Kind
from ci.core.yaml.events import listing
from ci.core.yaml.nodes import walk
from ci.core.yaml.parse import read

TEXT = """\
\ufeff# A comment.
a: &x !!str b   # another
"c": [*x, {d: }]
e: |
  line

f: {{ $file:./g }}
"""


def test_the_events_of_a_text_in_its_order() -> None:
    events = listing(read(TEXT, "f"))
    text = "tag:yaml.org,2002:str"
    assert [(event.kind, TEXT[event.start : event.end], *event[3:]) for event in events[1:-1]] == [
        (Kind.SCALAR, "a", "a", None, None, ""),
        (Kind.SCALAR, "&x !!str b", "b", text, "x", ""),
        (Kind.SCALAR, '"c"', "c", None, None, '"'),
        (Kind.SEQUENCE, "[*x, {d: }]", "", None, None, "["),
        (Kind.ALIAS, "*x", "x", None, None, ""),
        (Kind.MAPPING, "{d: }", "", None, None, "{"),
        (Kind.SCALAR, "d", "d", None, None, ""),
        (Kind.SCALAR, "", "", None, None, ""),
        (Kind.MAPPING_END, "", "", None, None, ""),
        (Kind.SEQUENCE_END, "", "", None, None, ""),
        (Kind.SCALAR, "e", "e", None, None, ""),
        (Kind.SCALAR, "|\n  line", "line\n", None, None, "|"),
        (Kind.SCALAR, "f", "f", None, None, ""),
        (Kind.SCALAR, "{{ $file:./g }}", "{{ $file:./g }}", None, None, ""),
    ]
    assert events[0] == Event(Kind.MAPPING, 14, len(TEXT) - 1)
    assert events[-1] == Event(Kind.MAPPING_END, len(TEXT) - 1, len(TEXT) - 1)


def test_the_events_are_those_of_the_tree() -> None:
    document = read(TEXT, "f")
    begins = [event for event in listing(document) if not event.kind.name.endswith("_END")]
    assert [(one.start, one.end) for one in begins] == [(node.start, node.end) for node in walk(document.root)]


def test_the_values_are_what_the_parser_reads() -> None:
    text = "a: 'it''s'\nb: \"\\u0041\\n\"\nc: >-\n  d\n  e\n? [f, g]\n: *h\n".replace("*h", "&h i")
    values = [event.value for event in listing(read(text, "f")) if event.kind is Kind.SCALAR]
    assert values == [event.value for event in yaml.parse(text) if isinstance(event, yaml.ScalarEvent)]

r"""The proof's parsers: ruamel.yaml's C parser and its pure Python parser, in the order in which they are tried.

The C parser is built from an older libyaml than PyYAML's, and refuses a plain scalar with a colon or a question mark in
a flow collection (`{image: a:b}`), which compose reads; the pure parser reads it, at ten times the cost. The pure one
refuses tabs that separate (`a:\tb`), which the C one reads. A text with both, which may be a pinned one whose source
has only tabs, is read by the pure one with spaces for tabs; a value that is written as it is keeps its tabs.
Any other value with a tab is then not what PyYAML read, and the text is refused for that (`ci.core.proof.agreement`).
See docs/decisions/0003-yaml-parser.md.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # of C, which has no types
from ruamel.yaml.events import ScalarEvent

Parser: TypeAlias = Callable[[str], Iterator[Any]]
"""The events of a text, lazily. Any: ruamel.yaml's C events have no types."""


def c_events(text: str) -> Iterator[Any]:
    """The events of ruamel.yaml's C parser, of the package ruamel.yaml.clib."""
    return iter(CParser(text).get_event, None)


def pure_events(text: str) -> Iterator[Any]:
    """The events of ruamel.yaml's parser in Python."""
    return iter(YAML(typ="safe", pure=True).parse(text))


def pure_events_without_tabs(text: str) -> Iterator[Any]:
    """The events of ruamel.yaml's parser in Python, for a text with a space for each tab that is not in a value."""
    for event in pure_events(text.replace("\t", " ")):
        if isinstance(event, ScalarEvent):
            end = event.end_mark.index
            written = text[end - len(event.value) : end]
            if written.replace("\t", " ") == event.value:
                event.value = written
        yield event


PURE_PARSERS: tuple[Parser, ...] = (pure_events, pure_events_without_tabs)
PARSERS: tuple[Parser, ...] = (c_events, *PURE_PARSERS)
"""Those that are tried; the tests of the pure parser set it to `PURE_PARSERS`."""

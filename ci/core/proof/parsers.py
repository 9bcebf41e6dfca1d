r"""The proof's parsers: ruamel.yaml's C parser and its pure Python parser, in this order.

The C parser is built from an older libyaml than PyYAML's, and refuses a plain scalar with a colon or a question mark in
a flow collection (`{image: a:b}`), which compose reads; the pure parser reads it, at six times the cost. The pure one
refuses tabs that separate (`a:\tb`), which the C one reads (docs/decisions/0003-yaml-parser.md).
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # of C, which has no types

Parser: TypeAlias = Callable[[str], Iterator[Any]]
"""The events of a text, lazily. Any: ruamel.yaml's C events have no types."""


def c_events(text: str) -> Iterator[Any]:
    """The events of ruamel.yaml's C parser, of the package ruamel.yaml.clib."""
    return iter(CParser(text).get_event, None)


def pure_events(text: str) -> Iterator[Any]:
    """The events of ruamel.yaml's parser in Python."""
    return iter(YAML(typ="safe", pure=True).parse(text))


PARSERS: tuple[Parser, ...] = (c_events, pure_events)
"""In the order in which they are tried; a test of the pure parser alone replaces it."""

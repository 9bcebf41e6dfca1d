"""Node properties: the anchor and the tag that a text has before a value (https://yaml.org/spec/1.1/#c-ns-properties)."""

import re

from ci.core.yaml.nodes import Node

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s+|$))+")
_ANCHOR = re.compile(r"&\S+\s*")


def properties_of(text: str, node: Node) -> str:
    """The anchor and the tag before a value, with the white space after them; `""` if it has none."""
    found = _PROPERTIES.match(text, node.start, node.end)
    return found.group() if found else ""


def without_anchor(properties: str) -> str:
    """The properties without their anchor."""
    return _ANCHOR.sub("", properties)

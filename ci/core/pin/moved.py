"""The text of an anchored value, written at the place of one of its aliases."""

from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Mapping, Node, Scalar, Value, walk
from ci.core.yaml.properties import properties_of
from ci.core.yaml.quoting import quoted
from ci.core.yaml.text import BREAK

_FLOW_INDICATORS = frozenset(",[]{}")
INDENT = 2
"""The indentation of a moved block, beyond the key whose value it becomes."""


def moved_text(document: Document, node: Value, alias: Alias) -> str | None:
    """The text to write in place of an alias of the node; None where the node's text cannot stand there unchanged."""
    text = document.text[node.start : node.end]
    is_block_scalar = isinstance(node, Scalar) and node.is_block
    if not BREAK.search(text) and (isinstance(node, Scalar) or node.flow) and not is_block_scalar:
        if isinstance(node, Scalar) and node.style == "" and _FLOW_INDICATORS & {*node.value}:
            return anchored_scalar(node)  # in a flow collection the plain form would end at the indicator
        return text
    if isinstance(node, Scalar) or node.flow:
        return None
    key = _key_of(document.root, alias)
    return None if key is None else _moved_block(document, node, key)


def anchored_scalar(node: Scalar) -> str:
    """A scalar with its anchor, in double quotes."""
    return f"&{node.anchor} {quoted(node.value)}"


def _moved_block(document: Document, node: Value, key: Node) -> str | None:
    """A block collection below a key, in the key's indentation; None where its lines cannot be shifted as they are."""
    properties = properties_of(document.text, node)
    content = node.start + len(properties)
    begin = document.line_start(content)
    if not properties or document.text[begin:content].strip(" "):
        return None
    old_indent = content - begin
    indent = " " * (key.start - document.line_start(key.start) + INDENT)
    lines = BREAK.split(document.text[begin : node.end])
    if any(line[:old_indent].strip(" ") for line in lines):
        return None
    shifted = [indent + line[old_indent:] if line[old_indent:] else "" for line in lines]
    return document.newline.join([f"&{node.anchor}", *shifted])


def _key_of(root: Node, alias: Alias) -> Node | None:
    """The key of a block mapping that has the alias as its value."""
    for node in walk(root):
        if isinstance(node, Mapping) and not node.flow:
            for key, value in node.items:
                if value is alias:
                    return key
    return None

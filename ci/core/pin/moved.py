"""The text of an anchored value, written at the place of one of its aliases."""

from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Node, Scalar, Value
from ci.core.yaml.properties import properties_of
from ci.core.yaml.quoting import quoted
from ci.core.yaml.text import BREAK

_FLOW_INDICATORS = frozenset(",[]{}")
INDENT = 2
"""The indentation of a moved block, beyond the key whose value it becomes."""


def moved_text(document: Document, node: Value, alias: Alias) -> str | None:
    """The text to write in place of an alias of the node; None where the node's text cannot stand there unchanged.

    A scalar that cannot stand there as it is written is put in double quotes, with its anchor and its tag.
    """
    text = document.text[node.start : node.end]
    if isinstance(node, Scalar):
        # In a flow collection the plain form would end at an indicator.
        ends_early = node.style == "" and _FLOW_INDICATORS & {*node.value} and alias in document.flow_aliases
        return _in_quotes(document, node) if node.is_block or BREAK.search(text) or ends_early else text
    if node.flow:
        return None if BREAK.search(text) else text
    key = document.block_keys.get(alias)
    return None if key is None else _moved_block(document, node, key)


def _in_quotes(document: Document, node: Scalar) -> str:
    return f"{' '.join(properties_of(document.text, node).split())} {quoted(node.value)}"


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
    return document.newline.join([properties.strip(), *shifted])

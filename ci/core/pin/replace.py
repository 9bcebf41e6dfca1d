"""New values for scalars, in the style of the old ones."""

from ci.core.pin.edits import Edit
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Node, Pair, Scalar
from ci.core.yaml.properties import properties_of, without_anchor
from ci.core.yaml.quoting import plain_or_quoted
from ci.core.yaml.text import BLANK


def replace_value(document: Document, node: Node, value: str, *, keep_anchor: bool = True) -> Edit:
    """Replace a scalar or an alias by a value; a scalar keeps its quotes, its tag and, if asked, its anchor."""
    text = document.text
    if isinstance(node, Alias):
        return Edit(node.start, node.end, plain_or_quoted(value))
    properties = properties_of(text, node)
    start = node.start + len(properties)
    if not keep_anchor:
        properties = without_anchor(properties)
    if start == node.end and not (start and text[start - 1] in BLANK):  # an empty value directly after `:`
        properties += " "
    return Edit(node.start, node.end, properties + in_style_of(node, value))


def in_style_of(node: Node, value: str) -> str:
    """A value in the quotes of a scalar; plain in place of a plain or a block scalar."""
    style = node.style if isinstance(node, Scalar) else ""
    return f"{style}{value}{style}" if style in {'"', "'"} else plain_or_quoted(value)


def pair_text(neighbour: Pair, key: str, value: str) -> str:
    """The text of a pair: quoted as in JSON if its neighbour is, since a compose file may be JSON and then stays so."""
    if is_json(neighbour):
        return f'"{key}": "{value}"'
    return f"{key}: {plain_or_quoted(value)}"


def is_json(pair: Pair) -> bool:
    """Whether a pair is written as in JSON: in flow style, its key in double quotes."""
    return pair.owner.flow and pair.key.style == '"'

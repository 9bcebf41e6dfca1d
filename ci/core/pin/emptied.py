"""Mappings that a pin leaves without a key: they become `{}`, since a null could no longer be merged."""

from collections.abc import Iterable

from ci.core.pin.edits import Edit, Removal
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Mapping, walk
from ci.core.yaml.properties import properties_of

EMPTY_MAPPING = " {}"


def fill_emptied(document: Document, removals: Iterable[Removal]) -> list[Edit]:
    """Write `{}` for each block mapping all of whose pairs are removed without a replacement."""
    removed: dict[Mapping, int] = {}
    for pair, replacement in removals:
        if not replacement and not pair.owner.flow:
            removed[pair.owner] = removed.get(pair.owner, 0) + 1
    emptied = {owner for owner, count in removed.items() if count == len(owner.items)}
    if not emptied:
        return []
    edits: list[Edit] = []
    for node in walk(document.root):
        for key, value in node.items if isinstance(node, Mapping) else []:
            if value in emptied:
                properties = properties_of(document.text, value).rstrip()
                at = value.start + len(properties) if properties else document.text.index(":", key.end) + 1
                edits.append(Edit(at, at, EMPTY_MAPPING))
    return edits

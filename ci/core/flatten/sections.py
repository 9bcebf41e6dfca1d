"""The edits with which a compose file gets what it includes: entries behind those of its own sections."""

from collections.abc import Mapping

from ci.core.flatten.load import Loader, Sections
from ci.core.flatten.problems import conflict, unmerged
from ci.core.flatten.text import Edit, comment, indented
from ci.core.flatten.tree import Place, Value, read_value
from ci.core.flatten.write import Line, entry
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Pair, is_null


def section_edits(loader: Loader, document: Document, found: Sections) -> list[Edit]:
    """The edits that put what is included into its sections, and take `include` out.

    Raises:
        ConfigurationError: a name is defined twice, or a section has a form in which there is no place for more.
    """
    top_level = effective(document.root)
    include = top_level["include"]
    line = document.line(include.key)
    edits: list[Edit] = []
    new: list[Line] = []
    for section, values in found.items():
        pair = top_level.get(section)
        added = _not_there(document, pair, section, values)
        if not added:
            continue
        lines = [line for name, value in added.items() for line in _named(name, value)]
        if pair is None:
            new += [Line(f"{section}:", Place(document.file, line)), *indented(lines, 2)]
        else:
            edits.append(_behind(loader, document, pair, lines, line))
    if include.owner is not document.root or document.line_start(include.key.start) != include.key.start:
        raise unmerged(Place(document.file, line), "include", loader.main)
    start, end = include.key.start, document.line_end(include.end)
    return [*edits, Edit(start, end, tuple(new), line, whole=True)]


def _named(name: str, value: Value) -> list[Line]:
    return [comment(f"from {value.place.file}", value.place), *entry(name, value)]


def _not_there(document: Document, pair: Pair | None, section: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """What the main file does not define itself."""
    own = effective(pair.value) if pair else {}
    for name in values.keys() & own.keys():
        value = read_value(document, own[name].raw)
        if value != values[name]:
            raise conflict(value.place, section, name, values[name].place)
    return {name: value for name, value in values.items() if name not in own}


def _behind(loader: Loader, document: Document, pair: Pair, lines: list[Line], line: int) -> Edit:
    """Lines behind the last entry of a section."""
    place = Place(document.file, document.line(pair.key))
    node, column = pair.raw, 2
    if isinstance(node, nodes.Mapping) and node.items and not node.flow:
        first = node.items[0][0].start
        column = first - document.line_start(first)
        if document.text[first - column : first].strip(" "):
            raise unmerged(place, document.text[pair.key.start : pair.key.end], loader.main)
    elif isinstance(node, nodes.Mapping) and not node.items:
        key = document.text[pair.key.start : pair.key.end]
        new = (Line(f"{key}:", place), *indented(lines, 2))
        return Edit(pair.key.start, pair.end, new, line)
    elif not is_null(node) or node.anchor or node.start != node.end:
        raise unmerged(place, document.text[pair.key.start : pair.key.end], loader.main)
    end = document.line_end(pair.end)
    return Edit(end, end, indented(lines, column), line, whole=True)

"""The edits with which a service gets what it extends of another file: its own text stays, the rest is added."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ci.core.compose.paths import from_top
from ci.core.flatten.lines import Lines
from ci.core.flatten.load import Loader, Scope, base_of, path_of
from ci.core.flatten.merge import without_overrides
from ci.core.flatten.problems import shared, unmerged
from ci.core.flatten.text import Edit, comment
from ci.core.flatten.tree import Items, Keys, Override, Place, Value, read_value
from ci.core.flatten.write import Line, entry, items
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Alias, Node, Pair

_REMOVED = frozenset({"build", "env_file"})
"""Keys that a pin removes with the comment above them; they come last, so that the comment above the others
stays; a line between keeps it if there are no others."""


@dataclass
class ServiceEdits:
    """Makes the edits of all services of the main file; `expected` has what each must be in the result."""

    loader: Loader
    document: Document
    edits: list[Edit] = field(default_factory=list)
    expected: dict[str, Value] = field(default_factory=dict)
    changed: set[nodes.Value] = field(default_factory=set)
    """The mappings of the services that get more keys: what merges one of them must not take these from it."""
    _removed: set[int] = field(default_factory=set)
    """Where each `extends` begins that is removed already: a fragment may be merged into several services."""

    @cached_property
    def lines(self) -> Lines:
        """The file by its lines."""
        return Lines(self.document)

    def add(self, name: str, pair: Pair) -> None:
        """Add the edits of a service that extends one of another file.

        Raises:
            ConfigurationError: what it extends is missing, or can't be written into the text exactly.
        """
        extends = effective(pair.value)["extends"]
        file, base = base_of(name, read_value(self.document, extends.raw))
        if from_top(self.loader.main, path_of(file) or "") == self.loader.main:
            self._local(name, pair, extends)
            return
        expected = self.loader.service(self.loader.main, name, Scope(self.loader.folder))
        own = read_value(self.document, pair.raw)
        if not isinstance(expected, Keys) or not isinstance(own, Keys):
            raise unmerged(own.place, name, self.loader.main)
        self.expected[name] = expected
        source = f"service `{base}` of {file}"
        node = pair.raw
        line = self.document.line(extends.key)
        if not isinstance(node, nodes.Mapping) or node.flow:
            self._whole(name, pair, expected, source)
            return
        group: list[Line] = []
        stays = False
        for key, value in sorted(expected.items.items(), key=lambda one: one[0] in _REMOVED):
            known = effective(node).get(key)
            is_own = known is not None and known.owner is node
            if own.items.get(key) == value and (is_own or known is None or known.owner not in self.changed):
                continue
            if known and is_own:
                self._merged(known, own.items[key], value, source, f"{name}: {key}")
            else:
                group += entry(key, value, expected.written.get(key, ""))
                stays = stays or key not in _REMOVED
        for key in own.items.keys() - expected.items.keys() - {"extends"}:
            self._remove(effective(node)[key])
        if group:
            empty = [] if stays else [Line("", expected.place)]
            group = [comment(f"from {source}", expected.place), *empty, *group]
        self._place(group, extends, node, line)

    def _local(self, name: str, pair: Pair, extends: Pair) -> None:
        """Leave `file` out, which is the file itself: then omctl follows it."""
        file = effective(extends.value)["file"]
        self._remove(file)
        own, base = read_value(self.document, pair.raw), read_value(self.document, extends.raw)
        if isinstance(own, Keys) and isinstance(base, Keys):
            kept = base.with_items({key: value for key, value in base.items.items() if key != "file"})
            self.expected[name] = own.with_items({**own.items, "extends": kept})

    def _whole(self, name: str, pair: Pair, expected: Keys, source: str) -> None:
        """Write a service anew that is not in block style."""
        if self.lines.is_shared(pair.raw):
            raise shared(expected.place, name, name)
        if "#" in self.document.text[pair.key.start : pair.end] or not self.lines.begins_line(pair.key.start):
            raise unmerged(expected.place, name, self.loader.main)
        key, *rest = entry(name, expected, self.lines.text_of(pair.key))
        step = "  "
        lines = (key, Line(step + comment(f"merged with {source}", expected.place).text, expected.place), *rest)
        self.edits.append(Edit(pair.key.start, pair.end, lines, self.document.line(pair.key)))

    def _place(self, group: list[Line], extends: Pair, node: nodes.Mapping, line: int) -> None:
        """Put what is new in the place of `extends`; before the first key if that stands in another mapping."""
        first = node.items[0][0].start
        if extends.owner is node and group:
            self.lines.check_line(extends)
            end = self.lines.end_with_comment(extends.end)
            self.edits.append(Edit(extends.key.start, end, tuple(group), line))
            return
        self._remove(extends)
        if group:
            self.lines.check_begin(first, extends)
            column = first - self.document.line_start(first)
            lines = tuple(Line(" " * column + one.text if one.text else "", one.place) for one in group)
            start = self.document.line_start(first)
            self.edits.append(Edit(start, start, lines, line, whole=True))

    def _remove(self, pair: Pair) -> None:
        """Remove a key with its lines, once."""
        if pair.key.start in self._removed:
            return
        self._removed.add(pair.key.start)
        if pair.owner.flow:
            self._remove_from_flow(pair)
            return
        self.lines.check_line(pair)
        if len(pair.owner.items) == 1:
            raise unmerged(self.lines.place_of(pair), self.lines.text_of(pair.key), self.loader.main)
        start, end = self.document.line_start(pair.key.start), self.document.line_end(pair.end)
        self.edits.append(Edit(start, end, (), self.document.line(pair.key)))

    def _remove_from_flow(self, pair: Pair) -> None:
        """Remove a key and its comma from a flow mapping."""
        text, start, end = self.document.text, pair.key.start, pair.end
        after = len(text[end:]) - len(text[end:].lstrip())
        if text[end + after] == ",":
            end += after + 1
            end += len(text[end:]) - len(text[end:].lstrip(" "))
        else:
            before = text[:start].rstrip()
            if not before.endswith(","):
                raise unmerged(self.lines.place_of(pair), self.lines.text_of(pair.key), self.loader.main)
            start = len(before) - 1
        self.edits.append(Edit(start, end, (), self.document.line(pair.key)))

    def _merged(self, pair: Pair, own: Value, expected: Value, source: str, path: str) -> None:
        """Change a value of the service so that it is `expected`: add to it if that is enough, or write it anew."""
        name, _, key = path.partition(": ")
        if self.lines.is_shared(pair.raw):
            raise shared(own.place, name, key)
        node = pair.raw
        if own.override is Override.OVERRIDE and without_overrides(own) == expected and not isinstance(node, Alias):
            self._without_tag(node, self.document.line(pair.key))
            return
        added: list[Line] | None = None
        if isinstance(node, nodes.Mapping) and isinstance(own, Keys) and isinstance(expected, Keys):
            added = self._added_keys(node, own, expected, source, path)
        elif isinstance(node, nodes.Sequence) and isinstance(own, Items) and isinstance(expected, Items):
            added = self._added_items(node, own, expected)
        if added is not None:
            self._insert(node, added, source, pair)
            return
        self.lines.check_line(pair, ends=False)
        kept = [comment(one, own.place) for one in self.lines.comments(pair)]
        new = entry("", expected, self.lines.text_of(pair.key))
        lines = [comment(f"merged with {source}", expected.place), *kept, *new]
        end = self.lines.end_with_comment(pair.end) if kept else pair.end
        self.edits.append(Edit(pair.key.start, end, tuple(lines), self.document.line(pair.key)))

    def _without_tag(self, node: nodes.Value, line: int) -> None:
        """Leave the tag `!override` out, with the blanks on one side of it."""
        text, tag = self.document.text, Override.OVERRIDE
        start = text.index(tag, node.start)
        end = start + len(tag)
        behind = text[end : self.document.line_end(end)]
        if behind.strip() and not behind.lstrip().startswith("#"):
            end += len(behind) - len(behind.lstrip(" "))
        else:
            start = len(text[:start].rstrip(" "))
        self.edits.append(Edit(start, end, (), line))

    def _added_keys(self, node: nodes.Mapping, own: Keys, expected: Keys, source: str, path: str) -> list[Line] | None:
        """The lines to add to a mapping; None if it has to be written anew. Values in it that change are merged."""
        if node.flow or not node.items or not own.items.keys() <= expected.items.keys():
            return None
        found = effective(node)
        lines: list[Line] = []
        for key, value in expected.items.items():
            if key in found and found[key].owner is node:
                if own.items[key] != value:
                    self._merged(found[key], own.items[key], value, source, path)
            elif own.items.get(key) != value:
                lines += entry(key, value, expected.written.get(key, ""))
        return lines

    def _added_items(self, node: nodes.Sequence, own: Items, expected: Items) -> list[Line] | None:
        """The lines to add before the items of a list; None if it has to be written anew."""
        count = len(expected.items) - len(own.items)
        is_behind = count >= 0 and expected.items[count:] == own.items
        if node.flow or not node.items or not is_behind or self.document.text[node.start] != "-":
            return None
        return [*items(expected.items[:count])]

    def _insert(self, node: Node, lines: list[Line], source: str, pair: Pair) -> None:
        """Insert lines before the first key or item of a block."""
        if not lines:
            return
        at = node.items[0][0].start if isinstance(node, nodes.Mapping) else node.start
        self.lines.check_begin(at, pair)
        start = self.document.line_start(at)
        new = [comment(f"from {source}", Place(self.document.file, 0)), *lines]
        indented = tuple(Line(" " * (at - start) + one.text if one.text else "", one.place) for one in new)
        self.edits.append(Edit(start, start, indented, self.document.line(pair.key), whole=True))


def extending(services: dict[str, Pair]) -> Iterator[tuple[str, Pair]]:
    """The services that extend one of a file, by name."""
    for name, pair in services.items():
        extends = effective(pair.value).get("extends")
        file = effective(extends.value).get("file") if extends else None
        if file and not nodes.is_null(file.value):
            yield name, pair

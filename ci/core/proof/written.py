"""The proof of a pin, on the text: outside of the pinned places every byte is as it was.

Both trees are walked side by side, and each leaf and what stands between two leaves is compared as text: comments,
blank lines, quotes, line ends, anchors, tags, the order of keys. Where a key was removed or added, the gap between its
neighbours is another: its lines must be those of the source, in their order, less the lines of that key and the
comments that belong to it (beside or inside it, directly above in its column, below and deeper than it). Deliberately
equal: blank lines and commas beside a removed key, the order of variables that are new, and whether a value that gave
way was written as a block scalar.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from ci.core.proof.gaps import Different, Gaps
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence

_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_DROPPED = frozenset({"build", "env_file"})
_ADDED = frozenset({"image", "environment"})
_CHANGED = _DROPPED | _ADDED | {"x-omnistrate-capabilities"}


@dataclass
class Allowed:
    """Where the text may be another: nodes of the source by identity, and what may stand there."""

    references: frozenset[str]
    images: set[str] = field(default_factory=set)
    """Texts of `image` in the source: an inherited one may be written out."""
    fragments: set[int] = field(default_factory=set)
    """Mappings that are a service or merged into one."""
    environments: set[int] = field(default_factory=set)
    """What is a service's `environment`, or merged into one."""
    places: dict[int, frozenset[str]] = field(default_factory=dict)
    """Values of `image` and of own sidecars, each with the references that it may have."""
    services: Node | None = None


@dataclass
class Written:
    """What was found: differences, and aliases whose meaning is still to be compared with the node in their place."""

    differences: list[str] = field(default_factory=list)
    aliases: list[tuple[Alias, Node]] = field(default_factory=list)


Items = list[tuple[Node, Node]]


def written_differences(source: Document, result: Document, allowed: Allowed) -> Written:
    """Compare two texts outside of the pinned places; the walk ends with the first difference."""
    walk = _Walk(source, result, allowed)
    try:
        walk.node(source.root, result.root, covered=False)
        walk.gap(len(source.text), len(result.text))
    except Different as difference:
        walk.written.differences.append(str(difference))
    return walk.written


class _Walk(Gaps):
    def __init__(self, source: Document, result: Document, allowed: Allowed) -> None:
        super().__init__(source, result)
        self.allowed = allowed
        self.written = Written()
        self.starts = [alias.start for alias in source.aliases]
        self.starts_after = [alias.start for alias in result.aliases]

    def node(self, one: Node, other: Node, *, covered: bool) -> None:
        """Compare two nodes; `covered` says that what aliases mean here is asked elsewhere."""
        same = self.before.text[one.start : one.end] == self.after.text[other.start : other.end]
        if not same and id(one) in self.allowed.places:
            self.pinned(one, other)
            return
        covered = covered or id(one) in self.allowed.fragments or one is self.allowed.services
        if same and type(one) is type(other) and self.column(one, other):
            self.gap(one.start, other.start)
            self.at, self.at_after = one.end, other.end
            if not covered and self.starts:
                self.alias_pairs(one, other)
        elif isinstance(one, Alias):
            self.alias(one, other)
        elif isinstance(one, Mapping) and isinstance(other, Mapping):
            self.properties(one, other)
            self.mapping(one, other, covered=covered)
        elif isinstance(one, Sequence) and isinstance(other, Sequence):
            self.properties(one, other)
            self.sequence(one, other, covered=covered)
        else:
            self.differ(one.start)

    def column(self, one: Node, other: Node) -> bool:
        """Whether two equal texts of block style mean the same: they begin in the same column."""
        if not _BREAKS.search(self.before.text, one.start, one.end):
            return True
        start = one.start - self.before.line_start(one.start)
        return start == other.start - self.after.line_start(other.start)

    def alias_pairs(self, one: Node, other: Node) -> None:
        first, last = bisect_left(self.starts, one.start), bisect_left(self.starts, one.end)
        first_after = bisect_left(self.starts_after, other.start)
        for index in range(last - first):
            alias, alias_after = self.before.aliases[first + index], self.after.aliases[first_after + index]
            meant = id(alias.target) in self.allowed.fragments or alias.target is self.allowed.services
            if id(alias) not in self.allowed.places and not meant:
                self.written.aliases.append((alias, alias_after))

    def alias(self, one: Alias, other: Node) -> None:
        """An alias is written as it was, or what it stood for has moved here, its anchor with it."""
        if not (isinstance(other, Alias) and other.name == one.name) and other.anchor != one.name:
            self.differ(one.start)
        if isinstance(other, Mapping | Sequence):
            moved = (self.before, one.target), (self.after, other)
            lines = [[line.strip() for line in _BREAKS.split(d.text[n.start : n.end])] for d, n in moved]
            if lines[0] != lines[1]:
                self.differ(one.start)
        self.gap(one.start, other.start)
        self.at, self.at_after = one.end, other.end
        self.written.aliases.append((one, other))

    def pinned(self, one: Node, other: Node) -> None:
        """A place with a reference in it."""
        if not isinstance(other, Scalar) or other.value not in self.allowed.places[id(one)]:
            if isinstance(one, Alias):  # of one that is not built: what it stood for may have moved here
                self.alias(one, other)
                return
            self.differ(one.start)
        elif isinstance(one, Scalar):
            styles = {one.style} if one.style in {"", '"', "'"} else {""}
            anchors = {one.anchor, None}
            if one.tag != other.tag or other.anchor not in anchors or other.style not in styles:
                self.differ(one.start)
        if one.start == one.end and self.before.text[self.at : one.start] == ":":  # `image:` has become `image: …`
            self.at = one.start
            self.at_after = other.start if self.after.text[self.at_after : other.start] == ": " else self.at_after
        self.gap(one.start, other.start)
        self.at, self.at_after = one.end, other.end

    def properties(self, one: Mapping | Sequence, other: Mapping | Sequence) -> None:
        flow = one.flow or not other.items  # of a mapping of which nothing is left
        if (one.tag, one.anchor, flow) != (other.tag, other.anchor, other.flow):
            self.differ(one.start)

    def mapping(self, one: Mapping, other: Mapping, *, covered: bool) -> None:
        free = id(one) in self.allowed.fragments
        grows = id(one) in self.allowed.environments
        items, rest = one.items, other.items
        index = index_after = 0
        behind = False  # a merge, which a key of one's own may follow
        names = {key.value for key, _ in items if isinstance(key, Scalar)} if free else set()
        stops = [i for i, (key, _) in enumerate(items) if not isinstance(key, Scalar) or key.value in _CHANGED]
        stops.append(len(items))
        while index < len(items) or index_after < len(rest):
            stop = next((i for i in stops if i >= index), index) if free else index
            if stop - index > 1 and self.run(items, rest, index, index_after, stop - index):
                index, index_after = stop, index_after + stop - index
                behind = _is_merge(items[stop - 1][0])
                continue
            key = items[index][0] if index < len(items) else None
            key_after = rest[index_after][0] if index_after < len(rest) else None
            name = key.value if isinstance(key, Scalar) else None
            name_after = key_after.value if isinstance(key_after, Scalar) else None
            if key and key_after and self.same_key(key, key_after):
                self.pair(items[index], rest[index_after], free=free, covered=covered)
                behind = _is_merge(key)
                index, index_after = index + 1, index_after + 1
            elif free and key and name in _DROPPED:
                self.drop(items[index], flow=one.flow)
                index += 1
            elif free and key_after and name_after in _ADDED - names and self.may_add(name_after, names, behind=behind):
                self.add(rest[index_after], name_after or "", flow=one.flow)
                index_after += 1
            elif grows and key_after and (key is None or index == 0):
                self.add(rest[index_after], "environment", flow=one.flow)
                self.grown = True
                index_after += 1
            else:
                self.differ(key.start if key else one.end)
        if one.flow:
            self.flow = True
            self.gap(one.end, other.end)
        elif other.flow:  # ` {}`, since nothing is left of it
            self.added.append((self.after.text.rindex("{", other.start, other.end) - 1, other.end))

    def run(self, items: Items, rest: Items, index: int, index_after: int, count: int) -> bool:
        """Compare a run of pairs as one text, and go behind it if it is the same."""
        if len(rest) < index_after + count:
            return False
        first, last = items[index][0].start, items[index + count - 1][1].end
        first_after, last_after = rest[index_after][0].start, rest[index_after + count - 1][1].end
        if self.before.text[first:last] != self.after.text[first_after:last_after]:
            return False
        if first - self.before.line_start(first) != first_after - self.after.line_start(first_after):
            return False
        self.gap(first, first_after)
        self.at, self.at_after = last, last_after
        return True

    def may_add(self, name: str | None, names: set[str], *, behind: bool) -> bool:
        """A new key stands where that stood which is gone, or if nothing is, behind a merge."""
        instead = "build" if name == "image" else "env_file"
        return bool(self.dropped or self.added) or (behind and instead not in names)

    def same_key(self, key: Node, key_after: Node) -> bool:
        return self.before.text[key.start : key.end] == self.after.text[key_after.start : key_after.end]

    def pair(self, one: tuple[Node, Node], other: tuple[Node, Node], *, free: bool, covered: bool) -> None:
        (key, value), (key_after, value_after) = one, other
        self.gap(key.start, key_after.start)
        self.at, self.at_after = key.end, key_after.end
        if not free and isinstance(key, Scalar) and key.value == "<<":
            covered = covered or isinstance(value, Alias)
        if free and isinstance(key, Scalar) and key.value == "environment" and isinstance(value, Alias):
            own = value_after.items[:1] if isinstance(value_after, Mapping) else []
            merged = own[0][1] if own else None
            if isinstance(merged, Alias) and merged.name == value.name:  # `*name` has become `<<: *name`, and more
                self.bare(key_after.end, value_after)
                self.at, self.at_after = value.end, value_after.end
                return
        self.node(value, value_after, covered=covered)

    def sequence(self, one: Sequence, other: Sequence, *, covered: bool) -> None:
        more = len(other.items) - len(one.items)
        if more < 0 or (more and id(one) not in self.allowed.environments):
            self.differ(one.start)
        for item, item_after in zip(one.items, other.items, strict=False):
            self.node(item, item_after, covered=covered)
        texts = [self.after.text[item.start : item.end] for item in other.items]
        if len(set(texts)) - len(set(texts[: len(one.items)])) != more:
            self.differ(one.start)
        for item in other.items[len(one.items) :]:
            self.added.append((item.start, item.end))
            self.flow, self.grown = one.flow, True
        if one.flow:
            self.flow = True
            self.gap(one.end, other.end)

    def drop(self, pair: tuple[Node, Node], *, flow: bool) -> None:
        self.dropped.append((pair[0].start, max(pair[0].end, pair[1].end)))
        self.flow = flow

    def add(self, pair: tuple[Node, Node], name: str, *, flow: bool) -> None:
        key, value = pair
        if name == "image" and not (
            isinstance(value, Scalar) and (value.value in self.allowed.references or value.value in self.allowed.images)
        ):
            self.differ(self.at)
        self.bare(key.end, value)
        self.added.append((key.start, max(key.end, value.end)))
        self.flow = flow


def _is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.value in {"<<", "extends"}

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
from collections.abc import Iterator
from dataclasses import dataclass, field

from ci.core.compose import COMMENTED_OUT
from ci.core.yaml_tree import Alias, Document, Mapping, Node, Scalar, Sequence, walk

_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_DROPPED = frozenset({"build", "env_file"})
_ADDED = frozenset({"image", "environment"})
_CHANGED = _DROPPED | _ADDED | {"x-omnistrate-capabilities"}
_COMMENT = re.compile(r"(?:(?<=\s)|(?<=^))#[^\r\n\x85\u2028\u2029]*")


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


class _Different(Exception):  # noqa: N818 - ends the walk; what comes after a difference can't be told apart
    pass


def written_differences(source: Document, result: Document, allowed: Allowed) -> Written:
    """Compare two texts outside of the pinned places; the walk ends with the first difference."""
    walk = _Walk(source, result, allowed)
    try:
        walk.node(source.root, result.root, covered=False)
        walk.gap(len(source.text), len(result.text))
    except _Different as difference:
        walk.written.differences.append(str(difference))
    return walk.written


class _Walk:
    def __init__(self, source: Document, result: Document, allowed: Allowed) -> None:
        self.before, self.after, self.allowed = source, result, allowed
        self.written = Written()
        self.at = self.at_after = 0
        self.dropped: list[tuple[int, int]] = []
        """Pairs of the source that are gone since `at`."""
        self.added: list[tuple[int, int]] = []
        self.flow = False
        """Whether the gap is one of a flow collection."""
        self.breaks = _breaks(source.text)
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

    def differ(self, at: int) -> None:
        """End the walk."""
        place = self.before.problem_at(min(at, len(self.before.text)), "")
        raise _Different(f"line {place.line} is another than its source: {place.excerpt.strip()}")

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
            self.flow = one.flow
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

    def bare(self, start: int, value: Node) -> None:
        """No comment stands in what is new."""
        leaves = [one for one in walk(value) if not isinstance(one, Mapping | Sequence)]
        if "#" in _outside(self.after.text, start, value.end, [(leaf.start, leaf.end) for leaf in leaves]):
            self.differ(self.at)

    def gap(self, to: int, to_after: int) -> None:
        """Compare what stands between the last leaves and the next ones."""
        text, text_after = self.before.text, self.after.text
        if not self.dropped and not self.added:
            if text[self.at : to] != text_after[self.at_after : to_after]:
                self.differ(self.at)
        elif self.flow:
            self.flow_gap(to, to_after)
        else:
            self.block_gap(to, to_after)
        self.at, self.at_after = to, to_after
        self.dropped, self.added, self.flow = [], [], False

    def flow_gap(self, to: int, to_after: int) -> None:
        left = _outside(self.before.text, self.at, to, self.dropped)
        right = _outside(self.after.text, self.at_after, to_after, self.added)
        kept = iter(_COMMENT.findall(left))
        if any(comment not in kept for comment in _COMMENT.findall(right)):
            self.differ(self.at)
        bare = (re.sub(r"[\s,?:{}]", "", _COMMENT.sub("", part)) for part in (left, right))
        if len({*bare}) > 1:
            self.differ(self.at)
        for comment in _COMMENT.finditer(self.before.text, self.at, to):
            inside = any(start <= comment.start() < self.before.line_end(end) for start, end in self.dropped)
            if not inside and comment.group() not in right and not self.belongs(comment.start()):
                self.differ(comment.start())

    def block_gap(self, to: int, to_after: int) -> None:
        """The lines of the result's gap are lines of the source's, and what is missing belongs to what is gone."""
        if len(self.dropped) == 1 and not self.added:  # the lines of one pair, and nothing else
            (start, end), text = self.dropped[0], self.before.text
            begin, behind = self.before.line_start(start), self.before.line_end(end)
            own = self.at <= begin and behind <= to and not text[begin:start].strip()
            if own and text[self.at : begin] + text[behind:to] == self.after.text[self.at_after : to_after]:
                return
        lines = list(self.lines(self.before, self.at, to, self.dropped))
        gone = next((index for index, line in enumerate(lines) if line[2]), len(lines))
        index = 0
        for line, _, is_added in self.lines(self.after, self.at_after, to_after, self.added):
            if is_added and self.dropped:  # it stands where that stood which is gone
                if any(text.strip() for text, _, is_dropped in lines[gone:index] if not is_dropped):
                    self.differ(self.at)
                for text, start, _ in lines[index:gone]:
                    self.may_go(text, start, is_dropped=False)
                index = max(index, gone)
            elif not is_added:
                last = to_after == len(self.after.text) and not _BREAKS.search(line)
                index = self.find(line, lines, index, last=last)
        for text, start, is_dropped in lines[index:]:
            self.may_go(text, start, is_dropped=is_dropped)
        if not self.breaks.issuperset(_BREAKS.findall(self.after.text, self.at_after, to_after)):
            self.differ(self.at)

    def find(self, line: str, lines: list[tuple[str, int, bool]], index: int, *, last: bool) -> int:
        """Behind the line of the source that a line of the result is; those between them may go."""
        for at in range(index, len(lines)):
            text, start, is_dropped = lines[at]
            if text == line or (last and text.rstrip("\r\n\x85\u2028\u2029") == line):
                return at + 1
            self.may_go(text, start, is_dropped=is_dropped)
        if line.strip():
            self.differ(self.at)
        return len(lines)

    def lines(
        self, document: Document, start: int, end: int, spans: list[tuple[int, int]]
    ) -> Iterator[tuple[str, int, bool]]:
        """The lines of a gap, each with its place and whether a pair that is gone or new stands in it."""
        at = start
        while at < end:
            stop = min(document.line_end(at), end)
            line = document.text[at:stop]
            inside = [
                (max(first, at) - at, min(last, stop) - at) for first, last in spans if first < stop and at < last
            ]
            rest = _outside(line, 0, len(line), inside)
            beside = bool(inside) and document is self.after and bool(rest.strip("-?: \t\r\n\x85\u2028\u2029"))
            yield (rest if beside else line), at, bool(inside) and not beside
            at = stop

    def may_go(self, line: str, start: int, *, is_dropped: bool) -> None:
        """A line that is gone held a pair that is gone, or a comment that belonged to it, or nothing."""
        if is_dropped or not line.strip() or self.belongs(start + len(line) - len(line.lstrip())):
            return
        self.differ(start)

    def belongs(self, at: int) -> bool:
        """Whether a comment belongs to a pair that is gone: directly above in its column, or below and deeper."""
        column = at - self.before.line_start(at)
        for start, end in self.dropped:
            begin = self.before.line_start(start)
            own = len(self.before.text[begin : start + 1]) - len(self.before.text[begin : start + 1].lstrip())
            if at > end and column > own:
                return True
            lines = _BREAKS.split(self.before.text[at:start])[:-1] if at < start and column == own else []
            if lines and all(one.strip().startswith("#") and not COMMENTED_OUT.match(one) for one in lines):
                return True
        return False


def _breaks(text: str) -> set[str]:
    """The kinds of line breaks in a text."""
    both = text.count("\r\n")
    found = {one for one in "\x85\u2028\u2029" if one in text} | ({"\r\n"} if both else set())
    return found | {one for one in "\r\n" if text.count(one) > both}


def _is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.value in {"<<", "extends"}


def _outside(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> str:
    """A stretch of text without some spans in it."""
    parts = []
    for first, last in sorted(spans):
        parts.append(text[start:first])
        start = last
    return "".join([*parts, text[start:end]])

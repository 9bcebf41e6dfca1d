"""The second question of the proof: how is the result written?

Both trees are walked side by side. Each leaf, and what stands between two leaves, is compared as text: comments, blank
lines, quotes, line ends, anchors, tags, the order of keys. Only the pinned places may differ, each as its kind allows.
Equal stretches of text are compared as such first; the walk goes into what differs.

Not compared: white space and the place of line breaks beside what is removed from a flow collection or added to it, the
order of new variables, and whether a replaced value was a block scalar.
"""

from bisect import bisect_left
from dataclasses import dataclass, field

from ci.core.proof.added import is_own_line_mapping, is_plain_addition, merges_alias
from ci.core.proof.differences import Difference
from ci.core.proof.document import BREAK, Document
from ci.core.proof.gaps import Added, Gap, Gaps, Mismatch, Removed
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence, is_merge, key_name
from ci.core.proof.places import PinnedPlaces

_REMOVED = frozenset({"build", "env_file"})
_ADDED = {"image": "build", "environment": "env_file"}
"""Keys that a service may get, each with the key in whose place it stands."""
_TOUCHED = frozenset({*_REMOVED, *_ADDED, "x-omnistrate-capabilities"})
Pair = tuple[Node, Node]


@dataclass
class Written:
    """The first difference, and each alias with the node in its place, whose meaning is to be compared."""

    differences: list[Difference] = field(default_factory=list)
    aliases: list[tuple[Alias, Node]] = field(default_factory=list)


def compare_text(source: Document, result: Document, places: PinnedPlaces) -> Written:
    """Compare two texts outside of the pinned places, up to the first difference."""
    walk = _Walk(source, result, places)
    try:
        walk.node(source.root, result.root, is_compared=False)
        walk.gap(len(source.text), len(result.text))
    except Mismatch as mismatch:
        walk.written.differences.append(_difference(source, result, mismatch))
    return walk.written


def _difference(source: Document, result: Document, mismatch: Mismatch) -> Difference:
    at, at_after = min(mismatch.at, len(source.text)), min(mismatch.at_after, len(result.text))
    line, line_after = source.excerpt(at).strip(), result.excerpt(at_after).strip()
    what = f"line {source.line(at)} is not what it must be"
    if "=" not in line_after and '"' not in line_after:  # no variable that is new: its value may be a secret
        what += f"; line {result.line(at_after)} of the result is {line_after!r}"
    return Difference(what, at, any(sign in line + line_after for sign in "&*"))


class _Walk:
    """The walk, with how far both texts are compared, and what is gone and new since."""

    def __init__(self, source: Document, result: Document, places: PinnedPlaces) -> None:
        self._source, self._result, self._places = source, result, places
        self._text, self._text_after = source.text, result.text
        self._gaps = Gaps(source, result)
        self._at = self._at_after = 0
        self._removed: list[Removed] = []
        self._added: list[Added] = []
        self._flow = self._block_scalar = False
        self._starts = [alias.start for alias in source.aliases]
        self._starts_after = [alias.start for alias in result.aliases]
        self.written = Written()

    def gap(self, to: int, to_after: int) -> None:
        """Compare what stands before two leaves, and go on there."""
        if not self._removed and not self._added:
            if self._text[self._at : to] != self._text_after[self._at_after : to_after]:
                self._gaps.compare(Gap(self._at, to, self._at_after, to_after))
        else:
            changes = self._removed, self._added, self._flow, self._block_scalar
            self._gaps.compare(Gap(self._at, to, self._at_after, to_after, *changes))
            self._removed, self._added = [], []
        self._at, self._at_after, self._flow, self._block_scalar = to, to_after, False, False

    def node(self, one: Node, other: Node, *, is_compared: bool) -> None:
        """Compare two nodes. `is_compared` says that what the aliases in them mean is compared elsewhere."""
        same = self._text[one.start : one.end] == self._text_after[other.start : other.end]
        if not same and one in self._places.values:
            self._pinned(one, other)
            return
        is_compared = is_compared or one in self._places.fragments or one is self._places.services
        if same and type(one) is type(other) and self._is_same_column(one, other):
            self._leaf(one, other)
            if not is_compared and self._starts:
                self._aliases_within(one, other)
        elif isinstance(one, Alias):
            self._alias(one, other)
        elif isinstance(one, Mapping) and isinstance(other, Mapping):
            self._properties(one, other)
            self._mapping(one, other, is_compared=is_compared)
        elif isinstance(one, Sequence) and isinstance(other, Sequence):
            self._properties(one, other)
            self._sequence(one, other, is_compared=is_compared)
        else:
            self._differ(one, other)

    def _leaf(self, one: Node, other: Node) -> None:
        """Compare the gap before two nodes whose own text is compared, and go behind them."""
        self.gap(one.start, other.start)
        self._at, self._at_after = one.end, other.end
        self._block_scalar = isinstance(one, Scalar) and one.style in {"|", ">"}

    def _differ(self, one: Node | None = None, other: Node | None = None) -> None:
        raise Mismatch(one.start if one else self._at, other.start if other else self._at_after)

    def _is_same_column(self, one: Node, other: Node) -> bool:
        """Whether equal texts mean the same: over several lines they do if they begin in the same column."""
        if (isinstance(one, Scalar) and not one.style) or not BREAK.search(self._text, one.start, one.end):
            return True
        column = one.start - self._source.line_start(one.start)
        return column == other.start - self._result.line_start(other.start)

    def _aliases_within(self, one: Node, other: Node) -> None:
        """Note the aliases in two equal texts."""
        first, last = bisect_left(self._starts, one.start), bisect_left(self._starts, one.end)
        first_after = bisect_left(self._starts_after, other.start)
        for index in range(last - first):
            alias, alias_after = self._source.aliases[first + index], self._result.aliases[first_after + index]
            target = alias.target
            is_service = target in self._places.fragments or target is self._places.services
            if alias not in self._places.values and not is_service:
                self.written.aliases.append((alias, alias_after))

    def _alias(self, one: Alias, other: Node) -> None:
        """An alias is as it was, or what it stood for has moved to its place, with its anchor."""
        name = other.name if isinstance(other, Alias) else other.anchor
        if name != one.name:
            self._differ(one, other)
        if isinstance(other, Mapping | Sequence):
            target = one.target
            lines = [line.strip() for line in BREAK.split(self._text[target.start : target.end])]
            if lines != [line.strip() for line in BREAK.split(self._text_after[other.start : other.end])]:
                self._differ(one, other)
        self._leaf(one, other)
        self.written.aliases.append((one, other))

    def _pinned(self, one: Node, other: Node) -> None:
        """A place that has its reference, in the quotes and with the tag that it had."""
        if not isinstance(other, Scalar) or other.value not in self._places.values[one]:
            if isinstance(one, Alias):  # of a service that is not built: what it stood for may have moved here
                self._alias(one, other)
                return
            self._differ(one, other)
        elif isinstance(one, Scalar):
            style = one.style if one.style in {'"', "'"} else ""
            if one.tag != other.tag or other.anchor not in {one.anchor, None} or other.style != style:
                self._differ(one, other)
        elif other.style or other.tag or other.anchor:
            self._differ(one, other)
        if one.start == one.end and self._text[self._at : one.start] == ":":  # `image:` became `image: …`
            self._at = one.start
            self._at_after = other.start if self._text_after[self._at_after : other.start] == ": " else self._at_after
        self._leaf(one, other)
        self._block_scalar = False

    def _properties(self, one: Mapping | Sequence, other: Mapping | Sequence) -> None:
        flow = one.flow or not other.items  # an emptied block mapping is `{}`
        if (one.tag, one.anchor, flow) != (other.tag, other.anchor, other.flow):
            self._differ(one, other)

    def _mapping(self, one: Mapping, other: Mapping, *, is_compared: bool) -> None:
        """Compare two mappings pair by pair; runs of pairs that nothing touches as one text."""
        is_service = one in self._places.fragments
        grows = one in self._places.environments
        pairs, others = one.items, other.items
        index = index_after = 0
        behind_merge = False
        names = [key.value if key.__class__ is Scalar else None for key, _ in pairs]
        while index < len(pairs) or index_after < len(others):
            stop = index
            while is_service and stop < len(pairs) and names[stop] is not None and names[stop] not in _TOUCHED:
                stop += 1
            if stop > index and self._run(pairs[index:stop], others[index_after : index_after + stop - index]):
                index, index_after, behind_merge = stop, index_after + stop - index, _is_base(pairs[stop - 1][0])
                continue
            pair = pairs[index] if index < len(pairs) else None
            pair_after = others[index_after] if index_after < len(others) else None
            name, name_after = pair and key_name(pair[0]), pair_after and key_name(pair_after[0])
            if pair and pair_after and self._is_same_key(pair[0], pair_after[0]):
                self._pair(pair, pair_after, is_service=is_service, is_compared=is_compared)
                behind_merge = _is_base(pair[0])
                index, index_after = index + 1, index_after + 1
            elif is_service and pair and name in _REMOVED:
                self._remove(pair, flow=one.flow)
                index += 1
            elif is_service and pair_after and name_after in _ADDED and name_after not in names:
                self._add(
                    pair_after, name_after, behind=behind_merge and _ADDED[name_after] not in names, flow=one.flow
                )
                index_after += 1
            elif grows and pair_after and (pair is None or index == 0):
                self._add(pair_after, "", behind=pair is None, flow=one.flow)
                index_after += 1
            else:
                self._differ(pair and pair[0], pair_after and pair_after[0])
        self._end(one, other)

    def _end(self, one: Mapping | Sequence, other: Mapping | Sequence) -> None:
        """Compare what stands before the bracket of a flow collection; an emptied mapping has brackets that are new."""
        if one.flow:
            self._flow = True
            self.gap(one.end, other.end)
        elif other.flow:
            start = self._text_after.rindex("{", other.start, other.end) - 1
            self._added.append(Added(start, other.end, filler=True))

    def _run(self, pairs: tuple[Pair, ...], others: tuple[Pair, ...]) -> bool:
        """Compare a run of pairs as one text, and go behind it if it is the same."""
        if len(others) < len(pairs):
            return False
        first, last, first_after, last_after = pairs[0][0], pairs[-1][1], others[0][0], others[-1][1]
        if self._text[first.start : last.end] != self._text_after[first_after.start : last_after.end]:
            return False
        column = first.start - self._source.line_start(first.start)
        if column != first_after.start - self._result.line_start(first_after.start):
            return False
        self.gap(first.start, first_after.start)
        self._at, self._at_after = last.end, last_after.end
        self._block_scalar = isinstance(last, Scalar) and last.style in {"|", ">"}
        return True

    def _is_same_key(self, key: Node, key_after: Node) -> bool:
        return self._text[key.start : key.end] == self._text_after[key_after.start : key_after.end]

    def _pair(self, pair: Pair, pair_after: Pair, *, is_service: bool, is_compared: bool) -> None:
        (key, value), (key_after, value_after) = pair, pair_after
        self._leaf(key, key_after)
        if not is_service and key_name(key) == "<<":
            is_compared = is_compared or isinstance(value, Alias)
        if is_service and key_name(key) == "environment" and merges_alias(value, value_after):
            if not is_own_line_mapping(self._result, key_after.end, value_after):
                self._differ(value, value_after)
            self._at, self._at_after = value.end, value_after.end
            return
        self.node(value, value_after, is_compared=is_compared)

    def _sequence(self, one: Sequence, other: Sequence, *, is_compared: bool) -> None:
        """Compare two sequences item by item; an `environment` may have more."""
        if len(other.items) < len(one.items) or (
            len(other.items) > len(one.items) and one not in self._places.environments
        ):
            self._differ(one, other)
        for item, item_after in zip(one.items, other.items, strict=False):
            self.node(item, item_after, is_compared=is_compared)
        new = other.items[len(one.items) :]
        texts = [self._text_after[item.start : item.end] for item in new]
        if len({*texts}) < len(texts) or {*texts} & {self._text[item.start : item.end] for item in one.items}:
            self._differ(one, other)
        for item in new:
            self._added.append(Added(item.start, item.end, behind=True))
            self._flow = one.flow
        self._end(one, other)

    def _remove(self, pair: Pair, *, flow: bool) -> None:
        key, value = pair
        self._removed.append(Removed(key.start, max(key.end, value.end), key_name(key) or ""))
        self._flow = flow

    def _add(self, pair: Pair, name: str, *, behind: bool, flow: bool) -> None:
        key, value = pair
        if not is_plain_addition(self._result, pair) or (name == "image" and not self._is_image(value)):
            self._differ(None, key)
        end = max(key.end, value.end)
        self._added.append(Added(key.start, end, _ADDED.get(name, ""), behind=behind, above=not name and not behind))
        self._flow = flow

    def _is_image(self, value: Node) -> bool:
        """Whether a value may be a new `image`: a reference of the pin, or an image that was inherited."""
        return isinstance(value, Scalar) and (
            value.value in self._places.references or value.value in self._places.images
        )


def _is_base(key: Node) -> bool:
    """Whether a key brings the keys of another mapping, so that one of one's own may stand behind it."""
    return is_merge(key) or key_name(key) == "extends"

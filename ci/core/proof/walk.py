"""The walk of both trees side by side: equal stretches of text first, then into what differs."""

from bisect import bisect_left

from ci.core.proof.added import is_own_line_mapping, is_plain_addition, merges_alias
from ci.core.proof.cursor import Cursor, Pair
from ci.core.proof.document import BREAK, Document
from ci.core.proof.gaps import Added
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, Sequence, Value, is_merge, key_name
from ci.core.proof.places import PinnedPlaces

_REMOVED = frozenset({"build", "env_file"})
_ADDED = {"image": "build", "environment": "env_file"}
"""Keys that a service may get, each with the key in whose place it stands."""
_TOUCHED = frozenset({*_REMOVED, *_ADDED, "x-omnistrate-capabilities"})


class Walk(Cursor):
    """The walk, and what it notes for comparisons of its own.

    `aliases` has each alias with the node in its place, whose meanings are to be compared; `freed` the anchors that
    pinned values had and have no more.
    """

    def __init__(self, source: Document, result: Document, places: PinnedPlaces) -> None:
        super().__init__(source, result)
        self.aliases: list[tuple[Alias, Node]] = []
        self.freed: list[Value] = []
        self._places = places
        self._starts = [alias.start for alias in source.aliases]
        self._starts_after = [alias.start for alias in result.aliases]

    def node(self, one: Node, other: Node, *, is_compared: bool) -> None:
        """Compare two nodes. `is_compared` says that what the aliases in them mean is compared elsewhere."""
        same = self.text[one.start : one.end] == self.text_after[other.start : other.end]
        if not same and one in self._places.values:
            self._pinned(one, other)
            return
        is_compared = is_compared or one in self._places.fragments or one is self._places.services
        if same and type(one) is type(other) and self.is_same_column(one, other):
            self.leaf(one, other)
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
            self.differ(one, other)

    def _aliases_within(self, one: Node, other: Node) -> None:
        """Note the aliases in two equal texts."""
        first, last = bisect_left(self._starts, one.start), bisect_left(self._starts, one.end)
        first_after = bisect_left(self._starts_after, other.start)
        for index in range(last - first):
            alias, alias_after = self.source.aliases[first + index], self.result.aliases[first_after + index]
            if alias not in self._places.values:
                self.aliases.append((alias, alias_after))

    def _alias(self, one: Alias, other: Node) -> None:
        """An alias is as it was, or what it stood for has moved to its place, with its anchor."""
        name = other.name if isinstance(other, Alias) else other.anchor
        if name != one.name:
            self.differ(one, other)
        if isinstance(other, Mapping | Sequence):
            target = one.target
            lines = [line.strip() for line in BREAK.split(self.text[target.start : target.end])]
            if lines != [line.strip() for line in BREAK.split(self.text_after[other.start : other.end])]:
                self.differ(one, other)
        self.leaf(one, other)
        self.aliases.append((one, other))

    def _pinned(self, one: Node, other: Node) -> None:
        """A place that has its reference, in the quotes and with the tag that it had."""
        if not isinstance(other, Scalar) or other.value not in self._places.values[one]:
            if isinstance(one, Alias):  # of a service that is not built: what it stood for may have moved here
                self._alias(one, other)
                return
            self.differ(one, other)
        elif isinstance(one, Scalar):
            style = one.style if one.style in {'"', "'"} else ""
            if one.anchor and not other.anchor:
                self.freed.append(one)
            if one.tag != other.tag or other.anchor not in {one.anchor, None} or other.style != style:
                self.differ(one, other)
        elif other.style or other.tag or other.anchor:
            self.differ(one, other)
        if one.start == one.end and self.text[self.at : one.start] == ":":  # `image:` became `image: …`
            self.at = one.start
            self.at_after = other.start if self.text_after[self.at_after : other.start] == ": " else self.at_after
        self.leaf(one, other)
        self.breaks_in_value = 0

    def _properties(self, one: Mapping | Sequence, other: Mapping | Sequence) -> None:
        flow = one.flow or not other.items  # an emptied block mapping is `{}`
        if one in self._places.environments and one.anchor and not other.anchor and one.tag is other.tag is None:
            self._free(one, other)
            return
        if (one.tag, one.anchor, flow) != (other.tag, other.anchor, other.flow):
            self.differ(one, other)

    def _free(self, one: Mapping | Sequence, other: Mapping | Sequence) -> None:
        """Go behind the anchor that an `environment` lost, with the blanks before it, in flow style behind it."""
        end = one.start + len(f"&{one.anchor}")
        before = self.text[self.at : one.start]
        if one.flow:
            end = len(self.text) - len(self.text[end:].lstrip(" "))
        else:
            before = before.rstrip(" ")
        if one.flow != other.flow or not self.text_after.startswith(before, self.at_after):
            self.differ(one, other)
        self.freed.append(one)
        self.at, self.at_after = end, self.at_after + len(before)

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
            if stop > index and self.run(pairs[index:stop], others[index_after : index_after + stop - index]):
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
                self.remove(pair, flow=one.flow)
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
                self.differ(pair and pair[0], pair_after and pair_after[0])
        self._end(one, other)

    def _end(self, one: Mapping | Sequence, other: Mapping | Sequence) -> None:
        """Compare what stands before the bracket of a flow collection; an emptied mapping has brackets that are new."""
        if one.flow:
            self.flow = True
            self.gap(one.end, other.end)
        elif other.flow:
            start = self.text_after.rindex("{", other.start, other.end) - 1
            self.added.append(Added(start, other.end, filler=True))

    def _is_same_key(self, key: Node, key_after: Node) -> bool:
        if self.text[key.start : key.end] == self.text_after[key_after.start : key_after.end]:
            return True
        return isinstance(key, Alias) and not isinstance(key_after, Alias) and key_after.anchor == key.name

    def _pair(self, pair: Pair, pair_after: Pair, *, is_service: bool, is_compared: bool) -> None:
        (key, value), (key_after, value_after) = pair, pair_after
        if isinstance(key, Alias):
            self._alias(key, key_after)
        else:
            self.leaf(key, key_after)
        if not is_service and key_name(key) == "<<":
            is_compared = is_compared or isinstance(value, Alias)
        if is_service and key_name(key) == "environment" and merges_alias(value, value_after):
            if not is_own_line_mapping(self.result, key_after.end, value_after):
                self.differ(value, value_after)
            self.at, self.at_after = value.end, value_after.end
            return
        self.node(value, value_after, is_compared=is_compared)

    def _sequence(self, one: Sequence, other: Sequence, *, is_compared: bool) -> None:
        """Compare two sequences item by item; an `environment` may have more."""
        if len(other.items) < len(one.items) or (
            len(other.items) > len(one.items) and one not in self._places.environments
        ):
            self.differ(one, other)
        for item, item_after in zip(one.items, other.items, strict=False):
            self.node(item, item_after, is_compared=is_compared)
        new = other.items[len(one.items) :]
        texts = [self.text_after[item.start : item.end] for item in new]
        if len({*texts}) < len(texts) or {*texts} & {self.text[item.start : item.end] for item in one.items}:
            self.differ(one, other)
        for item in new:
            self.added.append(Added(item.start, item.end, behind=True))
            self.flow = one.flow
        self._end(one, other)

    def _add(self, pair: Pair, name: str, *, behind: bool, flow: bool) -> None:
        key, value = pair
        if not is_plain_addition(self.result, pair) or (name == "image" and not self._is_image(value)):
            self.differ(None, key)
        end = max(key.end, value.end)
        self.added.append(Added(key.start, end, _ADDED.get(name, ""), behind=behind, above=not name and not behind))
        self.flow = flow

    def _is_image(self, value: Node) -> bool:
        """Whether a value may be a new `image`: a reference of the pin, or an image that was inherited."""
        return isinstance(value, Scalar) and (
            value.value in self._places.references or value.value in self._places.images
        )


def _is_base(key: Node) -> bool:
    """Whether a key brings the keys of another mapping, so that one of one's own may stand behind it."""
    return is_merge(key) or key_name(key) == "extends"

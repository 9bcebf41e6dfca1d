"""A compose file by its lines: which text goes with a key, and whether it can be changed without the rest."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ci.core.flatten.problems import unmerged
from ci.core.flatten.tree import Place
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Node, Pair

_COMMENT = re.compile(r"(?<=\s)#[ \t]?(?P<text>[^\r\n]*)")


@dataclass(frozen=True)
class Lines:
    """The lines of a document."""

    document: Document

    def comments(self, pair: Pair) -> Iterator[str]:
        """The comments within a value and beside it, without their signs: they can't stay where it is written anew."""
        start, end = pair.key.start, self.end_with_comment(pair.end)
        scalars = [(one.start, one.end) for one in nodes.walk(pair.raw) if isinstance(one, nodes.Scalar)]
        for found in _COMMENT.finditer(self.document.text, start, end):
            if not any(begin <= found.start() < behind for begin, behind in scalars):
                yield found["text"].rstrip()

    def is_shared(self, node: Node) -> bool:
        """Whether an alias elsewhere stands for a node, or for one in it."""
        if isinstance(node, Alias):
            return False
        end = max(node.end, node.start + 1)
        first, behind = (bisect_left(self._shared, (place, 0)) for place in (node.start, end))
        return any(not node.start <= alias < end for _, alias in self._shared[first:behind])

    @cached_property
    def _shared(self) -> list[tuple[int, int]]:
        """Where each node with an alias begins and where the alias does, sorted."""
        return sorted((alias.target.start, alias.start) for alias in self.document.aliases)

    def begins_line(self, at: int) -> bool:
        """Whether a line has nothing but blanks before a position."""
        return not self.document.text[self.document.line_start(at) : at].strip(" ")

    def check_begin(self, at: int, pair: Pair) -> None:
        """Refuse a position before which its line has something.

        Raises:
            ConfigurationError: it has; the place is that of `pair`.
        """
        if not self.begins_line(at):
            raise unmerged(self.place_of(pair), self.text_of(pair.key), self.document.file)

    def check_line(self, pair: Pair, *, ends: bool = True) -> None:
        """Refuse a key that does not have its lines for itself, a comment at their end aside."""
        self.check_begin(pair.key.start, pair)
        rest = self.document.text[pair.end : self.document.line_end(pair.end)].strip()
        if ends and rest and not rest.startswith("#"):
            raise unmerged(self.place_of(pair), self.text_of(pair.key), self.document.file)

    def end_with_comment(self, at: int) -> int:
        """Where a line ends, its break aside."""
        end = self.document.line_end(at)
        return at + len(self.document.text[at:end].rstrip("\r\n\x85\u2028\u2029"))

    def place_of(self, pair: Pair) -> Place:
        """Where a key stands."""
        return Place(self.document.file, self.document.line(pair.key))

    def text_of(self, node: Node) -> str:
        """How a node is written."""
        return self.document.text[node.start : node.end]

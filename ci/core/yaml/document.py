"""A YAML document: its text, and the tree of its nodes."""

from dataclasses import dataclass
from functools import cached_property

from ci.core.yaml.nodes import Alias, Mapping, Node, Scalar, walk
from ci.core.yaml.text import SourceText
from ci.errors import Problem


@dataclass(frozen=True, eq=False)
class Document(SourceText):
    """A YAML text with its root node and all of its aliases, in the order of the text."""

    root: Node
    aliases: tuple[Alias, ...] = ()
    alias_keys: frozenset[Alias] = frozenset()
    """Those of the aliases that are keys of mappings."""
    templates: tuple[tuple[int, int], ...] = ()
    """The spans where `{{ $file:… }}` stands in place of YAML, in the order of the text (`ci.core.yaml.templates`)."""

    @cached_property
    def _template_starts(self) -> frozenset[int]:
        return frozenset(start for start, _ in self.templates)

    @cached_property
    def block_keys(self) -> dict[Alias, Node]:
        """The key of each alias that is a value in a mapping of block style."""
        mappings = (node for node in walk(self.root) if isinstance(node, Mapping) and not node.flow)
        return {value: key for one in mappings for key, value in one.items if isinstance(value, Alias)}

    @cached_property
    def flow_aliases(self) -> frozenset[Alias]:
        """The aliases within a collection of flow style."""
        end, found = 0, list[Alias]()
        """Where the outermost flow collection that the walk has entered ends."""
        for node in walk(self.root):
            if isinstance(node, Alias):
                found += [node] if node.start < end else []
            elif not isinstance(node, Scalar) and node.flow:
                end = max(end, node.end)
        return frozenset(found)

    def is_template(self, node: Node) -> bool:
        """Whether the text has a template in place of the node."""
        return node.start in self._template_starts

    def line(self, node: Node) -> int:
        """The node's line, counted from 1."""
        return self.line_number(node.start)

    def problem(self, node: Node, what: str, *, value: str = "", expected: str, hint: str) -> Problem:
        """A problem at the node's position, with its line as excerpt."""
        return self.problem_at(node.start, what, value=value, expected=expected, hint=hint)

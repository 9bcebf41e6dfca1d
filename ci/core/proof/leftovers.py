"""What must not be left in a pinned file, each told with its place in the source, where it can be mended."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from posixpath import commonprefix

from ci.core.references import mentions_of
from ci.core.targets import Targets
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Mapping, Node, Scalar, Sequence
from ci.errors import Problem


def left_over(source: Document, after: Document, targets: Targets) -> list[Problem]:
    """The text `env_file:`, and own images under another tag than the sha tag."""
    found = [*_env_file_text(after, source), *_own_images(after, source, targets)]
    if not found:
        return []
    where = _Places(source, after)
    return [told(where.of(at, anchor)) for at, anchor, told in found]


_Finding = tuple[int, str, Callable[[int], Problem]]
"""Where something stands in the result, the anchor on it, and what to say of a place in the source."""


class _Places:
    """Places of the result in its source."""

    def __init__(self, source: Document, after: Document) -> None:
        self._source, self._after = source, after
        lines, lines_after = source.text.splitlines(keepends=True), after.text.splitlines(keepends=True)
        self._starts, self._starts_after = _starts(lines), _starts(lines_after)
        blocks = SequenceMatcher(None, lines, lines_after).get_matching_blocks()
        self._line = {block.b + n: block.a + n for block in blocks for n in range(block.size)}

    def of(self, at: int, anchor: str) -> int:
        """The index in the source of what stands at an index of the result.

        A line that is not in the source holds what moved there with its anchor: the first alias of that name is its
        place.
        """
        number = bisect_right(self._starts_after, at) - 1
        if number in self._line:
            return self._starts[self._line[number]] + at - self._starts_after[number]
        alias = next((alias.start for alias in self._source.aliases if alias.name == anchor), 0)
        return alias or min(at, len(self._source.text) - 1)


def _starts(lines: list[str]) -> list[int]:
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line)
    return starts


def _env_file_text(after: Document, source: Document) -> Iterator[_Finding]:
    """Omctl calls a docker that it does not have for the text `env_file:` (docs/omctl.md, "The text env_file")."""
    at = after.text.find("env_file:")
    while at >= 0:
        told = partial(
            source.problem_at,
            what="The text `env_file:` would be left, in a comment or in a value: omctl takes it for the key",
            expected="no such text anywhere: with one omctl calls a docker that its image does not have",
            hint="remove or reword it",
        )
        yield at, "", told
        at = after.text.find("env_file:", after.line_end(at))


def _own_images(after: Document, source: Document, targets: Targets) -> Iterator[_Finding]:
    """Own images that stand anywhere in the result under another tag than the sha tag."""
    shared = commonprefix([*targets.repositories])
    right = {f"{repository}:{targets.tag}" for repository in targets.repositories}
    for node in _scalars(after.root) if right else ():
        if shared not in node.value or node.value in right:
            continue
        for repository, rest in mentions_of(targets.repositories, node.value):
            if rest != f":{targets.tag}":
                told = partial(
                    source.problem_at,
                    what="An own image would stay on another tag",
                    value=repository + rest,
                    expected=f"{repository}:{targets.tag}",
                    hint="if a sidecar runs it, name that in [tool.slipway.sidecars]; else take the reference out",
                )
                yield node.start, node.anchor or "", told


def _scalars(root: Node) -> Iterator[Scalar]:
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Mapping):
            todo += [part for pair in reversed(node.items) for part in reversed(pair)]
        elif isinstance(node, Sequence):
            todo += reversed(node.items)

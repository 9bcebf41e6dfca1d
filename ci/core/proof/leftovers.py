"""The third question of the proof: what is left in the result?

A pinned file has no `build` and no `env_file` in any layer of a service, no text `env_file:` anywhere, and no own image
under another tag than the sha tag or under a local name. What is left is shown with its place in the source, where it
can be changed.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from posixpath import commonprefix

from ci.core.proof.differences import REPORT
from ci.core.proof.document import Document
from ci.core.proof.local_names import is_local, local_names, used_images
from ci.core.proof.meaning import Meaning
from ci.core.proof.nodes import Alias, Node, deref, key_name
from ci.core.references import mentions_of
from ci.core.targets import Targets
from ci.errors import Problem

_NOT_LEFT = frozenset({"build", "env_file"})
_WORD = re.compile(r"[^\s,}\]]+")
_AHEAD = 200
"""How many lines of the source are searched for the next line of the result."""
Finding = tuple[int, str, Callable[[int], Problem]]
"""An index of the result, the anchor that stands there, and the problem for an index of the source."""


def leftovers(before: Meaning, result: Meaning, targets: Targets) -> list[Problem]:
    """What must not be left in the result, each with its place in the source."""
    source, document = before.document, result.document
    found = [
        *_keys(source, result),
        *_env_file_text(source, document),
        *_own_images(source, result, targets),
        *_local_names(before, result, targets),
    ]
    if not found:
        return []
    places = _Places(source, document)
    return [report(places.in_source(at, anchor)) for at, anchor, report in found]


def _keys(source: Document, result: Meaning) -> Iterator[Finding]:
    """`build` and `env_file` of services, also where a merge hides them."""
    for name, service in result.services().items():
        for layer in result.layers(service):
            for key, _ in layer.items:
                if key_name(key) in _NOT_LEFT:
                    yield (
                        key.start,
                        "",
                        partial(
                            source.problem,
                            what=f"The pinned file would still have a `{key_name(key)}`",
                            value=f"services.{name}.{key_name(key)}",
                            expected="no `build` and no `env_file` in a service, nor in what is merged into it",
                            hint=REPORT,
                        ),
                    )


def _env_file_text(source: Document, result: Document) -> Iterator[Finding]:
    """The text `env_file:`, also in a comment: omctl calls docker for it, which its image lacks (docs/omctl.md)."""
    at = result.text.find("env_file:")
    while at >= 0:
        problem = partial(
            source.problem,
            what="The text `env_file:` would be left, in a comment or in a value: omctl takes it for the key",
            expected="no such text anywhere: with one omctl calls a docker that its image does not have",
            hint="remove or reword it",
        )
        yield at, "", problem
        at = result.text.find("env_file:", result.line_end(at))


def _own_images(source: Document, result: Meaning, targets: Targets) -> Iterator[Finding]:
    """Own images in any value of the result under another tag than the sha tag."""
    if not targets.repositories:
        return
    shared = commonprefix([*targets.repositories])
    pinned = {repository + targets.suffix(repository) for repository in targets.repositories}
    run_by = {reference: service for service, reference in reversed([*targets.images.items()])}
    run = {deref(image) for keys in map(result.keys, result.services().values()) if (image := keys.get("image"))}
    for scalar in [one for one in result.document.scalars if shared in one.value]:
        if scalar.value in pinned:
            continue
        for repository, rest in mentions_of(targets.repositories, scalar.value):
            if rest != targets.suffix(repository):
                hint = "if a sidecar runs it, name that in [tool.slipway.sidecars]; else take the reference out"
                builder = run_by.get(repository + targets.suffix(repository))
                if scalar in run and builder:
                    hint = (
                        f"give the service the `build` of `{builder}`, or both one `image`: then it is pinned as well"
                    )
                problem = partial(
                    source.problem,
                    what="An own image would stay on another tag",
                    value=repository + rest,
                    expected=repository + targets.suffix(repository),
                    hint=hint,
                )
                yield scalar.start, scalar.anchor or "", problem


def _local_names(before: Meaning, result: Meaning, targets: Targets) -> Iterator[Finding]:
    """Own images that are used by a name that they have only where they are built."""
    names, seen = local_names(before), set[Node]()
    pinned = {*targets.images.values(), *targets.sidecars.values()}
    for text, node in used_images(result) if names else ():
        if text not in pinned and node not in seen and is_local(text, names):
            seen.add(node)
            problem = partial(
                before.document.problem,
                what="An own image would stay under its local name, by which nobody publishes it",
                value=text,
                expected="the reference that the pin gives it",
                hint="if a sidecar runs it, name that in [tool.slipway.sidecars]; a volume can't be an own image",
            )
            yield node.start, "" if isinstance(node, Alias) else node.anchor or "", problem


class _Places:
    """Places of the result in its source. In linear time: each line is searched for only a little ahead."""

    def __init__(self, source: Document, result: Document) -> None:
        self._source, self._result = source, result
        lines, lines_after = (document.text.splitlines(keepends=True) for document in (source, result))
        self._starts = [0, *accumulate(map(len, lines))]
        self._starts_after = [0, *accumulate(map(len, lines_after))]
        self._aliases = {alias.name: alias.start for alias in reversed(source.aliases)}
        self._line: dict[int, int] = {}
        """The line of the source that a line of the result is."""
        self._next: list[int] = []
        """For each line of the result, the line of the source behind the last one that was found above it."""
        at = 0
        for number, line in enumerate(lines_after):
            self._next.append(at)
            found = next((n for n in range(at, min(at + _AHEAD, len(lines))) if lines[n] == line), None)
            if found is not None:
                self._line[number], at = found, found + 1

    def in_source(self, at: int, anchor: str) -> int:
        """The index in the source of what stands at an index of the result.

        A line that the source does not have holds a node that moved with its anchor, whose first alias is its place, or
        is a line that is changed elsewhere: the same text is searched for in the source below the last line found.
        """
        number = bisect_right(self._starts_after, at) - 1
        if number in self._line:
            return self._starts[self._line[number]] + at - self._starts_after[number]
        if anchor in self._aliases:
            return self._aliases[anchor]
        text, word = self._source.text, _WORD.match(self._result.text, at)
        first = self._next[number]
        start, end = (self._starts[min(line, len(self._starts) - 1)] for line in (first, first + _AHEAD))
        found = text.find(word.group(), start, end) if word else -1
        return found if found >= 0 else min(start, max(len(text) - 1, 0))

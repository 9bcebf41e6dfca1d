"""What Dockerfiles read of their build contexts, found in the tree of a source."""

import posixpath
import re
from bisect import bisect_left
from collections.abc import Sequence

from ci.core.images import dockerignore
from ci.core.images.tree import Entry, EntryKind, Tree

_PATTERN = re.compile(r"[*?\[]")


class Contexts:
    """The build contexts of one tree; each is read once, however many images share it."""

    def __init__(self, tree: Tree) -> None:
        self._tree, self._paths = tree, sorted(tree)
        self._read: dict[tuple[str, str], list[str]] = {}

    def read(self, folder: str, ignore: str, paths: Sequence[str] | None) -> dict[str, Entry]:
        """What a build reads of a context, by its path from the top of the source.

        `folder` is the context, `.` for the whole source, `ignore` the text of its `.dockerignore`, and `paths` are
        relative to it: files, folders with all that is in them, or patterns of Go's `filepath.Match`; None is all of
        the context. It is all of it as well if a path leads through a symbolic link, whose target may be anywhere.
        """
        start = "" if folder == "." else f"{folder}/"
        files = self._visible(start, ignore)
        if paths is None or "**" in "".join(paths) or self._has_link(files, start, paths):
            return {path: self._tree[path] for path in files}
        found = {path for one in paths for path in _matching(files, start, one)}
        return {path: self._tree[path] for path in files if path in found}

    def _visible(self, start: str, ignore: str) -> list[str]:
        """The paths below a folder that its `.dockerignore` does not exclude, sorted."""
        if (start, ignore) not in self._read:
            rules = dockerignore.rules(ignore)
            files = _below(self._paths, start)
            kept = (
                [path for path in files if not dockerignore.is_ignored(path[len(start) :], rules)] if rules else files
            )
            self._read[start, ignore] = kept
        return self._read[start, ignore]

    def _has_link(self, files: list[str], start: str, paths: Sequence[str]) -> bool:
        """Whether one of the paths, or a folder on the way to it, is a link or may match one."""
        links = [path[len(start) :] for path in files if self._tree[path].kind is EntryKind.LINK]
        if not links:
            return False
        parents = {
            "/".join(parts[:end]) for path in paths for parts in [path.split("/")] for end in range(1, len(parts) + 1)
        }
        expressions = [re.compile(_expression(one)) for one in parents]
        return any(one.fullmatch(link) for one in expressions for link in links)


def _below(paths: list[str], start: str) -> list[str]:
    """Those of sorted paths that begin with `start`."""
    at = bisect_left(paths, start)
    end = at
    while end < len(paths) and paths[end].startswith(start):
        end += 1
    return paths[at:end]


def _matching(files: list[str], start: str, path: str) -> list[str]:
    """The files that a path of a context names: itself, all below it, or what a pattern matches and all below that."""
    if _PATTERN.search(path):
        expression = re.compile(f"{_expression(path)}(?:/.*)?", re.DOTALL)
        return [file for file in files if expression.fullmatch(file, len(start))]
    full = posixpath.join(start, path)
    at = bisect_left(files, full)
    return [*([full] if files[at : at + 1] == [full] else []), *_below(files, f"{full}/")]


def _expression(path: str) -> str:
    return "/".join(dockerignore.segment(part) for part in path.split("/"))

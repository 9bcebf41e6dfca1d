"""The part of its build context that a Dockerfile reads, so that a change elsewhere in the context rebuilds nothing.

The engine (v0.21.8) makes the full context a part of a step's cache key, not only what the step copies: with many
images in one context, a change of any file ran every step of every image (docs/decisions/0008-narrow-contexts.md).
"""

import posixpath
from collections.abc import Iterable

from ci.core.images.copies import copied, mounted
from ci.core.images.dockerfile import Instruction, instructions


def paths_read(text: str) -> tuple[str, ...]:
    """The paths of its context that a Dockerfile reads, sorted; `()` if it may read all of it.

    A path is a file, a folder with everything in it, or a pattern of Go's `filepath.Match`. The Dockerfile may read all
    if a path is the context itself or has a variable, and if the base image may copy by `ONBUILD`, which is known by
    its tag alone.
    """
    return paths_of(instructions(text)) or ()


def paths_of(items: Iterable[Instruction]) -> tuple[str, ...] | None:
    """The paths of the context that instructions read, sorted; None if they may read all of it, as above."""
    found: set[str] = set()
    for item in items:
        if item.name in {"COPY", "ADD"}:
            paths = copied(item.value)
        elif item.name == "RUN":
            paths = mounted(item.value)
        elif item.name == "ONBUILD" or (item.name == "FROM" and "onbuild" in item.value.lower()):
            return None
        else:
            continue
        for path in paths:
            clean = posixpath.normpath(path.strip().lstrip("/") or ".")
            if "$" in clean or "\\" in clean or clean == "." or clean.startswith(".."):
                return None
            found.add(clean)
    return tuple(sorted(found))

"""What of its build context a Dockerfile reads, so that an edit elsewhere in it builds nothing anew.

The engine (v0.21.8) takes the whole context for a step's cache key, not what the step copies: with many images in one
context, any edit of any file ran every step of every image again (docs/decisions/0008-narrow-contexts.md).
"""

import posixpath
import re

from ci.core.images.dockerfile import instructions, sources

_MOUNT = re.compile(r"--mount=(?P<options>\S+)")
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|git@", re.IGNORECASE)


def paths_read(text: str) -> tuple[str, ...]:
    """The paths of its context that a Dockerfile reads, sorted; `()` where it may be all of it.

    A path is a file, a folder with all that is in it, or a pattern of Go's `filepath.Match`. It may be all where a path
    is the context itself or holds a variable, and where a base image may copy by `ONBUILD` (known by its tag alone).
    """
    found: set[str] = set()
    for item in instructions(text):
        if item.name in {"COPY", "ADD"}:
            read = [path for path in sources(item.value) if not (_REMOTE.match(path) or path.startswith("<<"))]
        elif item.name == "RUN":
            read = _mounts(item.value)
        elif item.name == "ONBUILD" or (item.name == "FROM" and "onbuild" in item.value.lower()):
            return ()
        else:
            continue
        for path in read:
            clean = posixpath.normpath(path.strip().lstrip("/") or ".")
            if "$" in clean or "\\" in clean or clean == "." or clean.startswith(".."):
                return ()
            found.add(clean)
    return tuple(sorted(found))


def _mounts(value: str) -> list[str]:
    """What the bind mounts of a `RUN` take from the context: `.` for all of it."""
    found: list[str] = []
    for mount in _MOUNT.finditer(value):
        parts = (part.partition("=") for part in mount["options"].strip("\"'").split(","))
        options = {name: setting for name, _, setting in parts}
        if options.get("type", "bind") == "bind" and not options.get("from"):
            found.append(options.get("source", options.get("src", ".")))
    return found

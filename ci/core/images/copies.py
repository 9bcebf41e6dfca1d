"""What the instructions of a Dockerfile take from the build context."""

import json
import re
import shlex

from ci.core.compose.paths import is_remote

_FLAGS = re.compile(r"(?:--[a-z-]+(?:=\S+)?\s+)*")
_FROM = re.compile(r"--from[=\s]")
_MOUNT = re.compile(r"--mount=(?P<options>\S+)")


def copied(value: str) -> list[str]:
    """The sources of a `COPY` or `ADD` that are paths of the context, as written.

    Here-documents and remote sources are none of them; nor is any source of another stage or image (`--from`).
    """
    match = _FLAGS.match(value)
    flags = match.group() if match else ""
    rest = value.removeprefix(flags)
    if _FROM.search(flags):
        return []
    try:
        words = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
    except ValueError:
        words = rest.split()
    sources = [str(word) for word in words[:-1]]
    return [source for source in sources if not (is_remote(source) or source.startswith("<<"))]


def mounted(value: str) -> list[str]:
    """The paths of the context that the bind mounts of a `RUN` read, `.` for all of it."""
    found: list[str] = []
    for mount in _MOUNT.finditer(value):
        parts = (part.partition("=") for part in mount["options"].strip("\"'").split(","))
        options = {name: setting for name, _, setting in parts}
        if options.get("type", "bind") == "bind" and not options.get("from"):
            found.append(options.get("source", options.get("src", ".")))
    return found

"""What the instructions of a Dockerfile take from the build context."""

import json
import re
import shlex

from ci.core.compose.paths import is_remote

_FLAGS = re.compile(r"(?:--[a-z-]+(?:=\S+)?\s+)*")
_FROM = re.compile(r"--from[=\s]\s*(?P<source>\S+)")
_PINNED = re.compile(r"--checksum=sha256:[0-9a-f]{64}\b")
_COMMIT = re.compile(r"(?:\.git|git@\S+)#[0-9a-f]{40}(?::\S*)?$")
_MOUNT = re.compile(r"--mount=(?P<options>\S+)")


def copied(value: str) -> list[str]:
    """The sources of a `COPY` or `ADD` that are paths of the context, as written.

    Here-documents and remote sources are none of them; nor is any source of another stage or image (`--from`).
    """
    flags, sources = _split(value)
    if _FROM.search(flags):
        return []
    return [source for source in sources if not (is_remote(source) or source.startswith("<<"))]


def unpinned(value: str) -> list[str]:
    """The remote sources of an `ADD` whose content may change: neither a checksum nor a commit is given.

    A source that begins with a variable may be one.
    """
    flags, sources = _split(value)
    if _PINNED.search(flags):
        return []
    return [one for one in sources if one.startswith("$") or (is_remote(one) and not is_commit(one))]


def is_commit(address: str) -> bool:
    """Whether the address of a git repository names one commit in full."""
    return _COMMIT.search(address) is not None


def copy_source(value: str) -> str:
    """The stage, image or context that a `COPY` copies from (`--from`), `""` for the build context."""
    match = _FROM.search(_split(value)[0])
    return match["source"] if match else ""


def mount_sources(value: str) -> list[str]:
    """The stages, images and contexts that the mounts of a `RUN` are made from."""
    return [options["from"] for options in _mounts(value) if options.get("from")]


def mounted(value: str) -> list[str]:
    """The paths of the context that the bind mounts of a `RUN` read, `.` for all of it."""
    return [
        options.get("source", options.get("src", "."))
        for options in _mounts(value)
        if options.get("type", "bind") == "bind" and not options.get("from")
    ]


def _mounts(value: str) -> list[dict[str, str]]:
    found = []
    for mount in _MOUNT.finditer(value):
        parts = (part.partition("=") for part in mount["options"].strip("\"'").split(","))
        found.append({name: setting for name, _, setting in parts})
    return found


def _split(value: str) -> tuple[str, list[str]]:
    """The flags and the sources of a `COPY` or `ADD`."""
    match = _FLAGS.match(value)
    flags = match.group() if match else ""
    rest = value.removeprefix(flags)
    try:
        words = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
    except ValueError:
        words = rest.split()
    return flags, [str(word) for word in words[:-1]]

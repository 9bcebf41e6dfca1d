"""The files of a source tree by what is in them, without anything that differs from one machine to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What a path of a tree is. A folder is none: git knows no folders, and so no rule may depend on an empty one."""

    FILE = "file"
    EXECUTABLE = "executable"
    """A file that its owner may execute: the one bit of its mode that git keeps, and no umask changes."""
    LINK = "link"
    """A symbolic link, which is not followed."""


@dataclass(frozen=True)
class Entry:
    """A path of a tree: `value` is the sha256 of a file's bytes in hex, or where a link points."""

    kind: EntryKind
    value: str


Tree = Mapping[str, Entry]
"""Path, relative to the top of the source -> what it is."""

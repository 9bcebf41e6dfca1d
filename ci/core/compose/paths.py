"""The paths that a compose file names, relative to the top of the source tree.

In a compose file a path is relative to the file's own folder, as docker compose reads it. Everywhere else in Slipway a
path is relative to the top of the source, so that whoever reads the tree needs to know no other folder
(docs/decisions/0011-where-paths-start.md).
"""

import posixpath
import re

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|git@", re.IGNORECASE)


def is_remote(path: str) -> bool:
    """Whether a build context, or a source of `ADD`, is a URL or a git repository instead of a path."""
    return _REMOTE.match(path) is not None


def from_top(compose_file: str, path: str) -> str:
    """A path that `compose_file` names, normalized and relative to the top of the source; a remote one as it is.

    The result begins with `..` or `/` if the path leads out of the source.
    """
    if is_remote(path):
        return path
    return posixpath.normpath(posixpath.join(posixpath.dirname(compose_file), path))

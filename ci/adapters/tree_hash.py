"""The files of a folder by their content; standard library only, since it also runs in a container by itself.

`python tree_hash.py FOLDER OUTPUT` writes the entries as JSON, path -> [kind, value]. The kinds are those of
`ci.core.images.tree.EntryKind`.
"""

import hashlib
import json
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol


class Counts(Protocol):
    """Whether a file, or with `folder` a folder and what is below it, is part of a tree."""

    def __call__(self, path: str, *, folder: bool) -> bool: ...  # noqa: D102 - the class says it


_CHUNK = 2**20
_THREADS = 4
"""More than one, since hashing releases the interpreter's lock."""


def _everything(path: str, *, folder: bool) -> bool:  # noqa: ARG001 - the signature of `Counts`
    return True


def tree_hash(root: str, counts: Counts = _everything) -> dict[str, tuple[str, str]]:
    """Each file and link below a folder: path -> its kind, and the sha256 of its bytes or where it points.

    A path that does not count is left out, of a folder with all below it. A link is not followed; what is neither file
    nor link, such as a socket, is left out.
    """
    links: dict[str, tuple[str, str]] = {}
    files: dict[str, str] = {}
    for place, folders, names in os.walk(root):
        inside = os.path.relpath(place, root)
        start = "" if inside == "." else f"{inside}/"
        folders[:] = [name for name in folders if counts(start + name, folder=True)]
        for name in (*folders, *names):
            path, full = start + name, os.path.join(place, name)  # noqa: PTH118 - standard library, and fast
            mode = os.lstat(full).st_mode
            if stat.S_ISLNK(mode) and counts(path, folder=False):
                links[path] = ("link", os.readlink(full))  # noqa: PTH115 - as above
            elif stat.S_ISREG(mode) and counts(path, folder=False):
                files[path] = "executable" if mode & stat.S_IXUSR else "file"
    with ThreadPoolExecutor(_THREADS) as pool:
        hashes = pool.map(lambda path: _sha256(os.path.join(root, path)), files)  # noqa: PTH118 - as above
        hashed = {path: (kind, value) for (path, kind), value in zip(files.items(), hashes, strict=True)}
    return links | hashed


def _sha256(path: str) -> str:
    found = hashlib.sha256()
    with open(path, "rb") as file:  # noqa: PTH123 - as above
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


if __name__ == "__main__":
    with open(sys.argv[2], "w", encoding="utf-8") as output:  # noqa: PTH123 - as above
        json.dump(tree_hash(sys.argv[1]), output)

"""What the images of a source tree on the disk are made of: its files and links by their content."""

from pathlib import Path

from ci.adapters.files import read_text
from ci.adapters.tree_hash import tree_hash
from ci.core.images.tree import Entry, EntryKind, Tree
from ci.core.product.gitignore import IGNORE_FILE, GitIgnore
from ci.core.product.source import is_excluded


def entries(top: Path) -> Tree:
    """Each file and link of the source tree by its content; unlike in a list of its files, no link is followed."""
    root, git_ignore = str(top.resolve()), GitIgnore({})

    def counts(path: str, *, folder: bool) -> bool:
        if is_excluded(path) or git_ignore.excludes(path, folder=folder):
            return False
        if folder and (text := read_text(Path(root, path, IGNORE_FILE))) is not None:
            git_ignore.add(path, text)
        return True

    if (text := read_text(Path(root, IGNORE_FILE))) is not None:
        git_ignore.add("", text)
    return {path: Entry(EntryKind(kind), value) for path, (kind, value) in tree_hash(root, counts).items()}

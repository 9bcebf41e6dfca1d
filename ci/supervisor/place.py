"""The volumes of a service: filled from its image as docker does it, and emptied when their run is over."""

import fcntl
import os
import shutil
from pathlib import Path

from .spec import Volume


def fill(volume: Volume) -> None:
    """Give an empty volume the image's content of its path with owners and modes, as docker does for a named volume.

    Several containers may do so at the same time: the folder is locked.
    """
    if not volume.content:
        return
    target, content = Path(volume.path), Path(volume.content)
    folder = os.open(target, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if any(target.iterdir()):
            return
        for source in content.iterdir():
            _copy(source, target / source.name)
        _own(content, target)
    finally:
        os.close(folder)


def empty(volume: Volume) -> None:
    """Remove what is in a volume that is not to be kept; the folder itself is a mount."""
    for path in [] if volume.keep else Path(volume.path).iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir()
        for one in source.iterdir():
            _copy(one, target / one.name)
    elif source.is_file():
        shutil.copyfile(source, target)
    else:
        return  # a socket or a pipe is made anew by whoever listens on it
    _own(source, target)


def _own(source: Path, target: Path) -> None:
    found = source.lstat()
    os.chown(target, found.st_uid, found.st_gid, follow_symlinks=False)
    if not source.is_symlink():
        shutil.copystat(source, target)

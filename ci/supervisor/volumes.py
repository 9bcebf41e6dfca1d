"""The volumes of a service: filled from the image, as docker does it, and emptied at the end of a run."""

import fcntl
import os
import shutil
from pathlib import Path

from .spec import Volume


def fill(volume: Volume) -> None:
    """Copy the image's content into an empty volume, with owners and modes, as docker does for a named volume.

    The folder is locked meanwhile, since several containers may fill the same volume.
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
        _copy_owner_and_mode(content, target)
    finally:
        os.close(folder)


def empty(volume: Volume) -> None:
    """Remove the content of a volume that is not kept; its folder stays, since it is a mount."""
    if volume.keep:
        return
    for path in Path(volume.path).iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir()
        for entry in source.iterdir():
            _copy(entry, target / entry.name)
    elif source.is_file():
        shutil.copyfile(source, target)
    else:
        return  # a socket or a pipe: the process that listens on it makes a new one
    _copy_owner_and_mode(source, target)


def _copy_owner_and_mode(source: Path, target: Path) -> None:
    owner = source.lstat()
    os.chown(target, owner.st_uid, owner.st_gid, follow_symlinks=False)
    if not source.is_symlink():
        shutil.copystat(source, target)

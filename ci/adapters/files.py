"""Files on the disk, read and written byte for byte."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ci.errors import ConfigurationError, Problem

_NO_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG})


def read_text(path: Path) -> str | None:
    """The text of a file with its line ends as they are; None if it is missing or not UTF-8.

    Raises:
        ConfigurationError: it is there and can't be read.
    """
    try:
        return path.read_bytes().decode()
    except ValueError:  # of the decoder, or a path with a NUL
        return None
    except OSError as error:
        if error.errno in _NO_FILE:
            return None
        raise ConfigurationError(
            Problem(
                what=f"The file can't be read: {error.strerror}",
                value=str(path),
                expected="a file that the user of this call may read",
                hint="give the user the right to read it (chmod, chown), or leave it out of the compose file",
            )
        ) from error


def existing(path: Path, hint: str) -> str:
    """The text of a file that must exist; `hint` says how to get it.

    Raises:
        ConfigurationError: it is missing, or not UTF-8.
    """
    text = read_text(path)
    if text is None:
        what = "The file is not readable as UTF-8" if path.exists() else "The file does not exist"
        raise ConfigurationError(
            Problem(what=what, value=str(path), expected="a text file in UTF-8", hint=f"correct the path, or {hint}")
        )
    return text


class Change(NamedTuple):
    """A file to write; `before` is its text now, None if it does not exist."""

    path: Path
    before: str | None
    text: str


def write_all(changes: Sequence[Change]) -> None:
    """Write several files or none, and make the folders that they need.

    Raises:
        ConfigurationError: one can't be written; then all are as they were, as after Ctrl-C.
    """
    done: list[Change] = []
    made: list[Path] = []
    try:
        for change in changes:
            _make_folders(change.path, made)
            done.append(change)
            write(change.path, change.text)
    except BaseException:
        for change in done:
            _undo(change)
        for folder in reversed(made):
            folder.rmdir()
        raise


def _make_folders(path: Path, made: list[Path]) -> None:
    """Make the folders of a file; those that did not exist are put into `made`.

    Raises:
        ConfigurationError: one can't be made.
    """
    try:
        for folder in [folder for folder in reversed(path.parents) if not folder.exists()]:
            folder.mkdir()
            made.append(folder)
        if not path.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        raise ConfigurationError(
            Problem(
                what=f"The folder can't be made: {error.strerror}",
                value=str(path.parent),
                expected="a folder that the user of this call may write to",
                hint="give the user the right to write there (chmod, chown), or move what is there out of the way",
            )
        ) from error


def _undo(change: Change) -> None:
    """Give a file its text of before, if it has another one."""
    if change.before is None:
        change.path.unlink(missing_ok=True)
    elif read_text(change.path) != change.before:
        write(change.path, change.before)


def write(path: Path, text: str) -> None:
    """Write a file completely or not at all; a path that is not a regular file, such as a pipe, is written to.

    Raises:
        ConfigurationError: it can't be written.
    """
    try:
        _write(path, text.encode())
    except OSError as error:
        raise ConfigurationError(
            Problem(
                what=f"The output can't be written: {error.strerror}",
                value=str(path),
                expected="a file in an existing folder that may be written to",
                hint="give another path with --output",
            )
        ) from error


def _write(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path = Path(os.path.realpath(path))
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        if path.exists():
            partial.chmod(path.stat().st_mode)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

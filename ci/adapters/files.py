"""Single files on the disk, read and written byte for byte."""

import errno
import os
from pathlib import Path

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


def write_both(first: Path, old: str, new: str, second: Path, text: str) -> None:
    """Write two files; the first is as it was, `old`, if the second can't be written, or Ctrl-C comes before it is.

    Raises:
        ConfigurationError: one of them can't be written.
    """
    write(first, new)
    try:
        write(second, text)
    except (ConfigurationError, KeyboardInterrupt, MemoryError):
        write(first, old)
        raise


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

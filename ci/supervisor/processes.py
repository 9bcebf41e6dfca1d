"""Starts processes as a given user, and ends all processes below the supervisor."""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .proc import children_of, descendants, is_zombie, read_text
from .users import User, find_user

_started: set[int] = set()
"""Processes of `start` that `wait` has not collected yet."""
_lock = threading.Lock()
_PR_SET_CHILD_SUBREAPER = 36  # of prctl(2)


def adopt_orphans() -> None:
    """Become the parent of every process below whose own parent ends, so that daemons are found as well."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(command: Sequence[str], environment: Mapping[str, str], user: str, folder: str) -> subprocess.Popen[bytes]:
    """Start a command as a user in a folder, with all output on one pipe; a missing folder is made, as docker does.

    Raises:
        OSError: there is no such command, or it may not be run.
        NoSuchUserError: the container has no such user.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    found = find_user(user, read_text("/etc/passwd"), read_text("/etc/group")) if user else None
    home = {} if "HOME" in environment else {"HOME": found.home if found else "/root"}
    with _lock:
        process = subprocess.Popen(  # noqa: S603 - a supervisor runs the command that it is given
            list(command),
            env={**home, **environment},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **_identity(found),
        )
        _started.add(process.pid)
    return process


def wait(process: subprocess.Popen[bytes], seconds: float | None = None) -> int:
    """Wait for a started process, and return its exit code; 128 and the signal's number if a signal ended it.

    Raises:
        subprocess.TimeoutExpired: it still runs after `seconds`.
    """
    code = process.wait(seconds)
    with _lock:
        _started.discard(process.pid)
    return 128 - code if code < 0 else code


def end_all() -> None:
    """Kill every process below the supervisor, as the end of a container does, and wait until they are gone."""
    while alive := [pid for pid in descendants(os.getpid()) if not is_zombie(pid)]:
        for pid in alive:
            _kill(pid)
        time.sleep(0.01)
        reap()


def end_tree(root: int) -> None:
    """Kill a process and every one below it."""
    for pid in [root, *descendants(root)]:  # the root first: a shell would print that its child was killed
        _kill(pid)


def reap() -> None:
    """Collect the exit codes of ended orphans; those of started processes are left to `wait`."""
    with _lock:
        for pid in children_of(os.getpid()):
            if pid not in _started and is_zombie(pid):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _identity(user: User | None) -> dict[str, Any]:  # Any: arguments of Popen
    if user is None or (user.uid, user.gid) == (os.getuid(), os.getgid()):
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": list(user.groups)}

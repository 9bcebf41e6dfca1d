"""Processes: one started as a given user, all below the keeper ended, and what they weigh."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .users import Who, find

_mine: set[int] = set()
_lock = threading.Lock()
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of prctl(2): what a service leaves behind becomes the keeper's child
_PROC = Path("/proc")


def adopt_orphans() -> None:
    """Become the parent of every process below whose own parent ends; a daemon is then found like any other."""
    ctypes.CDLL(None, use_errno=True).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)


def start(command: Sequence[str], environment: Mapping[str, str], user: str, folder: str) -> subprocess.Popen[bytes]:
    """Start a command as a user in a folder, its output on one pipe; the folder is made if need be, as docker does.

    Raises:
        OSError: there is no such command, or it may not be run.
        NoSuchUserError: the container knows no such user.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    who = find(user, _text("/etc/passwd"), _text("/etc/group")) if user else None
    home = {} if "HOME" in environment else {"HOME": who.home if who else "/root"}
    with _lock:
        process = subprocess.Popen(  # noqa: S603 - to run what it is told is what a keeper is for
            list(command),
            env={**home, **environment},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **_identity(who),
        )
        _mine.add(process.pid)
    return process


def wait(process: subprocess.Popen[bytes], seconds: float | None = None) -> int:
    """Wait for a started process and give back its exit code, 128 and the signal's number where one ended it.

    Raises:
        subprocess.TimeoutExpired: it is still running after `seconds`.
    """
    code = process.wait(seconds)
    with _lock:
        _mine.discard(process.pid)
    return 128 - code if code < 0 else code


def end_all() -> None:
    """Kill every process below the keeper, as the end of a container does, and wait until they are gone."""
    while alive := [pid for pid in below(os.getpid()) if not _is_zombie(pid)]:
        for pid in alive:
            _kill(pid)
        time.sleep(0.01)
        reap()


def end_tree(root: int) -> None:
    """Kill a process and every one below it."""
    for pid in [root, *below(root)]:  # the root first: a shell would tell of its child's end
        _kill(pid)


def reap() -> None:
    """Collect what orphans left when they ended; what `start` started is collected by `wait`."""
    with _lock:
        for pid in _children(os.getpid()):
            if pid not in _mine and _is_zombie(pid):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


def below(root: int) -> list[int]:
    """Every process below `root`."""
    parents: dict[int, list[int]] = {}
    for pid, parent in _all():
        parents.setdefault(parent, []).append(pid)
    found, todo = list[int](), [root]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


def memory() -> int:
    """Bytes of memory that the processes below the keeper hold: their own, and what they share, without the files.

    By the container's own control group where it can be read, less what is the keeper's; else by adding up what is each
    process's own, which counts twice what two share since a fork, and the most that one of them has of shared memory.
    """
    own = _status(os.getpid()).get("RssAnon", 0)
    try:
        lines = [line.split() for line in Path("/sys/fs/cgroup/memory.stat").read_text().splitlines()]
        counted = {name: int(value) for name, value in lines}
        inside = {int(pid) for pid in Path("/sys/fs/cgroup/cgroup.procs").read_text().split()}
        if os.getpid() in inside and inside.issuperset(below(os.getpid())):
            return max(0, counted["anon"] + counted["shmem"] - own)
    except (OSError, ValueError, KeyError):
        pass
    weights = [_status(pid) for pid in below(os.getpid())]
    shared = max((one.get("RssShmem", 0) for one in weights), default=0)
    return sum(one.get("RssAnon", 0) for one in weights) + shared


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _identity(who: Who | None) -> dict[str, Any]:
    if who is None or (who.uid, who.gid) == (os.getuid(), os.getgid()):
        return {}
    return {"user": who.uid, "group": who.gid, "extra_groups": list(who.groups)}


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _all() -> Iterator[tuple[int, int]]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            yield int(entry.name), int(stat[1])


def _stat(pid: int) -> list[str]:
    """State, parent and the rest of a process's `stat`, behind its name; nothing if it is gone."""
    text = _text(f"/proc/{pid}/stat")
    return text.rpartition(")")[2].split()


def _is_zombie(pid: int) -> bool:
    stat = _stat(pid)
    return not stat or stat[0] in "ZX"


def _children(pid: int) -> list[int]:
    return [child for child, parent in _all() if parent == pid]


def _status(pid: int) -> dict[str, int]:
    found = re.findall(r"^(\w+):\s+(\d+) kB$", _text(f"/proc/{pid}/status"), re.MULTILINE)
    return {name: int(kilobytes) * 1024 for name, kilobytes in found}

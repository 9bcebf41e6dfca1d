"""Processes as `/proc` shows them: who is below whom, zombies, and the memory in use."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")


def read_text(path: str) -> str:
    """The text of a file; `""` if it can't be read."""
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def descendants(root: int) -> list[int]:
    """Every process below `root`."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found, remaining = list[int](), [root]
    while remaining:
        below = children.get(remaining.pop(), [])
        found += below
        remaining += below
    return found


def children_of(pid: int) -> list[int]:
    """The processes whose parent is `pid`."""
    return [child for child, parent in _parents() if parent == pid]


def is_zombie(pid: int) -> bool:
    """Whether a process has ended; also if nothing is left of it."""
    stat = _stat(pid)
    return not stat or stat[0] in "ZX"


def memory() -> int:
    """Bytes of memory that the processes below this one use, without what the kernel caches of files.

    Where the control group of the container can be read, it is its memory less that of this process. Else it is the sum
    of the memory of each process, where pages that two share since a fork count twice, and the most that one of
    them has of shared memory.
    """
    own = os.getpid()
    below = descendants(own)
    try:
        lines = [line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines()]
        figures = {name: int(value) for name, value in lines}
        group = {int(pid) for pid in (_CGROUP / "cgroup.procs").read_text().split()}
        if own in group and group.issuperset(below):
            return max(0, figures["anon"] + figures["shmem"] - _status(own).get("RssAnon", 0))
    except (OSError, ValueError, KeyError):
        pass  # no control group of version 2: fall back to the processes
    statuses = [_status(pid) for pid in below]
    shared = max((one.get("RssShmem", 0) for one in statuses), default=0)
    return sum(one.get("RssAnon", 0) for one in statuses) + shared


def _parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent."""
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            yield int(entry.name), int(stat[1])


def _stat(pid: int) -> list[str]:
    """The fields of `/proc/PID/stat` after the name: state, parent and more; none if the process is gone."""
    return read_text(f"/proc/{pid}/stat").rpartition(")")[2].split()


def _status(pid: int) -> dict[str, int]:
    """The figures in `/proc/PID/status` that are sizes, in bytes."""
    sizes = re.findall(r"^(\w+):\s+(\d+) kB$", read_text(f"/proc/{pid}/status"), re.MULTILINE)
    return {name: int(kilobytes) * 1024 for name, kilobytes in sizes}

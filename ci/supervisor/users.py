"""Who a process runs as: `user[:group]` looked up in the container's own files, as docker does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Who:
    """The ids that a process gets, and its home."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()
    home: str = "/"


class NoSuchUserError(Exception):
    """The container knows no such user or group."""


def find(user: str, passwd: str, group: str) -> Who:
    """The ids of `user[:group]` by the texts of `/etc/passwd` and `/etc/group`.

    A number needs no entry; its group is then 0. Further groups come from the user's name, unless a group was given.

    Raises:
        NoSuchUserError: a name without an entry.
    """
    name, _, group_name = user.partition(":")
    entry = next((e for e in _entries(passwd, 7) if name == e[0]), None)
    entry = entry or next((e for e in _entries(passwd, 7) if name == e[2]), None)
    if entry is None and not name.isdigit():
        raise NoSuchUserError(f"unable to find user {name}: no matching entries in passwd file")
    uid, gid = (int(entry[2]), int(entry[3])) if entry else (int(name), 0)
    home = entry[5] if entry else "/"
    groups = _entries(group, 4)
    if group_name:
        found = next((e for e in groups if group_name in (e[0], e[2])), None)
        if found is None and not group_name.isdigit():
            raise NoSuchUserError(f"unable to find group {group_name}: no matching entries in group file")
        return Who(uid, int(found[2]) if found else int(group_name), (), home)
    more = tuple(int(e[2]) for e in groups if entry and entry[0] in e[3].split(","))
    return Who(uid, gid, more, home)


def _entries(text: str, parts: int) -> list[list[str]]:
    lines = [line.split(":") for line in text.splitlines()]
    return [line for line in lines if len(line) >= parts and line[2].isdigit()]

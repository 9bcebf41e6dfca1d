"""The user of a process: `user[:group]` looked up in the container's own files, as docker does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    """The ids of a process, its supplementary groups, and its home."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()
    home: str = "/"


class NoSuchUserError(Exception):
    """The container has no such user or group."""


def find_user(user: str, passwd: str, group: str) -> User:
    """The user `user[:group]`, given the texts of `/etc/passwd` and `/etc/group`.

    A number needs no entry; its group is then 0. Supplementary groups are those of the user's name, unless a group was
    given.

    Raises:
        NoSuchUserError: a name has no entry.
    """
    name, _, group_name = user.partition(":")
    entry = next((one for one in _entries(passwd, 7) if name == one[0]), None)
    entry = entry or next((one for one in _entries(passwd, 7) if name == one[2]), None)
    if entry is None and not name.isdigit():
        raise NoSuchUserError(f"unable to find user {name}: no matching entries in passwd file")
    uid, gid = (int(entry[2]), int(entry[3])) if entry else (int(name), 0)
    home = entry[5] if entry else "/"
    groups = _entries(group, 4)
    if group_name:
        found = next((one for one in groups if group_name in (one[0], one[2])), None)
        if found is None and not group_name.isdigit():
            raise NoSuchUserError(f"unable to find group {group_name}: no matching entries in group file")
        return User(uid, int(found[2]) if found else int(group_name), (), home)
    supplementary = tuple(int(one[2]) for one in groups if entry and entry[0] in one[3].split(","))
    return User(uid, gid, supplementary, home)


def _entries(text: str, columns: int) -> list[list[str]]:
    """The lines with so many columns, the third of which is a number."""
    lines = [line.split(":") for line in text.splitlines()]
    return [line for line in lines if len(line) >= columns and line[2].isdigit()]

"""Commands, ports and mounts, in compose's short and long syntax.

Values are plain data: every scalar is a string, variables are replaced. A `ValueError` says what is expected.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ci.core.smoke.service_spec import Mount, MountKind, Port

_PORT = re.compile(r"(?:(?:(?P<host_ip>\[[^\]]+\]|[^:]+):)?(?P<published>[\d-]*):)?(?P<target>[\d-]+)")


def parse_command(value: Any) -> tuple[str, ...] | None:  # Any: YAML, here and below
    """A command: a list as it is, a string split as a shell would; None where the image's own is used."""
    if value is None:
        return None
    return tuple(str(one) for one in value) if isinstance(value, list) else tuple(shlex.split(str(value)))


def parse_ports(published: Any, exposed: Any) -> tuple[Port, ...]:
    """The ports of `ports` and `expose`, one for each port of a range.

    Raises:
        ValueError: an entry is no port.
    """
    found = [port for one in published or [] for port in _published(one)]
    for one in exposed or []:
        text, _, protocol = str(one).partition("/")
        found += [Port(number, protocol=protocol or "tcp") for number in _range(text)]
    return tuple(dict.fromkeys(found))


def parse_mounts(volumes: Any, tmpfs: Any) -> tuple[Mount, ...]:
    """The mounts of `volumes` and `tmpfs`; a volume without a name is excluded: it is the container's own.

    Raises:
        ValueError: an entry is no mount.
    """
    mounts = [mount for one in volumes or [] if (mount := _mount(one))]
    paths = [tmpfs] if isinstance(tmpfs, str) else tmpfs or []
    return (*mounts, *(Mount(str(one).partition(":")[0], MountKind.TMPFS) for one in paths))


def _mount(entry: Any) -> Mount | None:
    if isinstance(entry, Mapping):
        return _long_mount(entry)
    source, *more = str(entry).split(":")
    if not more:
        return None
    kind = MountKind.BIND if source.startswith((".", "/", "~")) else MountKind.VOLUME
    options = more[1].split(",") if len(more) > 1 else []
    return Mount(more[0], kind, source, read_only="ro" in options)


def _long_mount(entry: Mapping[str, Any]) -> Mount | None:
    kind, target = str(entry.get("type") or "volume"), str(entry.get("target") or "")
    if kind not in ("volume", "bind", "tmpfs") or not target:
        raise ValueError("a mount of type volume, bind or tmpfs with a `target`")
    source = str(entry.get("source") or "")
    if kind == "volume" and not source:
        return None
    return Mount(target, MountKind(kind), source, read_only=entry.get("read_only") == "true")


def _published(entry: Any) -> Iterator[Port]:
    if isinstance(entry, Mapping):
        target = int(str(entry.get("target") or "0"))
        if not target:
            raise ValueError("a port with a `target`")
        for number in _range(str(entry.get("published") or "0"))[:1]:
            yield Port(target, number, str(entry.get("host_ip") or ""), str(entry.get("protocol") or "tcp"))
        return
    text, _, protocol = str(entry).partition("/")
    found = _PORT.fullmatch(text)
    if not found:
        raise ValueError(f"a port such as 8000:8000 or 127.0.0.1:8000:80/tcp, not {entry!r}")
    targets = _range(found["target"])
    published = _range(found["published"]) if found["published"] else [0] * len(targets)
    if len(targets) == 1:
        published = published[:1]  # docker takes any one of a range
    if len(published) != len(targets):
        raise ValueError(f"as many ports of the host as of the container, not {entry!r}")
    for target, number in zip(targets, published, strict=True):
        yield Port(target, number, (found["host_ip"] or "").strip("[]"), protocol or "tcp")


def _range(text: str) -> list[int]:
    first, _, last = text.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        raise ValueError(f"a port or a range of ports, not {text!r}")
    return list(range(int(first), int(last or first) + 1))

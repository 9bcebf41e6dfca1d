"""Reads what a service mounts: its volumes and paths, and the `secrets` and `configs` of the compose file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ci.core.compose.model import Service
from ci.core.compose.paths import from_top
from ci.core.settings.smoke import SMOKE_TABLE
from ci.core.smoke.compose_reader import ComposeReader
from ci.core.smoke.service_spec import Mount, MountKind
from ci.core.smoke.short_syntax import parse_mounts


def read_mounts(reader: ComposeReader, service: Service, data: Mapping[str, Any]) -> tuple[Mount, ...]:
    """The mounts of a service, whose keys `data` holds as plain data; paths are relative to the top of the source."""
    mounts = reader.parse(
        service, "volumes", lambda: parse_mounts(data.get("volumes"), data.get("tmpfs")), tuple[Mount, ...]()
    )
    mounts = tuple(_from_top(reader, mount) for mount in mounts)
    for mount in mounts:
        _check(reader, service, mount)
    return (*mounts, *_files(reader, service, data, "secrets"), *_files(reader, service, data, "configs"))


def _from_top(reader: ComposeReader, mount: Mount) -> Mount:
    """The mount with a path of the source relative to its top; in the file it is relative to the file's folder."""
    if mount.kind != MountKind.BIND or mount.source.startswith("~"):
        return mount
    return replace(mount, source=from_top(reader.compose.document.file, mount.source))


def _check(reader: ComposeReader, service: Service, mount: Mount) -> None:
    if mount.kind == MountKind.VOLUME and mount.source not in reader.entries("volumes"):
        reader.add(
            service,
            "volumes",
            f"`{service.name}` mounts the volume `{mount.source}`, which is not declared",
            expected="an entry below `volumes:` at the top level",
            hint=f"add `{mount.source}:` there",
        )
    if mount.kind == MountKind.BIND and mount.source.startswith(("/", "~", "..")):
        reader.add(
            service,
            "volumes",
            f"`{service.name}` mounts a path of the host",
            value=mount.source,
            expected="a path in the source, such as ./certs",
            hint=f"move it into the source, or add the service to `excluded` in {SMOKE_TABLE}",
        )


def _files(reader: ComposeReader, service: Service, data: Mapping[str, Any], kind: str) -> Iterator[Mount]:
    """The files of a service's `secrets` or `configs`, at the paths where compose puts them."""
    declared = reader.entries(kind)
    for item in data.get(kind) or []:
        entry = item if isinstance(item, dict) else {"source": item}
        name = str(entry.get("source"))
        target = str(entry.get("target") or name)
        if not target.startswith("/"):
            target = f"/run/secrets/{target}" if kind == "secrets" else f"/{target}"
        value = reader.plain(declared[name].value) if name in declared else None
        definition = value if isinstance(value, dict) else {}
        content = definition.get("content") or reader.values.variables.get(str(definition.get("environment")))
        if definition.get("file"):
            yield _from_top(reader, Mount(target, MountKind.BIND, str(definition["file"]), read_only=True))
        elif content is not None:
            yield Mount(target, MountKind.CONTENT, content, read_only=True)
        else:
            reader.add(
                service,
                kind,
                f"`{service.name}` uses `{name}` of `{kind}`, whose content is not known",
                expected=f"an entry below `{kind}:` with `file`, `content` or `environment`",
                hint=f"declare it there; the value of a variable belongs into {SMOKE_TABLE[:-1]}.variables]",
            )

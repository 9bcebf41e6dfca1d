"""What a compose file uses beside its images: Omnistrate secrets, files beside it, and the name of its service plan."""

from collections.abc import Iterator
from typing import NamedTuple

from ci.core.compose.model import Compose, Service
from ci.core.compose.paths import from_top
from ci.core.expressions import secret_names
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Node, Scalar, Sequence, resolved
from ci.core.yaml.values import plain


def plan_name(compose: Compose) -> str:
    """`x-omnistrate-service-plan.name`, `""` where the file has none."""
    plan = compose.top_level.get("x-omnistrate-service-plan")
    name = effective(plan.value).get("name") if plan else None
    return name.value.value if name and isinstance(name.value, Scalar) else ""


def secret_references(compose: Compose) -> dict[str, list[tuple[str, int]]]:
    """Each Omnistrate secret that the file names, with `(service, line)` of every use.

    A secret that no service names, such as a registry's password, is listed with its top-level key.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for service in compose.services:
        for name, line in _secrets(compose, service.node):
            uses = found.setdefault(name, [])
            if (service.name, line) not in uses:
                uses.append((service.name, line))
    in_services = frozenset(found)
    for key, pair in compose.top_level.items():
        if key == "services":
            continue
        for name, line in _secrets(compose, pair.value):
            if name not in in_services and (key, line) not in found.setdefault(name, []):
                found[name].append((key, line))
    return found


class LocalPath(NamedTuple):
    """Where a path is named, a file and its line (0 if that is not known), and whether something must be there."""

    file: str
    line: int
    required: bool


def local_paths(compose: Compose) -> dict[str, LocalPath]:
    """The paths that omctl reads beside the compose file.

    They are relative to the top of the source: bind mounts of services (`./certs:/certs:ro`), the files of `configs`
    and `secrets`, and those that `{{ $file:… }}` embeds, which were read already. A bind mount must exist if it is
    read-only: omctl ignores a missing one silently, and nothing could ever be in it. The others must always exist. A
    secret of builds alone is not read by omctl, and not given to it.
    """
    found: dict[str, LocalPath] = {}
    file_name = compose.document.file

    def add(path: str, node: Node, *, required: bool) -> None:
        origin = compose.document.origin(node.start)
        found.setdefault(from_top(file_name, path), LocalPath(origin.file, origin.number, required))

    for service in compose.services:
        for path, node, read_only in _bind_mounts(service):
            add(path, node, required=read_only)
    of_builds = _of_builds_alone(compose)
    for kind in ("configs", "secrets"):
        entries = effective(compose.top_level[kind].value) if kind in compose.top_level else {}
        for name, entry in entries.items():
            if kind == "secrets" and name in of_builds:
                continue
            file = effective(entry.value).get("file")
            if file and isinstance(file.value, Scalar):
                add(file.value.value, file.key, required=True)
    if compose.original:
        found |= dict.fromkeys(compose.original.files, LocalPath(file_name, 0, required=True))
    return found


def build_secret_files(compose: Compose) -> dict[str, str]:
    """The top-level secrets that only builds use: for each its file, relative to the top of the source; `""` if none.

    omctl (1.10.5) reads the file of every top-level secret, and takes one without `file` for the folder itself.
    """
    names = _of_builds_alone(compose)
    entries = effective(compose.top_level["secrets"].value) if "secrets" in compose.top_level else {}
    files = {name: effective(entry.value).get("file") for name, entry in entries.items() if name in names}
    return {
        name: from_top(compose.document.file, file.value.value) if file and isinstance(file.value, Scalar) else ""
        for name, file in files.items()
    }


def _of_builds_alone(compose: Compose) -> frozenset[str]:
    """The top-level secrets that builds use and no service does."""

    def names(value: object) -> set[str]:
        items = value if isinstance(value, list) else []
        return {str(one.get("source", "")) if isinstance(one, dict) else str(one) for one in items}

    of_builds, of_services = set[str](), set[str]()
    for service in compose.services:
        build = service.keys.get("build")
        if build and (secrets := effective(build.value).get("secrets")):
            of_builds |= names(plain(secrets.raw))
        if used := service.keys.get("secrets"):
            of_services |= names(plain(used.raw))
    return frozenset(of_builds - of_services)


def _bind_mounts(service: Service) -> Iterator[tuple[str, Node, bool]]:
    """The relative source paths of a service's bind mounts, each with its item and whether it is read-only."""
    volumes = service.keys.get("volumes")
    for item in volumes.value.items if volumes and isinstance(volumes.value, Sequence) else []:
        value = plain(item)
        if isinstance(value, dict):
            source = value.get("source") if value.get("type") == "bind" else None
            read_only = value.get("read_only") == "true"
        else:
            parts = str(value).split(":")
            source = parts[0] if len(parts) > 1 else None
            read_only = "ro" in parts[-1].split(",")
        is_relative = source and (source.startswith(".") or (isinstance(value, dict) and source[0] not in "/~$"))
        if source and is_relative:
            yield source, item, read_only


def _secrets(compose: Compose, node: Node) -> Iterator[tuple[str, int]]:
    """Each use of a secret below a node, with its line; aliases and merges are followed."""
    for scalar in _scalars(node):
        for name in secret_names(scalar.value):
            yield name, compose.document.line(scalar)


def _scalars(node: Node) -> Iterator[Scalar]:
    node = resolved(node)
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for pair in effective(node).values():
            yield from _scalars(pair.raw)

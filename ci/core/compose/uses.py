"""What a compose file uses beside the images: secrets, paths on the disk, and the name of its plan."""

from collections.abc import Iterator

from ci.core.compose.parse import Compose
from ci.core.expressions import secret_names
from ci.core.yaml.nodes import Node, Scalar, Sequence, effective, resolved
from ci.core.yaml.templates import embedded
from ci.core.yaml.values import plain


def plan_name(compose: Compose) -> str:
    """`x-omnistrate-service-plan.name`, `""` where the file has none."""
    entry = effective(compose.document.root).get("x-omnistrate-service-plan")
    name = effective(entry.value).get("name") if entry else None
    return name.value.value if name and isinstance(name.value, Scalar) else ""


def secret_references(compose: Compose) -> dict[str, list[tuple[str, int]]]:
    """Each Omnistrate secret that the file names, with `(service, line)` of every use.

    A secret that no service names, such as a registry's password, is listed with the top-level key that does.
    """
    found: dict[str, list[tuple[str, int]]] = {}

    def look(where: str, node: Node, *, known: frozenset[str] = frozenset()) -> None:
        for scalar in _scalars(node):
            for name in secret_names(scalar.value):
                use = (where, compose.document.line(scalar))
                if name not in known and use not in found.setdefault(name, []):
                    found[name].append(use)

    for service in compose.services:
        look(service.name, service.node)
    used = frozenset(found)
    for key, pair in effective(compose.document.root).items():
        if key != "services":
            look(key, pair.value, known=used)
    return found


def local_paths(compose: Compose) -> dict[str, tuple[int, bool]]:
    """The relative paths that omctl reads beside the compose file, with their line and whether they must exist.

    Bind mounts of services (`./certs:/certs:ro`; must exist where mounted read-only, since omctl passes over a missing
    one without a word and nothing could ever be in it), the files of `configs` and `secrets`, and those of
    `{{ $file:… }}` (always).
    """
    found: dict[str, tuple[int, bool]] = {}
    for service in compose.services:
        volumes = service.keys.get("volumes")
        for item in volumes.value.items if volumes and isinstance(volumes.value, Sequence) else []:
            value = plain(item)
            if isinstance(value, dict):
                source, read_only = (
                    value.get("source") if value.get("type") == "bind" else None,
                    value.get("read_only") == "true",
                )
            else:
                parts = str(value).split(":")
                source, read_only = parts[0] if len(parts) > 1 else None, "ro" in parts[-1].split(",")
            if source and source.startswith("."):
                found.setdefault(source, (compose.document.line(item), read_only))
    root = effective(compose.document.root)
    for kind in ("configs", "secrets"):
        entries = root[kind].value if kind in root else None
        for entry in effective(entries).values() if entries else []:
            file = effective(entry.value).get("file")
            if file and isinstance(file.value, Scalar):
                found.setdefault(file.value.value, (compose.document.line(file.key), True))
    for path, line in embedded(compose.document.text):
        found[path] = (line, True)
    return found


def _scalars(node: Node) -> Iterator[Scalar]:
    node = resolved(node)
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for pair in effective(node).values():
            yield from _scalars(pair.written)

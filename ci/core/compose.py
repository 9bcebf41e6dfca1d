"""A compose file as text plus the places in it that a release reads or changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ci.core.interpolation import interpolate
from ci.core.yaml_tree import Document, MappingNode, Pair, ScalarNode, SequenceNode, effective, pairs, read
from ci.errors import ConfigurationError, Problem

_SECRET = re.compile(r"\$secrets?\.([A-Za-z_][A-Za-z0-9_-]*)")


@dataclass(frozen=True)
class Build:
    """What a service's `build` asks for, its variables replaced; paths relative to the compose file and the context."""

    context: str
    dockerfile: str = "Dockerfile"
    target: str = ""
    args: tuple[tuple[str, str | None], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    inline: str = ""
    other: tuple[str, ...] = ()
    """Keys of `build` beside these, sorted."""
    unknown: tuple[str, ...] = ()
    """Variables that have no value, and stand in the text as they were."""


@dataclass(frozen=True)
class EnvFile:
    """One entry of `env_file`; `required` is False where compose lets the file be missing, `format` may be `raw`."""

    path: str
    required: bool = True
    format: str = ""


@dataclass(frozen=True)
class Service:
    """A service with merges resolved; `keys` are its places, by name."""

    name: str
    line: int
    node: Any  # an untyped node of the parser
    keys: dict[str, Pair] = field(repr=False)
    build: Build | None = None
    image: str = ""
    env_files: tuple[EnvFile, ...] = ()


@dataclass(frozen=True)
class Compose:
    """A compose file: its document and its services in the order of the file."""

    document: Document
    services: tuple[Service, ...]


def parse(text: str, file: str, variables: Mapping[str, str] | None = None) -> Compose:
    """Read a compose file; `variables` has the values of those that stand inside `build`.

    Raises:
        ConfigurationError: it is no YAML, has no services, or uses a form that can't be followed; all such places.
    """
    document = read(text, file)
    root = effective(document.root)
    if "services" not in root or not isinstance(root["services"].value, MappingNode):
        raise ConfigurationError(
            Problem(what="No services", file=file, right="a compose file with a mapping `services`", do="check --file")
        )
    problems: list[Problem] = []
    if "include" in root:
        key = root["include"].key
        problems.append(
            document.problem(
                key, "`include` is not followed", right="one file", do="merge the files, then release that one"
            )
        )
    services = []
    for name, pair in effective(root["services"].value).items():
        if not isinstance(pair.value, MappingNode):
            problems.append(document.problem(pair.key, f"Service `{name}` is not a mapping", right="a mapping of keys"))
            continue
        keys = effective(pair.value)
        if "extends" in keys:
            problems.append(
                document.problem(
                    keys["extends"].key,
                    f"Service `{name}` uses `extends`, which is not followed",
                    right="an anchor and a merge (`<<: *base`), or the keys written out",
                    do="write them out",
                )
            )
        for key, pair_ in keys.items():
            if str(pair_.value.tag) in {"!reset", "!override"}:
                problems.append(
                    document.problem(pair_.key, f"`{key}` of `{name}` has a tag that only several files give a meaning")
                )
        build = _build(keys["build"].value, variables or {}) if "build" in keys else None
        image = keys["image"].value.value if "image" in keys and isinstance(keys["image"].value, ScalarNode) else ""
        env_files = _env_files(keys["env_file"].value) if "env_file" in keys else ()
        services.append(Service(name, document.line(pair.key), pair.value, keys, build, image, env_files))
    if problems:
        raise ConfigurationError(*problems)
    return Compose(document, tuple(services))


def plan_name(compose: Compose) -> str:
    """`x-omnistrate-service-plan.name`, `""` where the file has none."""
    entry = effective(compose.document.root).get("x-omnistrate-service-plan")
    name = effective(entry.value).get("name") if entry else None
    return str(name.value.value) if name and isinstance(name.value, ScalarNode) else ""


def plain(node: Any) -> Any:
    """A node as plain Python values, merges resolved; every scalar is the string as written, null is None."""
    if isinstance(node, ScalarNode):
        return None if str(node.tag) == "tag:yaml.org,2002:null" else str(node.value)
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    return {name: plain(pair.value) for name, pair in effective(node).items()}


def names_and_values(node: Any) -> dict[str, str | None]:
    """A mapping, or a list of `NAME=value`, as compose allows both for `environment`, `args` and `labels`."""
    value = plain(node)
    if isinstance(value, dict):
        return value
    found: dict[str, str | None] = {}
    for item in value or []:
        name, sign, rest = str(item).partition("=")
        found[name] = rest if sign else None
    return found


def secret_references(compose: Compose) -> dict[str, list[tuple[str, int]]]:
    """Each Omnistrate secret that the file names, with `(service, line)` of every use.

    A secret that no service names, such as a registry's password, is listed with the top-level key that does.
    """
    found: dict[str, list[tuple[str, int]]] = {}

    def look(where: str, node: Any, *, known: frozenset[str] = frozenset()) -> None:
        for scalar in _scalars(node):
            for name in _SECRET.findall(scalar.value):
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
    one without a word and nothing could ever be in it) and the files of `configs` and `secrets` (always).
    """
    found: dict[str, tuple[int, bool]] = {}
    for service in compose.services:
        volumes = service.keys.get("volumes")
        for item in volumes.value.value if volumes and isinstance(volumes.value, SequenceNode) else []:
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
        for _, entry in pairs(root[kind].value) if kind in root else []:
            file = effective(entry).get("file")
            if file and isinstance(file.value, ScalarNode):
                found.setdefault(file.value.value, (compose.document.line(file.key), True))
    return found


def _scalars(node: Any) -> list[Any]:
    if isinstance(node, ScalarNode):
        return [node]
    if isinstance(node, SequenceNode):
        return [scalar for item in node.value for scalar in _scalars(item)]
    return [scalar for pair in effective(node).values() for scalar in _scalars(pair.value)]


def _build(node: Any, variables: Mapping[str, str]) -> Build:
    unknown: list[str] = []

    def filled(text: str) -> str:
        made, missing = interpolate(text, variables)
        unknown.extend(missing)
        return made

    if isinstance(node, ScalarNode):
        return Build(context=filled(node.value), unknown=tuple(unknown))
    keys = effective(node)
    known = ("context", "dockerfile", "target", "dockerfile_inline")
    text = {name: filled(keys[name].value.value) for name in known if name in keys}
    args, labels = (names_and_values(keys[name].value) if name in keys else {} for name in ("args", "labels"))
    return Build(
        context=text.get("context", "."),
        dockerfile=text.get("dockerfile", "Dockerfile"),
        target=text.get("target", ""),
        args=tuple((name, value if value is None else filled(value)) for name, value in args.items()),
        labels=tuple((name, filled(value or "")) for name, value in labels.items()),
        inline=text.get("dockerfile_inline", ""),
        other=tuple(sorted(set(keys) - {*known, "args", "labels"})),
        unknown=tuple(dict.fromkeys(unknown)),
    )


def _env_files(node: Any) -> tuple[EnvFile, ...]:
    value = plain(node)
    items = value if isinstance(value, list) else [value]
    return tuple(
        EnvFile(item["path"], item.get("required") != "false", item.get("format") or "")
        if isinstance(item, dict)
        else EnvFile(str(item))
        for item in items
        if item
    )

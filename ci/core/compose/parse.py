"""A compose file as text plus the places in it that a release reads or changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from json import dumps
from typing import Any

from ci.core.compose.extends import bases
from ci.core.compose.interpolation import interpolate
from ci.core.yaml import nodes as yaml_tree
from ci.core.yaml.nodes import Document, Node, Pair, Scalar, Sequence, is_null
from ci.core.yaml.parse import read
from ci.core.yaml.values import names_and_values, plain
from ci.errors import ConfigurationError, Problem

_TEXTS = ("context", "dockerfile", "target", "dockerfile_inline")
_TABLES = ("args", "labels")
LOCAL_KEYS = frozenset({"cache_from", "cache_to", "no_cache", "pull", "tags", "x-bake"})
"""Keys of `build` that change how an image is built or named locally, never what is in it."""
_TAGS = frozenset({"!reset", "!override"})
COMMENTED_OUT = re.compile(
    r"\s*#\s*(?:-\s|(?:image|ports|expose|volumes|environment|command|entrypoint|restart|networks|depends_on|labels|user"
    r"|healthcheck|container_name|hostname|deploy|logging|profiles|extra_hosts|working_dir|platform|privileged)\s*:)"
)
"""A comment that is an item or a key taken out: it says nothing of the key below it."""
PINNED = ("build", "image", "env_file", "environment")
"""The keys of a service that a pin changes."""


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
    rest: str = ""
    """What those say that change what is built, as JSON."""
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
    """A service with merges resolved; `keys` are its places by name, those of the service it extends included."""

    name: str
    line: int
    node: yaml_tree.Mapping
    keys: dict[str, Pair] = field(repr=False)
    build: Build | None = None
    image: str = ""
    env_files: tuple[EnvFile, ...] = ()
    base: str = ""
    """The service of the same file that this one extends."""
    start: int = 0
    """Where its key stands in the text."""


@dataclass(frozen=True)
class Compose:
    """A compose file: its document and its services in the order of the file.

    What `{{ $file:… }}` brings in is not among them (`ci.core.yaml.templates.embedded` says which files do).
    """

    document: Document
    services: tuple[Service, ...]


def parse(text: str, file: str, variables: Mapping[str, str] | None = None) -> Compose:
    """Read a compose file; `variables` has the values of those that stand inside `build`.

    Raises:
        ConfigurationError: it is no YAML, has no services, or uses a form that can't be followed; all such places.
    """
    document = read(text, file)
    root = document.effective(document.root)
    if "services" not in root or not isinstance(root["services"].value, yaml_tree.Mapping):
        raise ConfigurationError(_no_services(document, root))
    problems: list[Problem] = []
    if "include" in root:
        problems.append(
            document.problem(
                root["include"].key,
                "`include` is not followed: omctl is handed one file alone",
                expected="one file that has it all",
                hint="move what it names in here, or write one file (`docker compose config --no-interpolate`)",
            )
        )
    reading = _Reading(document, variables or {}, problems)
    services = reading.services(root["services"])
    if problems:
        raise ConfigurationError(*problems)
    return Compose(document, services)


@dataclass
class _Reading:
    """The services of a document under way; what is wrong is added to `problems`."""

    document: Document
    variables: Mapping[str, str]
    problems: list[Problem]

    def services(self, place: Pair) -> tuple[Service, ...]:
        document = self.document
        self.problems += _tagged(document, place, "services")
        nodes: dict[str, Pair] = {}
        for name, pair in document.effective(place.value).items():
            if isinstance(pair.value, yaml_tree.Mapping):
                nodes[name] = pair
            elif not document.is_template(pair.value):
                self.problems.append(_no_mapping(document, name, pair))
        chains = bases(document, nodes, self.problems)
        found = tuple(
            self.service(name, pair, pair.value, [(one, document.effective(nodes[one].value)) for one in chain])
            for name, pair in nodes.items()
            if isinstance(pair.value, yaml_tree.Mapping)
            for chain in [chains.get(name, (name,))]
        )
        self.problems += [_alias_key(document, key) for key in document.alias_keys]
        return found

    def service(
        self, name: str, pair: Pair, node: yaml_tree.Mapping, chain: list[tuple[str, dict[str, Pair]]]
    ) -> Service:
        """A service of its own keys and those of what it extends: `chain`, its own the last."""
        document = self.document
        own = chain[-1][1]
        keys = own if len(chain) == 1 else {key: found for _, layer in chain for key, found in layer.items()}
        self.problems += _tagged(document, pair, name)
        for key in (*PINNED, "extends", "x-omnistrate-capabilities"):
            if key in own:
                self.problems += _tagged(document, own[key], f"{name}.{key}")
        builds = [layer["build"] for _, layer in chain if "build" in layer]
        build = self.build(name, builds) if builds else None
        image = self.image(name, keys["image"].value) if "image" in keys else ""
        env_files: dict[EnvFile, None] = {}
        for _, layer in chain:
            if "env_file" in layer:
                env_files |= dict.fromkeys(_env_files(layer["env_file"].value))
        if env_files and "environment" in keys:
            for one in yaml_tree.walk(keys["environment"].value):
                if one.tag in _TAGS:
                    self.problems.append(_tag_problem(document, one, f"{name}.environment"))
        base = chain[-2][0] if len(chain) > 1 else ""
        return Service(name, document.line(pair.key), node, keys, build, image, tuple(env_files), base, pair.key.start)

    def image(self, name: str, value: yaml_tree.Value) -> str:
        """The text of an `image`; `""` where it is none, such as `{{ $var.image }}`, a flow mapping to YAML."""
        if isinstance(value, Scalar):
            return "" if is_null(value) else value.value
        if not value.flow:
            what = f"`image` of `{name}` is no text"
            self.problems.append(self.document.problem(value, what, expected="a reference", hint="mend it"))
        return ""

    def build(self, name: str, places: list[Pair]) -> Build | None:
        """What a service builds; `places` are its `build` and those of what it extends, its own the last."""
        texts: dict[str, str] = {}
        tables: dict[str, dict[str, str | None]] = {key: {} for key in _TABLES}
        other: dict[str, Any] = {}  # Any: plain values of YAML
        for place in places:
            value = place.value
            if is_null(value) and len(places) > 1:  # compose takes an empty one for that of the extended service
                continue
            if isinstance(value, Sequence) or is_null(value) or self.document.is_template(value):
                self.problems.append(_no_build(self.document, name, place))
            elif isinstance(value, Scalar):
                texts["context"] = value.value
            else:
                self.keys_of_build(name, value, texts, tables, other)
        return _filled(texts, tables, other, self.variables)

    def keys_of_build(
        self,
        name: str,
        value: yaml_tree.Mapping,
        texts: dict[str, str],
        tables: dict[str, dict[str, str | None]],
        other: dict[str, Any],
    ) -> None:
        """Lay the keys of a `build` over those found before."""
        for key, pair in self.document.effective(value).items():
            if key in tables:
                tables[key] |= names_and_values(pair.written)
            elif key not in _TEXTS:
                other[key] = plain(pair.written)
            elif isinstance(pair.value, Scalar):
                texts[key] = pair.value.value
            else:
                what = f"`build.{key}` of `{name}` is no text"
                self.problems.append(self.document.problem(pair.key, what, expected="a text", hint="mend it"))


def _filled(
    texts: dict[str, str],
    tables: dict[str, dict[str, str | None]],
    other: dict[str, Any],
    variables: Mapping[str, str],
) -> Build:
    """A build with its variables replaced."""
    unknown: list[str] = []

    def filled(text: str) -> str:
        if "$" not in text:
            return text
        made, missing = interpolate(text, variables)
        unknown.extend(missing)
        return made

    texts = {key: filled(text) for key, text in texts.items()}
    rest = {key: other[key] for key in sorted(other.keys() - LOCAL_KEYS)}
    return Build(
        context=texts.get("context") or ".",
        dockerfile=texts.get("dockerfile") or "Dockerfile",
        target=texts.get("target", ""),
        args=tuple((key, value if value is None else filled(value)) for key, value in tables["args"].items()),
        labels=tuple((key, filled(value or "")) for key, value in tables["labels"].items()),
        inline=texts.get("dockerfile_inline", ""),
        other=tuple(sorted(other)),
        rest=dumps(rest) if rest else "",
        unknown=tuple(dict.fromkeys(unknown)),
    )


def _env_files(node: Node) -> list[EnvFile]:
    value = plain(node)
    items = value if isinstance(value, list) else [value]
    return [
        EnvFile(str(item.get("path")), item.get("required") != "false", str(item.get("format") or ""))
        if isinstance(item, dict)
        else EnvFile(str(item))
        for item in items
        if item
    ]


def _no_services(document: Document, root: dict[str, Pair]) -> Problem:
    expected = "a compose file with a mapping `services`"
    if "services" not in root:
        return Problem(what="No services", file=document.file, expected=expected, hint="check --file")
    hint = "check --file"
    if document.templates:
        hint = "write the services that are built out: what a template brings is not seen here"
    return document.problem(root["services"].key, "No services", expected=expected, hint=hint)


def _no_mapping(document: Document, name: str, pair: Pair) -> Problem:
    return document.problem(
        pair.key,
        f"Service `{name}` is not a mapping",
        expected="a mapping of keys",
        hint="write its keys below it, or remove it; compose refuses it too",
    )


def _alias_key(document: Document, key: yaml_tree.Alias) -> Problem:
    return document.problem(
        key,
        "A key of a service is written as an alias",
        value=f"*{key.name}",
        expected="a key that says what it is",
        hint="write it out",
    )


def _no_build(document: Document, name: str, place: Pair) -> Problem:
    what = "is empty" if is_null(place.value) else "is none"
    if document.is_template(place.value):
        what = "is brought in by a template, so that what it builds is not seen"
    return document.problem(
        place.key,
        f"`build` of `{name}` {what}",
        expected="the path of a folder, or a mapping",
        hint="write it out, or remove the key",
    )


def _tagged(document: Document, pair: Pair, what: str) -> list[Problem]:
    return [_tag_problem(document, pair.key, what)] if pair.value.tag in _TAGS else []


def _tag_problem(document: Document, node: Node, what: str) -> Problem:
    return document.problem(
        node,
        f"`{what}` has `!reset` or `!override`, which only several files give a meaning",
        expected="one file that says what is to be",
        hint="take the tag out, or merge the files",
    )

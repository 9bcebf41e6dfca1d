"""A compose file read into its model."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ci.core.compose.build import read_build
from ci.core.compose.extends import extends_chains
from ci.core.compose.model import Compose, EnvFile, Service
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective, layers
from ci.core.yaml.nodes import Alias, Node, Pair, Scalar, Value, is_null, walk
from ci.core.yaml.parse import read
from ci.core.yaml.values import plain
from ci.errors import ConfigurationError, Problem

_OVERRIDE_TAGS = frozenset({"!reset", "!override"})
_MUST_BE_FINAL = ("build", "image", "env_file", "environment", "extends", "x-omnistrate-capabilities")
"""The keys of a service that a pin reads or changes: with an override tag their value would not be known."""


def parse(text: str, file: str, variables: Mapping[str, str] | None = None) -> Compose:
    """Read a compose file; `variables` are the values of variables inside `build`.

    Raises:
        ConfigurationError: as `compose_from`, or it is not YAML.
    """
    return compose_from(read(text, file), variables or {})


def compose_from(document: Document, variables: Mapping[str, str]) -> Compose:
    """The compose file that a document is; `variables` are the values of variables inside `build`.

    Raises:
        ConfigurationError: it has no services, or has a form that is not supported; every such place.
    """
    top_level = effective(document.root)
    services = top_level.get("services")
    if services is None or not isinstance(services.value, nodes.Mapping):
        raise ConfigurationError(_no_services(document, services))
    problems: list[Problem] = []
    if "include" in top_level:
        problems.append(
            document.problem(
                top_level["include"].key,
                "`include` is not supported: omctl is given one file alone",
                expected="one file with everything in it",
                hint="move the included services here, or merge the files: `docker compose config --no-interpolate`",
            )
        )
    found = _Reading(document, variables, problems).services(services)
    if problems:
        raise ConfigurationError(*problems)
    return Compose(document, found)


@dataclass
class _Reading:
    """Reads the services of a document; adds what is wrong to `problems`."""

    document: Document
    variables: Mapping[str, str]
    problems: list[Problem]

    def services(self, services: Pair) -> tuple[Service, ...]:
        """Every service, in the order of the file."""
        self._check_tag(services, "services")
        pairs: dict[str, Pair] = {}
        for name, pair in effective(services.value).items():
            if isinstance(pair.value, nodes.Mapping):
                pairs[name] = pair
            elif not self.document.is_template(pair.value):
                self.problems.append(_not_a_mapping(self.document, name, pair))
        chains = extends_chains(self.document, pairs, self.problems)
        found = tuple(
            self._service(name, pair, pair.value, [(one, pairs[one]) for one in chains.get(name, (name,))])
            for name, pair in pairs.items()
            if isinstance(pair.value, nodes.Mapping)
        )
        builds = [service.keys["build"].value for service in found if "build" in service.keys]
        read = [self.document.root, services.value, *(service.node for service in found), *builds]
        self.problems += _alias_keys(self.document, read)
        return found

    def _service(self, name: str, pair: Pair, node: nodes.Mapping, chain: list[tuple[str, Pair]]) -> Service:
        """A service; `chain` has the services that it extends and itself, which is the last."""
        inherited = [effective(one.value) for _, one in chain]
        own = inherited[-1]
        keys = own if len(chain) == 1 else {key: found for layer in inherited for key, found in layer.items()}
        self._check_tag(pair, name)
        for key in _MUST_BE_FINAL:
            if key in own:
                self._check_tag(own[key], f"{name}.{key}")
        builds = [layer["build"] for layer in inherited if "build" in layer]
        env_files = [one for layer in inherited if "env_file" in layer for one in _env_files(layer["env_file"].value)]
        if env_files and "environment" in keys:
            for one in walk(keys["environment"].value):
                if one.tag in _OVERRIDE_TAGS:
                    self.problems.append(_override_tag(self.document, one, f"{name}.environment"))
        return Service(
            name=name,
            line=self.document.line(pair.key),
            node=node,
            keys=keys,
            build=read_build(self.document, name, builds, self.variables, self.problems) if builds else None,
            image=self._image(name, keys["image"].value) if "image" in keys else "",
            env_files=tuple(dict.fromkeys(env_files)),
            base=chain[-2][0] if len(chain) > 1 else "",
            start=pair.key.start,
        )

    def _image(self, service: str, value: Value) -> str:
        """The value of an `image`.

        `""` if it is null, or an expression without quotes, such as `{{ $var.image }}`: to YAML a flow mapping.
        """
        if isinstance(value, Scalar):
            return "" if is_null(value) else value.value
        if not value.flow:
            self.problems.append(
                self.document.problem(
                    value,
                    f"`image` of `{service}` is not a string",
                    expected="an image reference",
                    hint="write `image` as one string, such as `image: postgres:16`",
                )
            )
        return ""

    def _check_tag(self, pair: Pair, path: str) -> None:
        """Add a problem if the pair's value has an override tag."""
        if pair.value.tag in _OVERRIDE_TAGS:
            self.problems.append(_override_tag(self.document, pair.key, path))


def _env_files(node: Node) -> Iterator[EnvFile]:
    value = plain(node)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and item:
            yield EnvFile(str(item.get("path")), item.get("required") != "false", str(item.get("format") or ""))
        elif item:
            yield EnvFile(str(item))


def _alias_keys(document: Document, mappings: Iterable[Node]) -> list[Problem]:
    """A problem for each key that is an alias, in the mappings and in what is merged into them; each key once."""
    if not document.alias_keys:
        return []
    read = dict.fromkeys(layer for mapping in mappings for layer in layers(mapping))
    return [
        document.problem(
            key,
            "A key of a service is an alias",
            value=f"*{key.name}",
            expected="a key that is written out",
            hint="write the key's name in place of the alias",
        )
        for mapping in read
        for key, _ in mapping.items
        if isinstance(key, Alias)
    ]


def _no_services(document: Document, services: Pair | None) -> Problem:
    expected = "a compose file with a mapping `services`"
    hint = "check --file"
    if services is None:
        return Problem(what="No services", value=document.file, file=document.file, expected=expected, hint=hint)
    if document.templates:
        hint = "write the services that are built in this file: what a template embeds is not read here"
    return document.problem(services.key, "No services", expected=expected, hint=hint)


def _not_a_mapping(document: Document, name: str, pair: Pair) -> Problem:
    return document.problem(
        pair.key,
        f"Service `{name}` is not a mapping",
        expected="a mapping of keys",
        hint="write the service's keys below it, or remove it; compose refuses it too",
    )


def _override_tag(document: Document, node: Node, path: str) -> Problem:
    return document.problem(
        node,
        f"`{path}` has the tag `!reset` or `!override`, which has a meaning only between several files",
        expected="one file with the final values",
        hint="remove the tag, or merge the files",
    )

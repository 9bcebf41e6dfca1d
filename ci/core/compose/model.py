"""A compose file as values: its services, what they build, and the places of their keys in the text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ci.core.compose.build_options import NO_OPTIONS, BuildOptions
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Pair
from ci.errors import Problem

LOCAL_KEYS = frozenset({"cache_from", "cache_to", "no_cache", "pull", "tags", "x-bake"})
"""Keys of `build` that change how an image is built or named on one machine, never what is in it."""


@dataclass(frozen=True)
class BuildSecret:
    """A secret of a `build`: its id in the Dockerfile, and the address by which a call is given it, `env://NAME`."""

    id: str
    address: str


@dataclass(frozen=True)
class Build:
    """A service's `build`, its variables replaced.

    `context` is relative to the compose file, `dockerfile` to the context. `inline` is a `dockerfile_inline`.
    """

    context: str
    dockerfile: str = "Dockerfile"
    target: str = ""
    args: tuple[tuple[str, str | None], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    inline: str = ""
    secrets: tuple[BuildSecret, ...] = ()
    ssh: tuple[str, ...] = ()
    """The ids of the SSH agents that it uses."""
    other_keys: tuple[str, ...] = ()
    """The names of all other keys of `build`, sorted."""
    other_values: str = ""
    """Those of the other keys that change what is built (all but `LOCAL_KEYS`), with their values, as JSON."""
    unresolved: tuple[str, ...] = ()
    """Variables without a value; the fields still have them as written."""
    options: BuildOptions = NO_OPTIONS


@dataclass(frozen=True)
class EnvFile:
    """An entry of `env_file`; with `required` False compose allows the file to be missing; `format` may be `raw`."""

    path: str
    required: bool = True
    format: str = ""


@dataclass(frozen=True)
class Service:
    """A service, merges and `extends` resolved.

    `keys` are the pairs of its effective keys by name, inherited ones included; `node` is its own mapping, `line` its
    line, counted from 1.
    """

    name: str
    line: int
    node: nodes.Mapping
    keys: Mapping[str, Pair] = field(repr=False)
    build: Build | None = None
    image: str = ""
    env_files: tuple[EnvFile, ...] = ()
    base: str = ""
    """The service of the same file that this one extends, `""` if none."""
    start: int = 0
    """The position of its name in the text."""


class Replaced(NamedTuple):
    """A text that omctl would replace, and what stands there now; `where` is the path of the value that it is in."""

    where: str
    line: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.where}: {self.old} → {self.new}"


@dataclass(frozen=True)
class Original:
    """A compose file as it is written, where the text of its document is what omctl makes of that."""

    text: str
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The texts of the files that it embeds, nested ones as well, by their paths from the top of the source."""
    missing: tuple[tuple[str, str, int], ...] = ()
    """Files that it embeds and that were not read: path, and the file and line of the template."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The values of the variables that omctl fills in; of a secret, an expression."""
    templates: tuple[tuple[int, int, str], ...] = ()
    """Where embedded text stands in the document's that is not changed yet, and the text with the template instead."""
    replaced: tuple[Replaced, ...] = ()
    """What was filled in."""
    problems: tuple[Problem, ...] = ()
    """What could not be, or omctl would refuse."""


@dataclass(frozen=True)
class Compose:
    """A compose file: its document, and its services in the order of the file, those in embedded files included.

    `original` is None where the document's text is the file's own.
    """

    document: Document
    services: tuple[Service, ...]
    original: Original | None = field(default=None, repr=False)

    @property
    def top_level(self) -> Mapping[str, Pair]:
        """The pairs of the file's top-level keys, by name."""
        return effective(self.document.root)

    @cached_property
    def by_name(self) -> Mapping[str, Service]:
        """The services by their names."""
        return {service.name: service for service in self.services}

    def ancestry(self, service: Service) -> tuple[Service, ...]:
        """The service and those that it extends, directly or not: the last base first, the service itself last."""
        found = [service]
        while found[-1].base:
            found.append(self.by_name[found[-1].base])
        return tuple(reversed(found))

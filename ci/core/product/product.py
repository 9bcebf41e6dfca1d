"""The product as it stands in its source tree: everything a release needs to know before its first effect."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from ci.core.compose.model import Build, Compose, Service
from ci.core.compose.parse import parse
from ci.core.compose.uses import local_paths, secret_references
from ci.core.env_files.entries import environments
from ci.core.images.names import Image, dockerfile_path, own_images, unpublished
from ci.core.product import changelog, checks
from ci.core.product.version import parse_version
from ci.core.settings.product import Settings
from ci.core.yaml.templates import embedded
from ci.errors import ConfigurationError, Findings, Problem

VERSION_FILE = "VERSION"
CHANGELOG_FILE = "CHANGELOG.md"
_BUILD = re.compile(r"""^[ \t]*["']?build["']?[ \t]*:.*$""", re.MULTILINE)
LEFT_OUT = frozenset({".git", ".venv", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
"""Folders that are no part of a source, wherever they stand: nothing in them is uploaded, built or looked at."""


@dataclass(frozen=True)
class Source:
    """A source tree as values: every file's path, relative to the compose file, and the texts of those that matter.

    A file that is there and can't be read as UTF-8 has no text.
    """

    files: frozenset[str]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Spec:
    """What the pin needs: the compose file, the own images, and the entries that stand in for each `env_file`."""

    compose: Compose
    images: tuple[Image, ...]
    environment: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Product:
    """A product that was found fit to be released."""

    spec: Spec
    version: str
    description: str
    mounted: tuple[str, ...]
    """Paths that omctl reads beside the compose file."""
    secrets: Mapping[str, tuple[tuple[str, int], ...]]
    """Omnistrate secrets that services name, with `(service, line)` of each use."""


def wanted_texts(settings: Settings, compose_text: str | None = None, *, whole: bool = True) -> frozenset[str]:
    """The files whose texts are needed: those with fixed names, and once the compose file is read, what it names.

    Without `whole`, those that `read_spec` needs for the pin alone. One that can't be parsed names but what it embeds:
    its own error comes later, with the others.
    """
    first = {settings.compose_file, *((VERSION_FILE, CHANGELOG_FILE) if whole else ())}
    if compose_text is None:
        return frozenset(first)
    first |= {posixpath.normpath(path) for path, _ in embedded(compose_text)}
    if not whole and "env_file" not in compose_text:  # nothing else is named: spared is half of all the reading
        return frozenset(first)
    try:
        compose = parse(compose_text, settings.compose_file, settings.build_args)
    except ConfigurationError:
        return frozenset(first)
    for service in compose.services:
        first |= {posixpath.normpath(one.path) for one in service.env_files}
        if whole and service.build:
            path = dockerfile_path(service.build)
            first |= {path, f"{path}.dockerignore", posixpath.normpath(f"{service.build.context}/.dockerignore")}
    return frozenset(first)


def read_spec(source: Source, settings: Settings, *, whole: bool = False) -> Spec:
    """The compose file and what the pin needs beside it; `whole` looks at all that it names in the tree as well.

    Raises:
        ConfigurationError: all that is wrong with it.
    """
    text = _text(source, settings.compose_file, "the compose file", "give its path with --file")
    compose = parse(text, settings.compose_file, settings.build_args)
    found = Findings()
    images: tuple[Image, ...] = ()
    if any(service.build for service in compose.services) and not settings.image_prefix:
        found.problems.append(
            Problem(
                what="The image prefix is not known, so the own images have no names",
                expected="what every own repository begins with, such as ghcr.io/org/product",
                hint="set `image_prefix` in [tool.slipway] of pyproject.toml, or give --image-prefix",
            )
        )
    else:
        images = found.collect(lambda: own_images(compose, settings.image_prefix, settings.image_names)) or ()
        found.problems += checks.sidecars(settings, images)
    found.problems += _embedded(source, settings)
    environment = found.collect(lambda: environments(compose, source.files, source.texts, settings)) or {}
    if whole:
        built = images or _unnamed_images(compose)
        found.problems += unpublished(compose)
        found.problems += checks.tree(built, local_paths(compose), source.files, source.texts, settings)
    found.raise_all()
    return Spec(compose, images, environment)


def read_product(source: Source, settings: Settings) -> Product:
    """Everything that can be known of a product without an effect.

    Raises:
        ConfigurationError: all that is wrong, of whatever kind, in one report.
    """
    found = Findings()
    spec = found.collect(lambda: read_spec(source, settings, whole=True))
    version = found.collect(
        lambda: parse_version(_text(source, VERSION_FILE, "the version", "write it, such as 1.0.0"), VERSION_FILE)
    )
    notes = found.collect(
        lambda: _text(source, CHANGELOG_FILE, "the changelog", "write it (https://keepachangelog.com)")
    )
    description = (
        found.collect(lambda: changelog.entry(notes or "", version or "")) if version and notes is not None else None
    )
    if not settings.product_name:
        found.problems.append(
            Problem(
                what="The product's name in Omnistrate is not known",
                hint="set `product_name` in [tool.slipway] of pyproject.toml, or give --product-name",
            )
        )
    spec, version, description = found.require(spec), found.require(version), found.require(description)
    secrets = {name: tuple(uses) for name, uses in secret_references(spec.compose).items()}
    mounted = tuple(path for path in local_paths(spec.compose) if checks.exists(path, source.files))
    return Product(spec, version, description, mounted, secrets)


def _text(source: Source, path: str, what: str, hint: str) -> str:
    if path in source.texts:
        return source.texts[path]
    if path in source.files:
        raise ConfigurationError(Problem(what=f"Not readable as UTF-8: {what}", file=path, hint="save it as UTF-8"))
    raise ConfigurationError(
        Problem(what=f"Missing: {what}", value=path, expected="a file at the top of the source", hint=hint)
    )


def _unnamed_images(compose: Compose) -> tuple[Image, ...]:
    """The images where their names can't be told: what they are built from can be looked at all the same."""
    services: dict[Build, list[Service]] = {}
    for service in compose.services:
        if service.build:
            services.setdefault(service.build, []).append(service)
    return tuple(
        Image("", "", dockerfile_path(build), build, tuple(service.name for service in users), users[0].line)
        for build, users in services.items()
    )


def _embedded(source: Source, settings: Settings) -> Iterator[Problem]:
    """Files that omctl embeds and that hold what has to be known: a `build`, which is not pinned, or further files."""
    for path, line in embedded(source.texts[settings.compose_file]):
        text = source.texts.get(posixpath.normpath(path), "")
        at = partial(Problem, file=settings.compose_file, line=line)
        if found := _BUILD.search(text):
            yield at(
                what="A file that is embedded has a `build`, which the pin does not reach",
                value=f"{{{{ $file:{path} }}}}: {found.group().strip()}",
                expected="what is built written out in the compose file",
                hint="move the service here, and leave to embedded files what is not built",
            )
        for inner, inner_line in embedded(text):
            yield at(
                what="A file that is embedded embeds another, which is not followed",
                value=f"{{{{ $file:{path} }}}}, line {inner_line}: {{{{ $file:{inner} }}}}",
                expected="every file that is embedded named in the compose file",
                hint="write the inner file's text into the outer one",
            )

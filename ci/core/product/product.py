"""The product as it is in its source tree: everything that a release needs to know before its first effect."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.core.compose.model import Compose
from ci.core.compose.project import project_name
from ci.core.compose.uses import build_secret_files, local_paths, secret_references
from ci.core.env_files.environments import environments
from ci.core.env_files.project_variables import project_variables
from ci.core.env_files.variable_problems import refused_variables
from ci.core.images.image import Image
from ci.core.images.local_images import with_local_users
from ci.core.images.local_names import LocalNames
from ci.core.images.names import own_images, unnamed_images
from ci.core.images.platforms import platform_problems
from ci.core.product import changelog
from ci.core.product.omctl_file_checks import build_secret_problems, exists, missing_problems, reading_problems
from ci.core.product.settings_checks import (
    env_secret_problems,
    prefix_problems,
    product_name_problems,
    sidecar_problems,
)
from ci.core.product.source import CHANGELOG_FILE, VERSION_FILE, Source, compose_of
from ci.core.product.version import parse_version
from ci.core.settings.product import Settings
from ci.errors import Findings


@dataclass(frozen=True)
class Spec:
    """What the pin needs: the compose file, the own images, and what each `env_file` adds to `environment`."""

    compose: Compose
    images: tuple[Image, ...]
    environment: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Product:
    """A product without any known problem."""

    spec: Spec
    version: str
    description: str
    mounted: tuple[str, ...]
    """The paths that omctl reads beside the pinned file and that exist, relative to the top of the source."""
    placeholders: tuple[str, ...]
    """Paths at which omctl is given an empty file, since it reads the file of every secret: those of builds alone."""
    secrets: Mapping[str, tuple[tuple[str, int], ...]]
    """The Omnistrate secrets that services name, with `(service, line)` of each use."""


def read_spec(source: Source, settings: Settings, *, full: bool = False) -> Spec:
    """What the pin needs; with `full`, everything that the compose file names in the source is checked too.

    Raises:
        ConfigurationError: all problems that were found.
    """
    compose = compose_of(source, settings)
    findings = Findings(prefix_problems(compose, settings))
    images: tuple[Image, ...] = ()
    if not findings.problems:
        images = findings.collect(lambda: _images(compose, source, settings)) or ()
        findings.problems += sidecar_problems(settings, images)
        findings.problems += platform_problems(compose, images, settings.platform)
    findings.problems += env_secret_problems(compose, settings)
    findings.problems += reading_problems(compose, source)
    environment = findings.collect(lambda: environments(compose, source.files, source.texts, settings))
    if full:
        from ci.core.product.build_checks import build_problems  # noqa: PLC0415 - a pin reads no Dockerfile
        from ci.core.product.local_base_checks import local_base_problems  # noqa: PLC0415 - as above

        findings.problems += build_problems(images or unnamed_images(compose), source, settings)
        names = _local_names(compose, images, source, settings)
        findings.problems += local_base_problems(images, names, source, settings)
        findings.problems += refused_variables(compose)
        findings.problems += missing_problems(compose, source)
        findings.problems += build_secret_problems(compose)
    return Spec(compose, images, findings.require(environment))


def _images(compose: Compose, source: Source, settings: Settings) -> tuple[Image, ...]:
    """The own images with all services that run them, whether these build them or not."""
    images = own_images(compose, settings.image_prefix, settings.image_names)
    names = _local_names(compose, images, source, settings)
    return with_local_users(compose, images, names, settings.sidecars)


def _local_names(compose: Compose, images: tuple[Image, ...], source: Source, settings: Settings) -> LocalNames:
    """The names that the images have where they are built."""
    found = project_variables(settings.compose_file, source.texts, settings)
    variables = {**found.plain, **settings.build_args}
    project = "" if found.problems else project_name(compose, variables)
    return LocalNames(compose, images, variables, project)


def read_product(source: Source, settings: Settings) -> Product:
    """Everything that is known of a product without an effect.

    Raises:
        ConfigurationError: all problems of every kind, in one error.
    """
    findings = Findings()
    spec = findings.collect(lambda: read_spec(source, settings, full=True))
    version = findings.collect(lambda: _version(source))
    changes = findings.collect(lambda: source.text(CHANGELOG_FILE, "the changelog", _CHANGELOG_HINT))
    description = None
    if version is not None and changes is not None:
        description = findings.collect(lambda: changelog.entry(changes, version))
    findings.problems += product_name_problems(settings)
    compose = findings.require(spec).compose
    return Product(
        spec=findings.require(spec),
        version=findings.require(version),
        description=findings.require(description),
        mounted=tuple(path for path in local_paths(compose) if exists(path, source.files)),
        placeholders=tuple(path for path in build_secret_files(compose).values() if path),
        secrets={name: tuple(uses) for name, uses in secret_references(compose).items()},
    )


_CHANGELOG_HINT = f"write {CHANGELOG_FILE} at the top of the source, in the form of https://keepachangelog.com"


def _version(source: Source) -> str:
    hint = f"write the version, such as 1.0.0, into {VERSION_FILE} at the top of the source"
    return parse_version(source.text(VERSION_FILE, "the version", hint), VERSION_FILE)

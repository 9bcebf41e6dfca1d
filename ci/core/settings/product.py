"""The table `[tool.slipway]`: what is special to one product.

It is in the `pyproject.toml` at the top of the source (docs/decisions/0011-where-paths-start.md), where the module and
the plain command both read it; an argument of either overrides a setting of the same name.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from ci.core.references import is_repository
from ci.core.settings.events import EventSettings
from ci.core.settings.smoke import SmokeSettings
from ci.core.settings.tables import Rule

OMCTL_VERSION = "1.10.5"
BUILDKIT = "v0.26.2@sha256:de10faf919fc71ba4eb1dd7bd6449566d012b0c9436b1c61bfee21d621b009aa"


class EnvironmentType(StrEnum):
    """Omnistrate's types of environments."""

    DEV = "dev"
    PROD = "prod"
    QA = "qa"
    CANARY = "canary"
    STAGING = "staging"
    PRIVATE = "private"


class Preferred(StrEnum):
    """When a release makes its plan version the preferred one."""

    AT_ONCE = "at once"
    AFTER_DEV = "after dev"


class Compression(StrEnum):
    """How image layers can be compressed."""

    GZIP = "gzip"
    ZSTD = "zstd"


class BuilderKind(StrEnum):
    """What builds the images."""

    BUILDKIT = "buildkit"
    DAGGER = "dagger"


class LayerCache(StrEnum):
    """Where the steps of builds are kept for builders that are empty."""

    OFF = "off"
    REGISTRY = "registry"
    GHA = "gha"


def _is_prefix(value: str) -> bool:
    return not value or ("/" in value and is_repository(value))


def _is_source_path(value: str) -> bool:
    return value == posixpath.normpath(value) and value != "." and not value.startswith(("/", "../"))


Prefix = Annotated[str, Rule(_is_prefix, "the beginning of a repository, in lower case: ghcr.io/org/product")]
SourcePath = Annotated[str, Rule(_is_source_path, "a path inside the source, such as deploy/docker-compose.yaml")]
AtLeastOne = Annotated[int, Rule(lambda value: value >= 1, "a whole number, 1 or more")]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, each with its default."""

    image_prefix: Prefix = ""
    """The start of own repositories, `ghcr.io/org/product`; if empty, `slipway` takes it from the git remote."""
    image_names: Mapping[str, str] = field(default_factory=dict)
    """Service -> suffix of its image's repository (or all of it, same registry), where not the Dockerfile's name"""
    sidecars: Mapping[str, str] = field(default_factory=dict)
    """Sidecar under `x-omnistrate-capabilities.sidecars` -> name of the own image that it runs."""
    product_name: str = ""
    """The product's name in Omnistrate (`omctl build --product-name`)."""
    environment: str = "Dev"
    """The Omnistrate environment to release to."""
    environment_type: EnvironmentType = EnvironmentType.DEV
    """The environment's type: dev, prod, qa, canary, staging or private."""
    preferred: Preferred = Preferred.AT_ONCE
    """When the new plan version becomes the preferred one: `at once`, or `after dev`, when the dev instance runs it."""
    instance: str = ""
    """The dev instance to upgrade; if empty, the only one of the environment."""
    omctl_image: str = f"ghcr.io/omnistrate-oss/omnistrate-ctl:{OMCTL_VERSION}"
    """The image with omctl as its entry point."""
    registry_username: str = "slipway"
    """The user that belongs to the registry token; GHCR accepts any."""
    source_url: str = ""
    """The label `org.opencontainers.image.source`, which links a package of GHCR to its repository."""
    platform: str = "linux/amd64"
    """The platform to build for, not a laptop's own but that of the cluster's nodes; services may have no other."""
    builder: BuilderKind = BuilderKind.BUILDKIT
    """What builds: `buildkit`, in a privileged container of the engine, or `dagger`, the engine itself."""
    buildkit_image: str = f"moby/buildkit:{BUILDKIT}"
    """BuildKit's image, by digest since it gets privileges; its `/etc/buildkit/buildkitd.toml`, if any, counts."""
    builder_cache_gb: AtLeastOne = 20
    """How much the builder keeps on an engine for the next call."""
    layer_cache: LayerCache = LayerCache.OFF
    """Where builds are kept for empty builders: `off`, `registry` (`<image_prefix>-buildcache`), or `gha`, GitHub's."""
    build_args: Mapping[str, str] = field(default_factory=dict)
    """Values for the variables (`${NAME}`) that the compose file uses inside `build`."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values for the variables (`${NAME}`) that omctl would take from the shell; see [omctl.md](omctl.md)."""
    full_contexts: tuple[str, ...] = ()
    """Images that are built with their full context, since their base image copies from it by `ONBUILD`."""
    reuse_days: int = 30
    """How old an image may be that is reused, in days, so that what a `RUN` downloads is not older; 0 for none."""
    env_secrets: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    """Variable of an env file -> Omnistrate secret in place of its value; service -> such a table for it, which wins"""
    env_literals: tuple[str, ...] = ()
    """Variables of env files and build arguments that look like secrets but are not."""
    allow_older: bool = False
    """Whether a version tag may go back to an older commit, and a VERSION below the highest one released."""
    pin_digests: bool = False
    """Whether a release pins `tag@sha256:…`; off, since it is not known whether Omnistrate accepts a digest."""
    parallel_builds: AtLeastOne = 16
    """How many images are built and pushed at the same time."""
    build_minutes: AtLeastOne = 60
    """How long building and pushing one image may take."""
    upgrade_minutes: AtLeastOne = 30
    """How long to wait for the upgrade of the dev instance."""
    poll_seconds: AtLeastOne = 5
    """The pause between two requests for an upgrade's state."""
    registry_seconds: AtLeastOne = 60
    """How long one request to the registry may take, with its whole response."""
    registry_deadline_seconds: AtLeastOne = 180
    """How long a request to the registry may take with all its retries."""
    record_seconds: AtLeastOne = 20
    """How long reading or writing the release record may take; without it the release goes on."""
    omctl_seconds: AtLeastOne = 300
    """How long one run of omctl may take; what it did until then is looked up."""
    compression: Compression = Compression.GZIP
    """How own layers are compressed; `zstd` is faster for large ones alone, and needs containerd 1.5 or Docker 23."""
    registry_image: str = "registry:3"
    """The registry that `rehearse` starts."""
    python_image: str = "python:3.11-slim"
    """The image whose Python runs the stand-in Omnistrate API of `rehearse` and the supervisors of `smoke`."""
    compose_file: SourcePath = "docker-compose.yaml"
    """The compose file, relative to the top of the source; not set, the one that compose itself would use."""
    queues: Mapping[str, str] = field(default_factory=dict)
    """Queue -> its senders and receivers, `from, from > to`, for the product's picture."""
    events: EventSettings = field(default_factory=EventSettings)
    """Which events of a CI are released, and how: see [ci.md](ci.md)."""
    smoke: SmokeSettings = field(default_factory=SmokeSettings)
    """How `smoke` starts and checks the product: see [smoke.md](smoke.md)."""

    @property
    def common_secrets(self) -> dict[str, str]:
        """The secrets of `env_secrets` that are for all services, by variable."""
        return {name: secret for name, secret in self.env_secrets.items() if isinstance(secret, str)}

    def env_secret(self, service: str, variable: str) -> str:
        """The Omnistrate secret that replaces a variable's value for a service; `""` if there is none."""
        for found in (self.service_secrets(service).get(variable), self.env_secrets.get(variable)):
            if isinstance(found, str):
                return found
        return ""

    def service_secrets(self, service: str) -> Mapping[str, str]:
        """The secrets of a service's own table in `env_secrets`, by variable."""
        found = self.env_secrets.get(service)
        return found if isinstance(found, Mapping) else {}

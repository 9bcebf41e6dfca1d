"""An image that a product builds."""

import posixpath
from dataclasses import dataclass

from ci.core.compose.model import Build
from ci.core.compose.paths import from_top


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image that one or more services build and run."""

    name: str
    repository: str
    context: str
    """The build context, relative to the top of the source."""
    dockerfile: str
    """The Dockerfile, relative to the top of the source."""
    build: Build
    services: tuple[str, ...]
    """The services that run it: those that build it first, each kind in the order of the compose file."""
    line: int
    """The line of its first service."""


def dockerfile_path(compose_file: str, build: Build) -> str:
    """The Dockerfile of a build, relative to the top of the source: it is relative to the context."""
    return from_top(compose_file, posixpath.join(build.context, build.dockerfile))

"""The own images of a product: one for each Dockerfile, and the repository it is published in."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ci.core.compose import Build, Compose, Service
from ci.core.references import is_repository
from ci.errors import ConfigurationError, Problem


@dataclass(frozen=True)
class Image:
    """What one Dockerfile builds.

    `dockerfile` is relative to the compose file; `services` are those that run the image, in the order of the file.
    """

    name: str
    repository: str
    dockerfile: str
    build: Build
    services: tuple[str, ...]
    line: int


def dockerfile_path(build: Build) -> str:
    """The Dockerfile's path relative to the compose file: compose looks for it from the context."""
    return posixpath.normpath(posixpath.join(build.context, build.dockerfile))


def suffix(path: str, paths: Iterable[str]) -> str:
    """What tells a Dockerfile from the others: the first segment in which the paths differ, in lower case.

    `""` when there is no other. The rule is that of `omctl build-from-repo` (GetFirstDifferentSegmentInFilePaths of
    omnistrate-ctl), since the repositories in the registry must stay what they were: `Dockerfile.download` beside
    `Dockerfile.parser` gives `dockerfile.download`.
    """
    mine = path.split("/")
    others = [other.split("/") for other in paths if other != path]
    for at, segment in enumerate(mine):
        if any(at >= len(other) or other[at] != segment for other in others):
            return segment.lower()
    return ""


def own_images(compose: Compose, prefix: str, names: Mapping[str, str] | None = None) -> tuple[Image, ...]:
    """The images that the services build, in the order of the file.

    `prefix` is what every repository begins with (`ghcr.io/org/product`); `names` gives a service's image a suffix of
    its own choice.

    Raises:
        ConfigurationError: two images would get one name, or a name is none that a registry takes; all of them.
    """
    names = names or {}
    groups: dict[tuple[Build, str], list[Service]] = {}
    for service in compose.services:
        if service.build:
            groups.setdefault((service.build, names.get(service.name, "")), []).append(service)
    paths = {dockerfile_path(build) for build, chosen in groups if not chosen}
    images: list[Image] = []
    problems: list[Problem] = []
    taken: dict[str, Service] = {}
    file = compose.document.file
    for (build, chosen), services in groups.items():
        path = dockerfile_path(build)
        label = chosen or suffix(path, paths)
        repository = f"{prefix}-{label}" if label else prefix
        first = services[0]
        if "$" in path:
            problems.append(
                Problem(
                    what=f"The image of service `{first.name}` can't be named: its Dockerfile's path has a variable "
                    "without a value",
                    value=path,
                    file=file,
                    line=first.line,
                    right="a value for " + ", ".join(f"`{name}`" for name in build.unknown),
                    do="write it into [tool.slipway.build_args]",
                )
            )
            continue
        if not is_repository(repository):
            problems.append(
                Problem(
                    what=f"The image of service `{first.name}` would get a name that no registry takes",
                    value=repository,
                    file=file,
                    line=first.line,
                    right="lower-case letters and digits, with single . _ - between them",
                    do=f'set [tool.slipway.image_names] {first.name} = "…"',
                )
            )
        if repository in taken:
            other = taken[repository]
            problems.append(
                Problem(
                    what=f"Two images with one name: services `{other.name}` (line {other.line}) and `{first.name}`",
                    value=repository,
                    file=file,
                    line=first.line,
                    right="a name for each image: they differ in Dockerfile, context, target or arguments",
                    do=f'set [tool.slipway.image_names] {first.name} = "…"',
                )
            )
        taken.setdefault(repository, first)
        name = label.removeprefix("dockerfile.") or repository.rpartition("/")[2]
        images.append(Image(name, repository, path, build, tuple(s.name for s in services), first.line))
    if problems:
        raise ConfigurationError(*problems)
    return tuple(images)

"""The images that a product builds: one for each different build, and the repository that each is published in."""

from collections.abc import Mapping
from typing import NamedTuple

from ci.core.compose.model import Build, Compose
from ci.core.compose.paths import from_top, is_remote
from ci.core.images.image import Image, dockerfile_path
from ci.core.images.labels import labels
from ci.core.images.name_checks import name_problem
from ci.errors import ConfigurationError, Problem


class _Service(NamedTuple):
    """A service that is built; `start` is its index in the text."""

    name: str
    line: int
    start: int
    build: Build
    context: str
    dockerfile: str


class _Group(NamedTuple):
    """The services that share one image, and the name that the settings give it, `""` if they give none."""

    chosen: str
    services: list[_Service]


def own_images(compose: Compose, prefix: str, names: Mapping[str, str] | None = None) -> tuple[Image, ...]:
    """The images that the services build, in the order of the file.

    `prefix` is the start of every repository (`ghcr.io/org/product`); `names` maps a service to the suffix of its
    image's repository, or to a whole repository, which then holds for all services with the same build. A Dockerfile
    outside of the source has no path that could name its image: that is named after its first service.

    Raises:
        ConfigurationError: images that would have the same name, and invalid names.
    """
    groups = _groups(compose, names or {})
    label_of = labels([one[0].dockerfile for chosen, one in groups if not chosen and not _is_outside(one[0])])
    images: list[Image] = []
    problems: list[Problem] = []
    by_repository: dict[str, Image] = {}
    for chosen, services in groups:
        first = services[0]
        label = chosen or label_of.get(first.dockerfile, first.name.lower())
        repository = label if "/" in chosen else f"{prefix}-{label}" if label else prefix
        image = Image(
            name=label.rpartition("/")[2].removeprefix("dockerfile.") or repository.rpartition("/")[2],
            repository=repository,
            context=first.context,
            dockerfile=first.dockerfile,
            build=first.build,
            services=tuple(service.name for service in services),
            line=first.line,
        )
        if problem := name_problem(compose, first.start, image, by_repository.get(repository), prefix):
            problems.append(problem)
        else:
            by_repository[repository] = image
        images.append(image)
    if problems:
        raise ConfigurationError(*problems)
    return tuple(images)


def unnamed_images(compose: Compose) -> tuple[Image, ...]:
    """The images without a name or a repository, for checks of what they are built from."""
    services: dict[Build, list[_Service]] = {}
    for service in _built(compose):
        services.setdefault(service.build, []).append(service)
    return tuple(
        Image(
            name="",
            repository="",
            context=users[0].context,
            dockerfile=users[0].dockerfile,
            build=build,
            services=tuple(service.name for service in users),
            line=users[0].line,
        )
        for build, users in services.items()
    )


def _groups(compose: Compose, names: Mapping[str, str]) -> list[_Group]:
    """The services by the image that they share, in the order of their first services."""
    same: dict[object, list[_Service]] = {}
    for service in _built(compose):
        build = service.build
        how = (build.target, build.args, build.labels, build.inline, build.secrets, build.ssh, build.other_values)
        same.setdefault((service.context, service.dockerfile, how), []).append(service)
    found: list[_Group] = []
    for services in same.values():
        chosen = list(dict.fromkeys(names[one.name] for one in services if names.get(one.name)))
        if len(chosen) <= 1:
            found.append(_Group(chosen[0] if chosen else "", services))
            continue
        parts = {name: [one for one in services if names.get(one.name, "") == name] for name in (*chosen, "")}
        found += [_Group(name, part) for name, part in parts.items() if part]
    return sorted(found, key=lambda group: group.services[0].line)


def _is_outside(service: _Service) -> bool:
    return service.dockerfile.startswith(("../", "/")) or is_remote(service.dockerfile)


def _built(compose: Compose) -> list[_Service]:
    file = compose.document.file
    return [
        _Service(
            name=service.name,
            line=service.line,
            start=service.start,
            build=service.build,
            context=from_top(file, service.build.context),
            dockerfile=dockerfile_path(file, service.build),
        )
        for service in compose.services
        if service.build
    ]

"""The own images of a product: one for each Dockerfile, and the repository it is published in."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from json import dumps
from typing import NamedTuple

from ci.core.compose.model import Build, Compose, Service
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
    return _suffixes({path, *paths})[path]


def _suffixes(paths: Iterable[str]) -> dict[str, str]:
    """Of each path the first segment in which they differ: the one behind those that all of them share."""
    split = {path: path.split("/") for path in paths}
    if len(split) == 1:
        return dict.fromkeys(split, "")
    shared = min(split.values(), key=len)
    for segments in split.values():
        while segments[: len(shared)] != shared:
            shared = shared[:-1]
    at = len(shared)
    return {path: segments[at].lower() if at < len(segments) else "" for path, segments in split.items()}


def labels(paths: Collection[str]) -> dict[str, str]:
    """What each Dockerfile's image is called, by the rule of `suffix`.

    Those that the rule gives one label are told apart by applying it once more among them: `api/v1/Dockerfile` and
    `api/v2/Dockerfile` beside `web/Dockerfile` are `api-v1` and `api-v2`.
    """
    groups: dict[str, list[str]] = {}
    every = _suffixes(dict.fromkeys(paths)) if paths else {}
    for path, label in every.items():
        groups.setdefault(label, []).append(path)
    found: dict[str, str] = {}
    for label, group in groups.items():
        inner = labels(group) if 1 < len(group) < len(every) else {}
        for path in group:
            found[path] = f"{label}-{inner[path]}" if inner.get(path) else label
    return found


def own_images(compose: Compose, prefix: str, names: Mapping[str, str] | None = None) -> tuple[Image, ...]:
    """The images that the services build, in the order of the file.

    `prefix` is what every repository begins with (`ghcr.io/org/product`); `names` gives a service's image a suffix of
    its own choice, which the other services with the very same build share.

    Raises:
        ConfigurationError: two images would get one name, or a name is none that a registry takes; all of them.
    """
    names = names or {}
    groups = _groups(compose, names)
    label_of = labels([dockerfile_path(services[0].build) for chosen, services in groups if not chosen])
    images: list[Image] = []
    problems: list[Problem] = []
    taken: dict[str, Image] = {}
    for chosen, services in groups:
        build, first = services[0].build, services[0]
        path = dockerfile_path(build)
        label = chosen or label_of[path]
        repository = f"{prefix}-{label}" if label else prefix
        name = label.removeprefix("dockerfile.") or repository.rpartition("/")[2]
        image = Image(name, repository, path, build, tuple(s.name for s in services), first.line)
        if problem := _problem(compose, first.start, image, taken.get(repository)):
            problems.append(problem)
        else:
            taken[repository] = image
        images.append(image)
    if problems:
        raise ConfigurationError(*problems)
    return tuple(images)


class _Built(NamedTuple):
    """A service that is built."""

    name: str
    line: int
    build: Build
    start: int


def _groups(compose: Compose, names: Mapping[str, str]) -> list[tuple[str, list[_Built]]]:
    """The services that build one image each, with the name chosen for it, `""` where none is."""
    same: dict[object, list[_Built]] = {}
    for service in compose.services:
        if service.build:
            build = service.build
            how = (build.target, build.args, build.labels, build.inline, build.other_values)
            key = (_clean(build.context), _clean(build.dockerfile), how)
            same.setdefault(key, []).append(_Built(service.name, service.line, build, service.start))
    found: list[tuple[str, list[_Built]]] = []
    for services in same.values():
        chosen = list(dict.fromkeys(names[one.name] for one in services if names.get(one.name)))
        if len(chosen) <= 1:
            found.append((chosen[0] if chosen else "", services))
            continue
        parts = {name: [one for one in services if names.get(one.name, "") == name] for name in (*chosen, "")}
        found += [(name, part) for name, part in parts.items() if part]
    return sorted(found, key=lambda group: group[1][0].line)


def _clean(path: str) -> str:
    return path if "://" in path or path.startswith("git@") else posixpath.normpath(path)


def _problem(compose: Compose, start: int, image: Image, other: Image | None) -> Problem | None:
    """What is wrong with an image's name."""
    first, at = image.services[0], partial(compose.document.problem_at, start)
    if "$" in image.dockerfile and image.build.unresolved and "$" in image.repository:
        return at(
            what=f"The image of service `{first}` can't be named: its Dockerfile's path has a variable without a value",
            value=image.dockerfile,
            expected="a value for " + ", ".join(f"`{name}`" for name in image.build.unresolved),
            hint="write it into [tool.slipway.build_args]",
        )
    if not is_repository(image.repository):
        return at(
            what=f"The image of service `{first}` would get a name that no registry takes",
            value=image.repository,
            expected="lower-case letters and digits, with single . _ - between them",
            hint=f'set [tool.slipway.image_names] {_toml(first)} = "…"',
        )
    if other is None:
        return None
    also = f" (and {len(image.services) - 1} more that build the same)" if len(image.services) > 1 else ""
    return at(
        what=f"Two images with one name: services `{other.services[0]}` (line {other.line}) and `{first}`{also}",
        value=image.repository,
        expected=f"a name for each image: they differ in {_difference(image.build, other.build)}",
        hint=f'set [tool.slipway.image_names] {_toml(first)} = "…"',
    )


def _difference(one: Build, other: Build) -> str:
    kinds = {"context": "context", "dockerfile": "Dockerfile", "inline": "dockerfile_inline", "target": "target"}
    kinds |= {"args": "arguments", "labels": "labels", "other_values": "other keys"}
    return ", ".join(shown for kind, shown in kinds.items() if getattr(one, kind) != getattr(other, kind)) or "names"


def _toml(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else dumps(key, ensure_ascii=False)


def unpublished(compose: Compose) -> Iterator[Problem]:
    """Services that build nothing, and run what another one builds under its local name.

    Compose gives a built image the name that its service has for `image`, so another service with the very same text
    runs it here. Nothing is published under that name: where the product is released it would be somebody else's image,
    or none. A service whose own text the built one only inherits is not meant.
    """
    built: dict[str, list[Service]] = {}
    for service in compose.services:
        if service.build and service.image:
            built.setdefault(service.image, []).append(service)
    for service in compose.services:
        makers = [] if service.build else built.get(service.image, [])
        if any(maker.keys["image"].owner is not service.node for maker in makers):
            yield compose.document.problem(
                service.keys["image"].key,
                f"Service `{service.name}` runs an image that `{makers[0].name}` builds, and stays on its local name",
                value=service.image,
                expected="the same `build` as there: services that build the same share one image",
                hint=f"give `{service.name}` that `build`, or the image that is built another name",
            )

"""Services, sidecars and volumes that use an own image by its local name: pinned with it, or a problem."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from ci.core.compose.model import Compose, Service
from ci.core.compose.sidecars import sidecar_images
from ci.core.images.image import Image
from ci.core.images.local_names import LocalNames
from ci.core.settings import toml
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Node, Pair, Scalar, Sequence
from ci.errors import ConfigurationError, Problem

_SHOWN = 3
"""How many of the services that build an image of one name a message has."""


def with_local_users(
    compose: Compose, images: tuple[Image, ...], names: LocalNames, sidecars: Mapping[str, str]
) -> tuple[Image, ...]:
    """The images, each also with the services that do not build it and run it by its local name.

    `sidecars` is the setting of that name.

    Raises:
        ConfigurationError: which image a name means is not known, or what uses it can't be pinned; every such place.
    """
    users: dict[str, list[str]] = {}
    problems: list[Problem] = []
    seen: set[Node] = set()
    for service in compose.services:
        if not service.build and service.image:
            found = names.images(service.image)
            if len(found) == 1:
                (image,) = found
                users.setdefault(image.repository, []).append(service.name)
            else:
                problems += _unclear(compose.document, service, found, names.possible_builder(service.image))
        for pair, problem in _other_uses(compose.document, service, names, sidecars):
            if pair.value not in seen:
                seen.add(pair.value)
                problems.append(problem)
    if problems:
        raise ConfigurationError(*problems)
    return tuple(replace(one, services=(*one.services, *users.get(one.repository, ()))) for one in images)


def _unclear(document: Document, service: Service, images: Collection[Image], builder: str) -> Iterator[Problem]:
    """The problem of a service's `image` that several images have as a local name, or that one may have."""
    key = service.keys["image"].key
    if images:
        builders = ", ".join(f"`{one.services[0]}`" for one in islice(images, _SHOWN))
        builders += f" and {len(images) - _SHOWN} more" if len(images) > _SHOWN else ""
        yield document.problem(
            key,
            f"Service `{service.name}` runs an image by a local name that several builds have: those of {builders}",
            value=service.image,
            expected="a local name of one build alone: on one machine the last one that is built has it",
            hint=f"give each of these builds another `image`, and `{service.name}` that of the one it runs",
        )
    elif builder:
        yield document.problem(
            key,
            f"Service `{service.name}` may run the image that `{builder}` builds: compose names it after the project, "
            "whose name is not known",
            value=service.image,
            expected="a `name:` at the top of the compose file, since the folder's name differs from machine to "
            "machine",
            hint=f"add `name: {_project_of(service.image, builder)}` if it is that image, else the project's own name",
        )


def _project_of(image: str, builder: str) -> str:
    return image.rpartition("/")[2].partition(":")[0].removesuffix(builder).rstrip("-_")


def _other_uses(
    document: Document, service: Service, names: LocalNames, sidecars: Mapping[str, str]
) -> Iterator[tuple[Pair, Problem]]:
    """Sidecars and volumes with the local name of an own image, each with its pair and its problem."""
    for sidecar, pair in sidecar_images(service).items():
        found = names.images(_text(pair)) if sidecar not in sidecars else ()
        if found:
            yield (
                pair,
                document.problem(
                    pair.key,
                    f"The sidecar `{sidecar}` of `{service.name}` runs an own image by its local name",
                    value=_text(pair),
                    expected="the sidecar in the setting `sidecars`, so that it is pinned with its image",
                    hint=f"add to pyproject.toml, below [tool.slipway.sidecars]: {toml.key(sidecar)} = "
                    f"{toml.string(next(iter(found)).name)}",
                ),
            )
    volumes = service.keys.get("volumes")
    for item in volumes.value.items if volumes and isinstance(volumes.value, Sequence) else ():
        keys = effective(item)
        source = keys.get("source")
        if source and "type" in keys and _text(keys["type"]) == "image" and names.images(_text(source)):
            yield (
                source,
                document.problem(
                    source.key,
                    f"A volume of `{service.name}` is an own image, by its local name",
                    value=_text(source),
                    expected="no own image as a volume: only services and sidecars are pinned",
                    hint=f"copy its files into the image of `{service.name}`: COPY --from in its Dockerfile",
                ),
            )


def _text(pair: Pair) -> str:
    return pair.value.value if isinstance(pair.value, Scalar) else ""

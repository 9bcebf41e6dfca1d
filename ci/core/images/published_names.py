"""The repositories that a compose file names for what it builds: `image: ghcr.io/org/repo/web` beside `build`."""

from collections.abc import Iterator

from ci.core.compose.interpolation import interpolate
from ci.core.compose.model import Compose
from ci.core.images.image import Image
from ci.core.references import host_of, repository_of
from ci.core.settings import toml


def published_repository(image: str) -> str:
    """The repository that an `image` names with its registry, variables replaced by their defaults; `""` if none."""
    repository = repository_of(interpolate(image, {})[0])
    return repository if host_of(repository) else ""


def proposals(compose: Compose, prefix: str = "") -> Iterator[str]:
    """The lines of the setting `image_names` that give each image the name that the file has for it.

    Only names in the registry of `prefix` are among them; with `""` those in the registry of the first.
    """
    host = host_of(prefix)
    for service in compose.services:
        found = published_repository(service.image) if service.build else ""
        host = host or host_of(found)
        if found and host_of(found) == host:
            yield f"{toml.key(service.name)} = {toml.string(found)}"


def render(compose: Compose, images: tuple[Image, ...], prefix: str) -> str:
    """The proposals for images that are published under other names than the file has, as text; `""` if none is."""
    names = {service: image.repository for image in images for service in image.services}
    lines = [
        line
        for service in compose.services
        if service.build and published_repository(service.image) not in ("", names.get(service.name))
        for line in proposals(Compose(compose.document, (service,)), prefix)
    ]
    if not lines:
        return ""
    head = "The compose file names images itself. To publish them there, add below [tool.slipway.image_names]:"
    return "\n".join(["", head, *(f"  {line}" for line in lines)]) + "\n"

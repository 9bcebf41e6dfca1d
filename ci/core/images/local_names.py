"""The names that own images have on the machine that builds them, and what runs an own image by such a name.

Compose tags what a service builds with its `image`, else with PROJECT-SERVICE, and with its `build.tags`. Whatever else
in the file has that name uses the image that was built. Nothing is published under it: a released product would pull
another image of that name, or none.
"""

from collections.abc import Collection, Mapping

from ci.core.compose.interpolation import interpolate
from ci.core.compose.model import Compose, Service
from ci.core.images.image import Image
from ci.core.references import normalized
from ci.core.yaml.merges import effective
from ci.core.yaml.values import plain

_LIBRARY = "docker.io/library/"


class LocalNames:
    """The images of a product by their local names."""

    def __init__(self, compose: Compose, images: tuple[Image, ...], variables: Mapping[str, str], project: str) -> None:
        """`variables` are those that are known in names of images; `project` is `""` if it is not known."""
        self._variables, self._project = variables, project
        self._images: dict[str, dict[str, Image]] = {}
        """The images of each name, by repository: more than one if several builds are given one name."""
        self._unnamed: dict[str, Image] = {}
        """The image of each service that compose gives a name."""
        for image in images:
            for service in map(compose.by_name.__getitem__, image.services):
                if service.build:
                    self._add(service, image)

    def images(self, text: str) -> Collection[Image]:
        """The images that have a name, as it is written somewhere in the compose file."""
        return self._images.get(self._known(text), {}).values()

    def possible_builder(self, text: str) -> str:
        """The service whose image a name may be, if only the project's name is not known; `""` if there is none."""
        name = self._known(text).removesuffix(":latest")
        if self._project or not self._unnamed or not name.startswith(_LIBRARY):
            return ""
        name = name.removeprefix(_LIBRARY)
        ends = (name[at + 1 :] for at, letter in enumerate(name) if at and letter in "-_")
        return next((end for end in ends if end in self._unnamed), "")

    def _add(self, service: Service, image: Image) -> None:
        names = [service.image] if service.image else []
        if not service.image:
            self._unnamed[service.name] = image
            names += [f"{self._project}{sign}{service.name}" for sign in "-_" if self._project]
        tags = effective(service.keys["build"].value).get("tags")
        names += [str(one) for one in plain(tags.raw) or ()] if tags else []
        for name in names:
            self._images.setdefault(self._known(name), {})[image.repository] = image

    def _known(self, text: str) -> str:
        """A name with its variables replaced, as docker has it; a variable without a value has a name of its own."""
        found, unknown = interpolate(text, self._variables)
        if unknown:
            found, _ = interpolate(text, {**self._variables, **{name: f"unset.{name.lower()}" for name in unknown}})
        return normalized(found)

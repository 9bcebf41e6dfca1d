"""Checks of image names: each image has a name of its own, and no service runs an image that is not published."""

from collections.abc import Iterator
from functools import partial

from ci.core.compose.model import Build, Compose, Service
from ci.core.images.image import Image
from ci.core.references import is_repository
from ci.core.settings import toml
from ci.errors import Problem

_PARTS = {
    "context": "context",
    "dockerfile": "Dockerfile",
    "inline": "dockerfile_inline",
    "target": "target",
    "args": "arguments",
    "labels": "labels",
    "secrets": "secrets",
    "ssh": "ssh",
    "other_values": "other keys",
}
"""What two builds can differ in, with its name in a message."""


def name_problem(compose: Compose, start: int, image: Image, other: Image | None) -> Problem | None:
    """What is wrong with an image's repository, None if nothing is.

    `start` is the index of its first service in the text; `other` is the image that already has the repository.
    """
    first, problem_at = image.services[0], partial(compose.document.problem_at, start)
    choose = f'set its name in pyproject.toml, below [tool.slipway.image_names]: {toml.key(first)} = "…"'
    if "$" in image.dockerfile and image.build.unresolved and "$" in image.repository:
        return problem_at(
            what=f"The image of service `{first}` has no name: its Dockerfile's path has a variable without a value",
            value=image.dockerfile,
            expected="a value for " + ", ".join(f"`{name}`" for name in image.build.unresolved),
            hint="set it in pyproject.toml, below [tool.slipway.build_args]",
        )
    if not is_repository(image.repository):
        return problem_at(
            what=f"The name of the image of service `{first}` is not valid in a registry",
            value=image.repository,
            expected="lower-case letters and digits, with single . _ - between them",
            hint=choose,
        )
    if other is None:
        return None
    also = f" (and {len(image.services) - 1} more with the same build)" if len(image.services) > 1 else ""
    return problem_at(
        what=f"Two images have the same name: services `{other.services[0]}` (line {other.line}) and `{first}`{also}",
        value=image.repository,
        expected=f"a name for each image: they differ in {_difference(image.build, other.build)}",
        hint=choose,
    )


def _difference(one: Build, other: Build) -> str:
    return ", ".join(shown for part, shown in _PARTS.items() if getattr(one, part) != getattr(other, part)) or "names"


def local_image_problems(compose: Compose) -> Iterator[Problem]:
    """A problem for each service that has no `build` and runs the local name of an image that another service builds.

    Compose tags a built image with the `image` of its service, so another service with the same `image` runs it on the
    machine that built it. Nothing is published under that name: a released product would run another image of that
    name, or none. An `image` that the built service only inherits (by a merge or `extends`) is not such a name.
    """
    builders: dict[str, list[Service]] = {}
    for service in compose.services:
        if service.build and service.image:
            builders.setdefault(service.image, []).append(service)
    for service in compose.services:
        found = [] if service.build else builders.get(service.image, [])
        if any(builder.keys["image"].owner is not service.node for builder in found):
            yield compose.document.problem(
                service.keys["image"].key,
                f"Service `{service.name}` runs an image that `{found[0].name}` builds, by its local name",
                value=service.image,
                expected=f"the same `build` as `{found[0].name}`: services with the same build share one image",
                hint=f"copy the `build` of `{found[0].name}`, or give one of the two another `image`",
            )

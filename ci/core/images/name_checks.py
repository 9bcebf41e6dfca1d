"""Checks of image names: each image has a valid name of its own."""

from functools import partial

from ci.core.compose.model import Build, Compose
from ci.core.images.image import Image
from ci.core.images.published_names import proposals
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


def name_problem(compose: Compose, start: int, image: Image, other: Image | None, prefix: str) -> Problem | None:
    """What is wrong with an image's repository, None if nothing is.

    `start` is the index of its first service in the text; `other` is the image that already has the repository.
    """
    first, problem_at = image.services[0], partial(compose.document.problem_at, start)
    proposal = next(proposals(Compose(compose.document, (compose.by_name[first],)), prefix), f'{toml.key(first)} = "…"')
    choose = f"set its name in pyproject.toml, below [tool.slipway.image_names]: {proposal}"
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
    if image.repository.partition("/")[0] != prefix.partition("/")[0]:
        return problem_at(
            what=f"The image of service `{first}` is named in another registry than the others",
            value=image.repository,
            expected=f"a repository of {prefix.partition('/')[0]}, whose token a call has: the registry of the prefix",
            hint="correct it in pyproject.toml, below [tool.slipway.image_names], or write a suffix without `/` there",
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

"""Checks that no image is built on another own image by its local name: a release would take what a registry has."""

from collections.abc import Iterator

from ci.core.images.dockerfile import instructions
from ci.core.images.image import Image
from ci.core.images.local_names import LocalNames
from ci.core.images.recipe import recipe_of
from ci.core.product.source import Source
from ci.core.settings.product import Settings
from ci.errors import Problem


def local_base_problems(
    images: tuple[Image, ...], names: LocalNames, source: Source, settings: Settings
) -> Iterator[Problem]:
    """A problem for each image that a Dockerfile starts from or copies from and that another service builds.

    Images are built at the same time, each from what registries have: under such a name that is nothing, or somebody
    else's image. An image that has the name itself (`image: postgres:16` beside a `FROM postgres:16`) is built on the
    published one.
    """
    for image in images:
        recipe = recipe_of(image, source.texts, settings)
        for base in recipe.images:
            found = {one.repository: one for one in names.images(base)}
            if not found or image.repository in found:
                continue
            builder = next(iter(found.values())).services[0]
            yield Problem(
                what=f"The image of `{image.services[0]}` is built on that of `{builder}`, by its local name",
                value=base,
                file=settings.compose_file if image.build.inline else image.dockerfile,
                line=image.line if image.build.inline else _line(recipe.text, base),
                expected="an image that a registry has, or a stage of the same Dockerfile: images are built at the "
                "same time",
                hint=f"put both into one Dockerfile (`FROM … AS base`, and a `target:` for `{builder}`); or publish "
                "the base apart from the product, and name that reference",
            )


def _line(text: str, base: str) -> int:
    """The line of the first instruction that has a name; 0 if none has it as it is."""
    return next((item.line for item in instructions(text) if base in item.value), 0)

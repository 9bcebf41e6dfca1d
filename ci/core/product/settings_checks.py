"""Checks of the settings against the product: the names that it needs, and the images of its sidecars."""

from collections.abc import Iterator

from ci.core.compose.model import Compose
from ci.core.images.image import Image
from ci.core.images.published_names import proposals
from ci.core.settings import toml
from ci.core.settings.product import Settings
from ci.core.settings.read import FILE
from ci.errors import Problem


def prefix_problems(compose: Compose, settings: Settings) -> Iterator[Problem]:
    """A problem if images are built and their repositories can't be named."""
    built = [service.name for service in compose.services if service.build]
    if built and not settings.image_prefix:
        lines = "".join(f"\n    {line}" for line in proposals(compose))
        named = (
            f"; to publish under the names that the file has, below [tool.slipway.image_names]:{lines}" if lines else ""
        )
        yield Problem(
            what="The image prefix is not known, so the product's own images have no names",
            value=f"{len(built)} service(s) with a `build`: {', '.join(built)}",
            expected="the start of every own repository, such as ghcr.io/org/product",
            hint=f"set `image_prefix` in [tool.slipway] of {FILE}, or give --image-prefix{named}",
        )


def product_name_problems(settings: Settings) -> Iterator[Problem]:
    """A problem if the product's name in Omnistrate is not known, and for a name that omctl can't be asked about."""
    if not settings.product_name:
        yield Problem(
            what="The product's name in Omnistrate is not known",
            value="product_name is empty",
            expected="the name that Omnistrate has for the product, or is to give it",
            hint=f"set `product_name` in [tool.slipway] of {FILE}, or give --product-name",
        )
    for key, value in {"product_name": settings.product_name, "environment": settings.environment}.items():
        if "," in value or ":" in value:
            yield Problem(
                what=f"The setting `{key}` has a comma or a colon, by which omctl separates the parts of a filter",
                value=value,
                expected="a name without them: the instances of the product are looked up by it",
                hint=f"rename it in Omnistrate, and set `{key}` in [tool.slipway] of {FILE}",
            )


def env_secret_problems(compose: Compose, settings: Settings) -> Iterator[Problem]:
    """A problem for each table of `env_secrets` that is of no service."""
    for name, table in settings.env_secrets.items():
        if not isinstance(table, str) and name not in compose.by_name:
            from difflib import get_close_matches  # noqa: PLC0415 - its import is slow, and a name is seldom wrong

            near = get_close_matches(name, compose.by_name, n=1)
            yield Problem(
                what="The setting `env_secrets` has a table for a service that does not exist",
                value=name,
                file=FILE,
                expected=f"`{near[0]}`?" if near else "the name of a service of the compose file",
                hint=f"correct `{toml.key(name)}` below [tool.slipway.env_secrets], or remove the table",
            )


def sidecar_problems(settings: Settings, images: tuple[Image, ...]) -> Iterator[Problem]:
    """A problem for each sidecar of the settings whose image the product does not build."""
    names = [image.name for image in images]
    for sidecar, image in settings.sidecars.items():
        if names and image not in names:
            yield Problem(
                what=f"The setting `sidecars` gives `{sidecar}` an image that the product does not build",
                value=image,
                expected="one of " + ", ".join(names),
                hint=f"correct `{toml.key(sidecar)}` in {FILE}, below [tool.slipway.sidecars]",
            )

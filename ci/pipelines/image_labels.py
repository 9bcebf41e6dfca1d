"""Whether an image under a sha tag is the one that is to be released: its label names its product and Dockerfile."""

from ci.core.release.plan import IMAGE, ImagePlan
from ci.errors import ConfigurationError, Problem
from ci.pipelines.ports import Registry


async def require_own(image: ImagePlan, digest: str, registry: Registry) -> None:
    """Check that the image that its sha tag names has its label, or none: docs/decisions/0004-tags.md.

    Raises:
        ConfigurationError: the image is that of another product or Dockerfile.
        PublishError: its labels can't be read.
    """
    found = (await registry.labels(image.image.repository, digest)).get(IMAGE, image.label)
    if found != image.label:
        raise ConfigurationError(
            Problem(
                what=f"{image.sha_reference} is the image of another product or Dockerfile of this commit",
                value=f"its label {IMAGE} is `{found}`",
                expected=f"`{image.label}`",
                hint="give each product of a repository an `image_prefix` of its own in [tool.slipway], or the image "
                "another name below [tool.slipway.image_names]. If the image is the right one, run the same call "
                "again with --accept-images",
            )
        )

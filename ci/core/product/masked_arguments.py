"""The build arguments of an image whose values must not be kept anywhere outside of it."""

from ci.core.env_files.build_arguments import secret_arguments
from ci.core.images.image import Image
from ci.core.images.recipe import arguments_of
from ci.core.settings.product import Settings


def masked_arguments(image: Image, settings: Settings) -> frozenset[str]:
    """The names of the arguments that look like secrets, also of those that `env_literals` says are none."""
    return frozenset(name for name, _ in secret_arguments(arguments_of(image, settings).items(), ()))

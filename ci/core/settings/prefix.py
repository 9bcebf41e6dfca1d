"""Image prefixes of several products in one source or repository: each product has one of its own."""

import posixpath
import re
from dataclasses import replace

from ci.core.settings.product import Settings


def in_folder(prefix: str, folder: str) -> str:
    """The prefix of a product in a folder: `ghcr.io/org/repo-p1` for `p1`; as it is for `""` or an unknown prefix."""
    suffix = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")
    return f"{prefix}-{suffix}" if prefix and suffix else prefix


def for_compose_file(settings: Settings, own_file: str) -> Settings:
    """The settings with the prefix of the compose file's product.

    `own_file` is the compose file that the settings name: its product has their prefix alone. One in another folder is
    another product, whose images and records must not be taken for those of the first.
    """
    folder = posixpath.dirname(settings.compose_file)
    if folder == posixpath.dirname(own_file):
        return settings
    return replace(settings, image_prefix=in_folder(settings.image_prefix, folder))

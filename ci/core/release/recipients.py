"""Who is given the credentials of a call: what its arguments name, or the defaults, never what the source tree names.

A branch can be written by anybody whose pull request is released, or tried in CI, with the credentials of others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ci.core.settings.product import Settings
from ci.core.settings.read import FILE
from ci.errors import Problem

DEFAULT_REGISTRY = "ghcr.io"
"""The registry whose token a call is taken to have, if no argument names one."""
PLACEHOLDER = ".invalid"
"""The end of a host that no registry has (RFC 2606)."""


def registry_problems(settings: Settings, arguments: Mapping[str, Any], registry: str) -> Iterator[Problem]:
    """A problem if the registry token would go to another host than the caller named.

    `arguments` are those that override settings, and `registry` is the argument of that name.
    """
    named = registry or _host(arguments.get("image_prefix") or "") or DEFAULT_REGISTRY
    host = _host(settings.image_prefix)
    if host.endswith(PLACEHOLDER):
        yield Problem(
            what="The image prefix is a placeholder: a reference product's images are nobody's",
            value=settings.image_prefix,
            expected="a registry that exists",
            hint="give --image-prefix ghcr.io/OWNER/NAME to release it as your own; if it is not your product, "
            "give --source .",
        )
    elif host and host != named:
        yield Problem(
            what="The registry token would go to a registry that no argument of the call names",
            value=f"{host}, of the image prefix {settings.image_prefix}",
            expected=f"{named}, {'which --registry names' if registry else 'the default'}: the source tree does not "
            "decide who is given a credential",
            hint=f"give --registry {host} if the token is one of this registry",
        )


def omctl_problems(settings: Settings, arguments: Mapping[str, Any]) -> Iterator[Problem]:
    """A problem if the Omnistrate API key would go to an image that the source tree names."""
    if settings.omctl_image not in (Settings().omctl_image, arguments.get("omctl_image")):
        yield Problem(
            what="The Omnistrate API key would go to an image that no argument of the call names",
            value=settings.omctl_image,
            file=FILE,
            expected="the default or that of --omctl-image: the source tree does not decide who is given a credential",
            hint=f"give --omctl-image {settings.omctl_image} if you trust it, or remove `omctl_image` from "
            "[tool.slipway]",
        )


def _host(prefix: str) -> str:
    return prefix.partition("/")[0]

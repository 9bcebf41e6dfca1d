"""Which platform the services of an image are to run on: one image is built for one platform."""

from collections.abc import Iterable, Iterator

from ci.core.compose.interpolation import interpolate
from ci.core.compose.model import Compose
from ci.core.images.image import Image
from ci.core.settings import toml
from ci.core.yaml.nodes import Scalar
from ci.errors import Problem

_SAME = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}


def normal(platform: str) -> str:
    """A platform as containerd completes it: `linux/amd64` for `amd64`, `x86_64` and `Linux/amd64`."""
    parts = platform.strip().lower().split("/")
    system, *rest = parts if len(parts) > 1 else ["linux", *parts]
    machine = _SAME.get(rest[0], rest[0])
    variant = [] if (machine, *rest[1:2]) == ("arm64", "v8") else rest[1:2]
    return "/".join([system, machine, *variant])


def platform_problems(compose: Compose, images: Iterable[Image], platform: str) -> Iterator[Problem]:
    """A problem for each service that runs an own image on another platform than the one that this is built for.

    `platform` is the setting of that name; a build's own `platforms` wins over it. A variable without a value, and the
    engine's own platform (an empty setting), are not known.
    """
    variables = compose.original.variables if compose.original else {}
    for image in images:
        built = next(iter(image.build.options.platforms), platform)
        for name in image.services:
            pair = compose.by_name[name].keys.get("platform")
            written = pair.value.value if pair and isinstance(pair.value, Scalar) else ""
            wanted, unknown = interpolate(written, variables)
            if pair is None or not wanted or unknown or not built or normal(wanted) == normal(built):
                continue
            yield compose.document.problem(
                pair.key,
                f"Service `{name}` is to run on `{wanted}`, and its image is built for `{built}`",
                value=image.repository,
                expected="one platform for all services of an image: that of the setting `platform`",
                hint=f"set `platform = {toml.string(wanted)}` below [tool.slipway]; or for another image write in the "
                f"service's `build` `platforms: [{wanted}]`, and below [tool.slipway.image_names] "
                f'{toml.key(name)} = "…"; or take `platform` out of the service',
            )

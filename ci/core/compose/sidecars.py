"""The images of Omnistrate's sidecars, `x-omnistrate-capabilities.sidecars.NAME.imageNameWithTag`."""

from ci.core.compose.model import Service
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Pair


def sidecar_images(service: Service) -> dict[str, Pair]:
    """The pair `imageNameWithTag` of each sidecar that a service has without `extends`, by the sidecar's name."""
    keys = effective(service.node) if service.base else service.keys
    capabilities = keys.get("x-omnistrate-capabilities")
    sidecars = effective(capabilities.raw).get("sidecars") if capabilities else None
    entries = effective(sidecars.raw) if sidecars else {}
    images = {name: effective(pair.raw).get("imageNameWithTag") for name, pair in entries.items()}
    return {name: pair for name, pair in images.items() if pair is not None}

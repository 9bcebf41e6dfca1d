"""The images of Omnistrate's sidecars, `x-omnistrate-capabilities.sidecars.NAME.imageNameWithTag`."""

from collections.abc import Iterator

from ci.core.compose.model import Compose, Service
from ci.core.targets import Targets
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Pair


def own_sidecars(compose: Compose, targets: Targets) -> Iterator[tuple[Service, str, Pair]]:
    """The own sidecars of each service: their names, and the pairs of their images."""
    for service in compose.services:
        for name, pair in _sidecar_images(service).items():
            if name in targets.sidecars:
                yield service, name, pair


def _sidecar_images(service: Service) -> dict[str, Pair]:
    """The pair `imageNameWithTag` of each sidecar that a service has without `extends`, by the sidecar's name."""
    keys = effective(service.node) if service.base else service.keys
    capabilities = keys.get("x-omnistrate-capabilities")
    sidecars = effective(capabilities.raw).get("sidecars") if capabilities else None
    entries = effective(sidecars.raw) if sidecars else {}
    images = {name: effective(pair.raw).get("imageNameWithTag") for name, pair in entries.items()}
    return {name: pair for name, pair in images.items() if pair is not None}

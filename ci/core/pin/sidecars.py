"""The own sidecars: those that the setting `sidecars` names."""

from collections.abc import Iterator

from ci.core.compose.model import Compose, Service
from ci.core.compose.sidecars import sidecar_images
from ci.core.targets import Targets
from ci.core.yaml.nodes import Pair


def own_sidecars(compose: Compose, targets: Targets) -> Iterator[tuple[Service, str, Pair]]:
    """The own sidecars of each service: their names, and the pairs of their images."""
    for service in compose.services:
        for name, pair in sidecar_images(service).items():
            if name in targets.sidecars:
                yield service, name, pair

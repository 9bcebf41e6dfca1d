"""Where the text of a pinned file may differ from its source, found in the source by the proof itself."""

from dataclasses import dataclass, field

from ci.core.proof.meaning import Meaning, text_of
from ci.core.proof.nodes import Alias, Mapping, Node, Scalar, deref, key_name
from ci.core.proof.services import CAPABILITIES, IMAGE_OF_SIDECAR, SIDECARS
from ci.core.references import mentions_of
from ci.core.targets import Targets


@dataclass
class PinnedPlaces:
    """Nodes of the source whose text may change, and what may be written there."""

    references: frozenset[str]
    """Those of the images that are pinned."""
    images: set[str] = field(default_factory=set)
    """Each `image` of the source: a service may get one that it inherited so far."""
    fragments: set[Node] = field(default_factory=set)
    """Mappings that are a service or are merged into one: `build` and `env_file` go, others may come."""
    environments: set[Node] = field(default_factory=set)
    """Collections that are a service's `environment` or are merged into one: variables may come."""
    values: dict[Node, frozenset[str]] = field(default_factory=dict)
    """Values of `image` and of own sidecars, each with the references that may stand there."""
    services: Node | None = None
    """The value of `services`."""


def pinned_places(source: Meaning, targets: Targets) -> PinnedPlaces:
    """The places of a source that a pin to these targets may change."""
    places = PinnedPlaces(frozenset(targets.images.values()))
    services = source.child(source.document.root, "services")
    places.services = services and deref(services)
    for service in source.services().values():
        for layer in source.layers(service):
            if layer not in places.fragments:
                places.fragments.add(layer)
                _fragment(source, layer, places, targets)
        sidecars = source.child(service, CAPABILITIES, SIDECARS) if targets.sidecars else None
        for name, sidecar in source.keys(sidecars).items():
            image = source.child(sidecar, IMAGE_OF_SIDECAR)
            if image is not None and str(name) in targets.sidecars:
                _allow(places, image, targets, frozenset({targets.sidecars[str(name)]}))
    return places


def _fragment(source: Meaning, layer: Mapping, places: PinnedPlaces, targets: Targets) -> None:
    """Add what may change in a mapping that is a service or merged into one."""
    for key, value in layer.items:
        name = key_name(key)
        if name == "image":
            _allow(places, value, targets, places.references)
            places.images.add(text_of(value) or "")
        elif name == "environment":
            places.environments.add(deref(value))
            places.environments.update(source.layers(value))


def _allow(places: PinnedPlaces, value: Node, targets: Targets, references: frozenset[str]) -> None:
    """Let a value become one of some references; so may what an alias stands for, if that names an own image."""
    known = places.values.setdefault(value, references)
    if known is not references:  # to unite equal sets at each place would take quadratic time
        places.values[value] = known | references
    meant = deref(value)
    if isinstance(value, Alias) and isinstance(meant, Scalar) and mentions_of(targets.repositories, meant.value):
        places.values[meant] = places.values.get(meant, references)

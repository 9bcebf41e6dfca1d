"""Where each service gets the reference of its own image from.

A place in the text is changed if every service that reads it gets the same reference: an `image` gets a new value, and
a `build` without one is replaced by the `image`. Where services with different references share a place, its `build` is
removed, and each of these services gets an `image` of its own, after the merge that it inherits from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ci.core.compose.model import Compose, Service
from ci.core.pin.edits import Edit, NewValue, Removal, conflict
from ci.core.pin.insert import insert_after
from ci.core.pin.replace import pair_text
from ci.core.yaml import nodes
from ci.core.yaml.merges import layers
from ci.core.yaml.nodes import Pair, Scalar, is_merge, is_null, own


@dataclass
class ImagePins:
    """What to do with every `image` and `build`."""

    removals: list[Removal] = field(default_factory=list)
    new_values: list[NewValue] = field(default_factory=list)
    inserted: list[Edit] = field(default_factory=list)
    """Edits that give a service an `image` of its own."""


def pin_images(compose: Compose, references: Mapping[str, str]) -> ImagePins:
    """Plan how each service gets its reference, given by service name; the others keep their image.

    Raises:
        ConfigurationError: services share a place and need different references, and none can have its own `image`.
    """
    plan = _Plan(compose, references)
    assigned = plan.assigned()
    pins = ImagePins(inserted=plan.insert_own(assigned))
    for place, (image, build) in plan.places.items():
        reference = assigned.get(place)
        if image and reference:
            pins.new_values.append(NewValue(image, reference))
        if build and reference and not image:
            pins.removals.append(Removal(build, pair_text(build, "image", reference)))
        elif build:
            pins.removals.append(Removal(build))
    return pins


class _Plan:
    """The mappings that services read their `image` and `build` from.

    `places` has, for each of them, the `image` and the `build` in its own text.
    """

    def __init__(self, compose: Compose, references: Mapping[str, str]) -> None:
        self._compose = compose
        self._references = references
        self._layers = {service.name: list(layers(service.node)) for service in compose.services}
        read = dict.fromkeys(layer for found in self._layers.values() for layer in found)
        self.places = {layer: (own(layer, "image"), own(layer, "build")) for layer in read}

    def assigned(self) -> dict[nodes.Mapping, str]:
        """The references of the mappings that get one.

        A service's own mapping gets the service's reference. A mapping that is merged gets one if all services that
        read their image from it need the same. Where only a `build` goes and the `image` behind it becomes the same
        reference, none is written.
        """
        needed: dict[nodes.Mapping, list[str]] = {}
        of_itself: dict[nodes.Mapping, list[str]] = {}
        unchanged: set[nodes.Mapping] = set()
        for service in self._compose.services:
            place = next((one for one in self._layers[service.name] if any(self.places[one])), None)
            if place is None:
                continue
            reference = self._references.get(service.name)
            if reference is None:
                unchanged.add(place)
                continue
            needed.setdefault(place, []).append(reference)
            if place is service.node:
                of_itself.setdefault(place, []).append(reference)
        assigned: dict[nodes.Mapping, str] = {}
        for place, references in needed.items():
            own_references = of_itself.get(place, [])
            if len(set(own_references)) > 1:
                raise conflict(self._compose.document, place.start)
            if own_references or (len(set(references)) == 1 and place not in unchanged):
                assigned[place] = (own_references or references)[0]
        return {place: reference for place, reference in assigned.items() if not self._inherited(place, assigned)}

    def _inherited(self, place: nodes.Mapping, assigned: Mapping[nodes.Mapping, str]) -> bool:
        """Whether a mapping with a `build` and no `image` inherits the reference that it is to get."""
        behind = next((one for one in layers(place) if self.places[one][0]), None)
        return behind is not None and behind is not place and assigned.get(behind) == assigned[place]

    def insert_own(self, assigned: dict[nodes.Mapping, str]) -> list[Edit]:
        """The edits that give an `image` of its own to each service that would inherit a wrong one.

        Adds these services' mappings to `assigned`.
        """
        document = self._compose.document
        edits: list[Edit] = []
        for service in self._compose.services:
            wanted = self._references.get(service.name, service.image)
            if self._image(service, assigned) == wanted:
                continue
            node = service.node
            if not wanted or node in assigned or self.places[node][0] or not node.items:
                raise conflict(document, node.start)
            assigned[node] = wanted
            neighbour = last_merge(node)
            edits.append(insert_after(document, neighbour, pair_text(neighbour, "image", wanted)))
        return edits

    def _image(self, service: Service, assigned: Mapping[nodes.Mapping, str]) -> str:
        """The image of a service in the result."""
        for place in self._layers[service.name]:
            if place in assigned:
                return assigned[place]
            if image := self.places[place][0]:
                value = image.value
                return value.value if isinstance(value, Scalar) and not is_null(value) else ""
        return self._image(self._compose.by_name[service.base], assigned) if service.base else ""


def last_merge(node: nodes.Mapping) -> Pair:
    """The pair after which an inherited key is overridden: the last merge, else `extends`, else the last pair."""
    pairs = [Pair(key, value, node) for key, value in node.items if isinstance(key, Scalar)]
    merges = [pair for pair in pairs if is_merge(pair.key)]
    return (merges or [pair for pair in pairs if pair.key.value == "extends"] or pairs)[-1]

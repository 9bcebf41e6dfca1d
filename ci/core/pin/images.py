"""Where each service gets its own image's reference from: the one place, if its text is shared, that suits all.

A place is changed where it stands if all who read it want the same: an `image` is given its new value, a `build`
without one becomes the `image`. What is shared by services that want different ones loses its `build`, and each of
these gets an `image` of its own behind the merge that brought the other.
"""

from collections.abc import Mapping

from ci.core.compose.parse import Compose, Service
from ci.core.pin.edits import Edit, conflict, insert_after, pair_text
from ci.core.yaml import nodes as yaml_tree
from ci.core.yaml.nodes import Pair, Scalar, is_merge, is_null, layers, own


class ImagePins:
    """What to do with every `image` and `build`.

    `removed` are the pairs to cut, each with what stands in its place; `replaced` the `image` pairs with their new
    values; `inserted` the edits that give a service an `image` of its own.
    """

    def __init__(self, compose: Compose, wanted: Mapping[str, str]) -> None:
        self.removed: list[tuple[Pair, str]] = []
        self.replaced: list[tuple[Pair, str]] = []
        self.inserted: list[Edit] = []
        self._compose = compose
        self._wanted = wanted
        self._by_name = {service.name: service for service in compose.services}
        self._layers = {id(service.node): list(layers(service.node)) for service in compose.services}
        every = {id(layer): layer for found in self._layers.values() for layer in found}
        self._own = {place: (own(layer, "image"), own(layer, "build")) for place, layer in every.items()}
        """The `image` and the `build` that stand in a mapping's own text, by its identity."""
        self._given: dict[int, str] = {}
        """The reference that a mapping gives to those who read it, by its identity."""
        self._assign()
        self._insert()
        self._collect()

    def _places(self, service: Service) -> list[yaml_tree.Mapping]:
        return self._layers[id(service.node)]

    def _assign(self) -> None:
        voters: dict[int, dict[str, Service]] = {}
        owners: dict[int, dict[str, Service]] = {}
        keepers: set[int] = set()
        for service in self._compose.services:
            reference = self._wanted.get(service.name)
            first = next((one for one in self._places(service) if any(self._own[id(one)])), None)
            if first is None:
                continue
            if reference is None:
                keepers.add(id(first))
                continue
            voters.setdefault(id(first), {})[reference] = service
            if first is service.node:
                owners.setdefault(id(first), {})[reference] = service
        for place, found in voters.items():
            given = owners.get(place, {})
            if len(given) > 1:
                raise conflict(self._compose.document, next(iter(given.values())).node.start)
            if given or (len(found) == 1 and place not in keepers):
                self._given[place] = next(iter(given or found))

    def _image(self, service: Service) -> str:
        """What a service runs in the result."""
        for place in self._places(service):
            if id(place) in self._given:
                return self._given[id(place)]
            if image := self._own[id(place)][0]:
                value = image.value
                return value.value if isinstance(value, Scalar) and not is_null(value) else ""
        return self._image(self._by_name[service.base]) if service.base else ""

    def _insert(self) -> None:
        for service in self._compose.services:
            right = self._wanted.get(service.name, service.image)
            if self._image(service) == right:
                continue
            node = service.node
            if not right or id(node) in self._given or self._own[id(node)][0] or not node.items:
                raise conflict(self._compose.document, node.start)
            self._given[id(node)] = right
            behind = last_merge(node)
            self.inserted.append(insert_after(self._compose.document, behind, pair_text(behind, "image", right)))

    def _collect(self) -> None:
        seen: set[int] = set()
        for service in self._compose.services:
            for place in self._places(service):
                if id(place) in seen:
                    continue
                seen.add(id(place))
                reference = self._given.get(id(place))
                image, build = self._own[id(place)]
                if image and reference:
                    self.replaced.append((image, reference))
                if build:
                    here = pair_text(build, "image", reference) if reference and not image else ""
                    self.removed.append((build, here))


def last_merge(node: yaml_tree.Mapping) -> Pair:
    """The pair behind which an inherited key is overridden: the last merge, or `extends`, or else the first."""
    pairs = [Pair(key, value, node) for key, value in node.items if isinstance(key, Scalar)]
    merges = [pair for pair in pairs if is_merge(pair.key)]
    return (merges or [pair for pair in pairs if pair.key.value == "extends"] or pairs)[-1]

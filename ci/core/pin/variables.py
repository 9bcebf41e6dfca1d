"""The environment variables of each service: what it must have, and what it has with the entries placed so far."""

from collections.abc import Mapping
from functools import cached_property

from ci.core.compose.model import Compose, Service
from ci.core.compose.name_values import names_and_values
from ci.core.yaml import nodes
from ci.core.yaml.merges import layers
from ci.core.yaml.nodes import Alias, Node, Pair, Scalar, Value, is_merge, is_null, own, resolved, walk

Values = dict[str, str | None]
"""Variables by name; None for one without a value, which compose takes from where it runs."""


class Variables:
    """The variables of all services, while entries of env files are placed in the text.

    `added` are the entries placed in a collection of the text, `created` the `environment` that a mapping gets;
    `required` is what each service must have in the end: the entries of its env files, overridden by its `environment`.
    """

    def __init__(self, compose: Compose, entries: Mapping[str, Mapping[str, str]]) -> None:
        self._compose = compose
        self._entries = entries
        self.layers = {service.name: list(layers(service.node)) for service in compose.services}
        self.added: dict[Value, dict[str, str]] = {}
        self.created: dict[nodes.Mapping, Values] = {}
        self.required: dict[str, Values] = {
            service.name: {**entries.get(service.name, {}), **self._explicit(service)} for service in compose.services
        }

    def environment(self, service: Service) -> Pair | None:
        """The `environment` that a service has in its own text or by a merge."""
        found = (own(layer, "environment") for layer in self.layers[service.name])
        return next((pair for pair in found if pair), None)

    def current(self, service: Service) -> Values:
        """The variables of a service with all that is placed so far."""
        found: Values = {}
        for one in self._compose.ancestry(service):
            found |= self._without_extends(one)
        return found

    def missing(self, service: Service) -> dict[str, str]:
        """The entries of a service's env files that it must have and that are not placed yet."""
        required, current = self.required[service.name], self.current(service)
        return {
            name: value
            for name, value in self._entries.get(service.name, {}).items()
            if required[name] == value and (name not in current or current[name] != value)
        }

    def fits(self, service: Service) -> bool:
        """Whether a service has no variable that it must not have, and each that its `environment` names.

        A wrong value from a service that it extends may be overridden later, in its own `environment`.
        """
        required, current = self.required[service.name], self.current(service)
        own_values = self._without_extends(service)
        return all(
            name in required and (required[name] == value or name not in own_values) for name, value in current.items()
        ) and all(name in current for name in self._explicit(service))

    def is_complete(self, service: Service) -> bool:
        """Whether a service has exactly the variables that it must have."""
        return self.fits(service) and self.current(service) == self.required[service.name]

    def readers(self) -> dict[Node, list[Service]]:
        """For each mapping and each `environment`, the services that read it by merges or `extends`."""
        found: dict[Node, list[Service]] = {}
        for service in self._compose.services:
            read: dict[Node, None] = {}
            for one in self._compose.ancestry(service):
                read |= dict.fromkeys(self.layers[one.name])
                if pair := self.environment(one):
                    read |= dict.fromkeys((pair.value, *layers(pair.value)))
            for node in read:
                found.setdefault(node, []).append(service)
        return found

    @cached_property
    def used_elsewhere(self) -> frozenset[Node]:
        """The collections that an alias brings to a place which is neither an `environment` nor a service."""
        read: set[Node] = set()
        for layer in dict.fromkeys(layer for found in self.layers.values() for layer in found):
            pairs = [pair for pair in (own(layer, "environment"), own(layer, "<<")) if pair]
            for one in pairs[:1]:
                pairs += [merge for inner in layers(one.raw) if (merge := own(inner, "<<"))]
            for pair in pairs:
                read |= {pair.raw, *(pair.raw.items if isinstance(pair.raw, nodes.Sequence) else ())}
        services = {layer for found in self.layers.values() for layer in found}
        others = {alias.target for alias in self._compose.document.aliases if alias not in read} - services
        return frozenset(node for target in others for node in walk(target) if not isinstance(node, Alias | Scalar))

    def _explicit(self, service: Service) -> Values:
        """What the `environment` of a service and of those that it extends has in the source."""
        found: Values = {}
        for one in self._compose.ancestry(service):
            if pair := self.environment(one):
                found |= names_and_values(pair.raw)
        return found

    def _without_extends(self, service: Service) -> Values:
        """The variables that a service has in its own text or by merges, with all that is placed so far."""
        for layer in self.layers[service.name]:
            if layer in self.created:
                return self.created[layer]
            if pair := own(layer, "environment"):
                found: Values = {}
                read: list[Value] = [*layers(pair.value)] or [pair.value]
                for node in reversed(read):
                    found |= self.added.get(node, {})
                    found |= _own_values(node)
                return found
        return {}


def _own_values(node: Value) -> Values:
    """The variables in a collection's own text, without its merges."""
    if isinstance(node, nodes.Mapping):
        return {key.value: _value(value) for key, value in node.items if isinstance(key, Scalar) and not is_merge(key)}
    return names_and_values(node)


def _value(node: Node) -> str | None:
    value = resolved(node)
    if is_null(value):
        return None
    return value.value if isinstance(value, Scalar) else ""

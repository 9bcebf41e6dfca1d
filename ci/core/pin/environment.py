"""Where the entries of env files go, when `env_file` is removed.

In the end each service must have what compose gives it today: the entries of its env files, overridden by its
`environment`. The entries are placed where no service gets one that it must not have: in the `environment` that the
service reads, if all its readers need them; in place of the `env_file`, if there is no `environment`; else in an
`environment` of the service's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ci.core.compose.model import Compose, Service
from ci.core.compose.name_values import names_and_values
from ci.core.pin.edits import Edit, Removal
from ci.core.pin.environment_text import copied_lines, environment_text, items_text, lines_text, mapping_text
from ci.core.pin.images import last_merge
from ci.core.pin.insert import add_items, insert_after
from ci.core.pin.replace import is_json
from ci.core.pin.variables import Variables
from ci.core.yaml import nodes
from ci.core.yaml.merges import layers
from ci.core.yaml.nodes import Alias, Pair, Scalar, Value, own, walk
from ci.errors import ConfigurationError


@dataclass
class EnvironmentPins:
    """The `env_file` pairs to remove, and the edits that place entries elsewhere."""

    removals: list[Removal] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    split: list[Value] = field(default_factory=list)
    """Each anchored `environment` that gets entries which those that have its aliases must not get."""


def pin_environment(compose: Compose, entries: Mapping[str, Mapping[str, str]]) -> EnvironmentPins:
    """Plan the removal of every `env_file`; `entries` has the variables of each service's env files.

    Raises:
        ConfigurationError: services that need different entries share an `environment`, and none can have its own.
    """
    if not any("env_file" in service.keys for service in compose.services):
        return EnvironmentPins()
    placement = _Placement(compose, entries)
    placement.place_all()
    return EnvironmentPins(list(placement.removals()), placement.edits, placement.split)


class _Placement:
    """Places entries service by service; those that others extend come first."""

    def __init__(self, compose: Compose, entries: Mapping[str, Mapping[str, str]]) -> None:
        self.edits: list[Edit] = []
        self.split: list[Value] = []
        self._compose = compose
        self._document = compose.document
        self._variables = Variables(compose, entries)
        self._readers = self._variables.readers()
        self._fixed: set[nodes.Node] = set()
        """Collections that an `environment` which was made here merges: what is added to one would be in it as well."""
        self._lines: dict[nodes.Mapping, Mapping[str, str]] = {}
        """The text of an `environment` that a mapping gets, by name, if some of it is copied."""

    def place_all(self) -> None:
        """Find a place for all entries."""
        for service in sorted(self._compose.services, key=self._order):
            if missing := self._variables.missing(service):
                self._place(service, missing)
        for service in self._compose.services:
            if not self._variables.is_complete(service):
                raise self._shared(service)
        for node, added in self._variables.added.items():
            if added and not isinstance(node, Scalar):
                self.edits.append(add_items(self._document, node, items_text(node, added)))

    def removals(self) -> Iterable[Removal]:
        """Each `env_file`, with the `environment` that is written in its place, if any."""
        for layer in dict.fromkeys(layer for found in self._variables.layers.values() for layer in found):
            pair = own(layer, "env_file")
            if pair is None:
                continue
            lines: Mapping[str, str] = {}
            created = self._variables.created.get(layer)
            if created is not None and own(layer, "environment") is None:
                lines = self._lines.get(layer) or lines_text(created, json=is_json(pair))
            yield Removal(pair, environment_text(self._document, pair, lines.values()) if lines else "")

    def _order(self, service: Service) -> tuple[int, int]:
        pair = self._variables.environment(service)
        return len(self._compose.ancestry(service)), pair.value.start if pair else service.node.start

    def _place(self, service: Service, missing: Mapping[str, str]) -> None:
        pair = self._variables.environment(service)
        if pair is None:
            placed = self._in_place_of_env_file(service, missing)
        elif isinstance(pair.value, Scalar):
            raise self._single_value(service, pair)
        else:
            placed = self._in_environment(pair.value, missing)
        if not placed:
            self._in_own_environment(service, pair, missing)

    def _in_environment(self, node: nodes.Mapping | nodes.Sequence, missing: Mapping[str, str]) -> bool:
        """Add the entries to the `environment` in the text, if that suits all its readers."""
        if not node.items and not node.flow:
            return False
        if node in self._fixed or node in self._variables.used_elsewhere:
            return False
        added = self._variables.added
        before = added.get(node, {})
        added[node] = {**before, **missing}
        if self._suits_readers(node):
            return True
        added[node] = before
        return False

    def _in_place_of_env_file(self, service: Service, missing: Mapping[str, str]) -> bool:
        """Write an `environment` in place of the `env_file` that a service reads, if that suits all its readers."""
        layers = self._variables.layers[service.name]
        layer = next((one for one in layers if own(one, "env_file")), None)
        if layer is None:
            return False
        self._variables.created[layer] = dict(missing)
        if self._suits_readers(layer):
            return True
        del self._variables.created[layer]
        return False

    def _suits_readers(self, node: nodes.Mapping | nodes.Sequence) -> bool:
        return all(self._variables.fits(reader) for reader in self._readers[node])

    def _in_own_environment(self, service: Service, pair: Pair | None, missing: Mapping[str, str]) -> None:
        """Give a service an `environment` of its own, with what it inherits from `pair` and the entries."""
        node = service.node
        values = {**(names_and_values(pair.raw) if pair else {}), **missing}
        if pair and pair.owner is node and isinstance(pair.raw, Alias):
            self.edits.append(self._alias_extended(service, pair, missing))
        elif pair and pair.owner is node:
            self.edits.append(self._anchored_extended(service, pair.value, missing))
        else:
            lines = {**(copied_lines(self._document.text, pair) if pair else {}), **lines_text(missing)}
            self._lines[node] = lines
            if own(node, "env_file") is None:
                neighbour = last_merge(node)
                text = environment_text(self._document, neighbour, lines.values())
                self.edits.append(insert_after(self._document, neighbour, text))
        self._variables.created[node] = values

    def _alias_extended(self, service: Service, pair: Pair, missing: Mapping[str, str]) -> Edit:
        """Replace `environment: *alias` by a mapping that merges the alias and has the entries."""
        if not isinstance(pair.raw, Alias) or not isinstance(pair.value, nodes.Mapping):
            raise self._shared(service)
        self._fixed.update(layers(pair.value))
        new = mapping_text(self._document, pair, [f"<<: *{pair.raw.name}", *lines_text(missing).values()])
        start = pair.raw.start
        if not pair.owner.flow:  # the new text begins with a line break: no blanks before it
            start = pair.key.end + len(self._document.text[pair.key.end : start].rstrip(" "))
        return Edit(start, pair.raw.end, new)

    def _anchored_extended(self, service: Service, node: Value, missing: Mapping[str, str]) -> Edit:
        """Add the entries to `environment: &name`, whose anchor then goes with the old value to its first alias."""
        anchored = [one for one in walk(node) if not isinstance(one, Alias) and one.anchor]
        if isinstance(node, Scalar) or anchored != [node] or node.tag:
            raise self._shared(service)
        self.split.append(node)
        self._fixed.add(node)
        return add_items(self._document, node, items_text(node, missing))

    def _single_value(self, service: Service, pair: Pair) -> ConfigurationError:
        return ConfigurationError(
            self._document.problem(
                pair.key,
                f"`environment` of `{service.name}` is empty or a single value, beside an `env_file`",
                expected="a mapping or a list, or no `environment` at all",
                hint="remove the key `environment`, or write its variables below it",
            )
        )

    def _shared(self, service: Service) -> ConfigurationError:
        place = service.keys.get("environment") or service.keys.get("env_file")
        return ConfigurationError(
            self._document.problem(
                place.key if place else service.node,
                f"`environment` of `{service.name}` is shared by an anchor with services that have another `env_file`",
                expected="an `environment` of its own for each of these services",
                hint="write the `environment` out in each of them",
            )
        )

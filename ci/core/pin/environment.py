"""Where the entries go that stand in for a service's `env_file`.

Each service must have in the end what compose gives it today: the entries of its env files, less those that its
`environment` says otherwise. They are put where they disturb nobody: into the `environment` that is there, if all who
read that text want them; in place of the `env_file`, if there is none; else into an `environment` of the service's own.
"""

from collections.abc import Iterable, Mapping

from ci.core.compose.parse import Compose, Service
from ci.core.pin.edits import Edit, add_items, insert_after
from ci.core.pin.images import last_merge
from ci.core.yaml import nodes as yaml_tree
from ci.core.yaml.nodes import BREAK, Alias, Document, Node, Pair, Scalar, Sequence, is_null, layers, own, resolved
from ci.core.yaml.values import key, names_and_nodes, names_and_values, quoted
from ci.errors import ConfigurationError

Values = dict[str, str | None]


class EnvironmentPins:
    """What to do with every `env_file`: the pairs to cut, each with what stands in its place, and other `edits`.

    Raises:
        ConfigurationError: what is shared by an anchor can't be added to for one service alone.
    """

    def __init__(self, compose: Compose, entries: Mapping[str, Mapping[str, str]]) -> None:
        self.removed: list[tuple[Pair, str]] = []
        self.edits: list[Edit] = []
        self._compose = compose
        self._entries = entries
        if not any("env_file" in service.keys for service in compose.services):
            return
        self._by_name = {service.name: service for service in compose.services}
        self._layers = {id(service.node): list(layers(service.node)) for service in compose.services}
        self._added: dict[int, dict[str, str]] = {}
        """What is added to a collection, by its identity."""
        self._nodes: dict[int, yaml_tree.Mapping | Sequence] = {}
        self._made: dict[int, Values] = {}
        """The `environment` that a mapping gets, by its identity."""
        self._written: dict[int, dict[str, str]] = {}
        """Its lines, by name, where some are copied from another."""
        self._right = {service.name: self._wanted(service) for service in compose.services}
        self._place_all()
        self._cut()

    def _environment(self, service: Service) -> Pair | None:
        """The `environment` that a service reads by merges."""
        found = (own(one, "environment") for one in self._layers[id(service.node)])
        return next((pair for pair in found if pair), None)

    def _chain(self, service: Service) -> list[Service]:
        chain = [service]
        while chain[-1].base:
            chain.append(self._by_name[chain[-1].base])
        return chain[::-1]

    def _explicit(self, service: Service) -> Values:
        found: Values = {}
        for one in self._chain(service):
            if pair := self._environment(one):
                found |= names_and_values(pair.written)
        return found

    def _wanted(self, service: Service) -> Values:
        return {**self._entries.get(service.name, {}), **self._explicit(service)}

    def _got(self, service: Service) -> Values:
        """What a service has with all that is placed so far."""
        found: Values = {}
        for one in self._chain(service):
            found |= self._read(one)
        return found

    def _read(self, service: Service) -> Values:
        """What a service reads by merges, with all that is placed so far."""
        found: Values = {}
        for layer in self._layers[id(service.node)]:
            if id(layer) in self._made:
                return self._made[id(layer)]
            if pair := own(layer, "environment"):
                read: list[Node] = [*layers(pair.value)] or [pair.value]
                for node in reversed(read):
                    found |= self._added.get(id(node), {})
                    found |= _own_values(node)
                return found
        return found

    def _fits(self, service: Service) -> bool:
        """Whether a service has nothing that it should not have, and all that its `environment` says.

        What is another in the service that it extends can still be said in its own.
        """
        right, got, read = self._right[service.name], self._got(service), self._read(service)
        return all(name in right and (right[name] == value or name not in read) for name, value in got.items()) and all(
            name in got for name in self._explicit(service)
        )

    def _place_all(self) -> None:
        readers = self._readers()
        order = sorted(self._compose.services, key=self._position)
        for service in order:
            got = self._got(service)
            entries, right = self._entries.get(service.name, {}), self._right[service.name]
            missing = {n: v for n, v in entries.items() if right[n] == v and (n not in got or got[n] != v)}
            if missing:
                self._place(service, missing, readers)
        for service in self._compose.services:
            if not self._fits(service) or self._got(service) != self._right[service.name]:
                raise self._shared(service)
        for place, entries in self._added.items():
            if entries:
                node = self._nodes[place]
                self.edits.append(add_items(self._compose.document, node, _items(node, entries)))

    def _position(self, service: Service) -> tuple[int, int]:
        pair = self._environment(service)
        return (len(self._chain(service)), pair.value.start if pair else service.node.start)

    def _readers(self) -> dict[int, list[Service]]:
        """The services that read a mapping or an `environment`, by its identity."""
        found: dict[int, list[Service]] = {}
        for service in self._compose.services:
            nodes: dict[int, Node] = {}
            for one in self._chain(service):
                nodes |= {id(layer): layer for layer in self._layers[id(one.node)]}
                if pair := self._environment(one):
                    nodes |= {id(node): node for node in (pair.value, *layers(pair.value))}
            for node in nodes:
                found.setdefault(node, []).append(service)
        return found

    def _place(self, service: Service, missing: dict[str, str], readers: Mapping[int, list[Service]]) -> None:
        pair = self._environment(service)
        if pair is not None:
            node = pair.value
            if isinstance(node, Scalar):
                raise self._single(service, pair)
            if node.items or node.flow:
                before = dict(self._added.get(id(node), {}))
                self._added[id(node)] = before | missing
                self._nodes[id(node)] = node
                if all(self._fits(one) for one in readers[id(node)]):
                    return
                self._added[id(node)] = before
        else:
            place = next((one for one in self._layers[id(service.node)] if own(one, "env_file")), None)
            if place is not None:
                self._made[id(place)] = {**missing}
                if all(self._fits(one) for one in readers[id(place)]):
                    return
                del self._made[id(place)]
        self._place_own(service, pair, missing)

    def _place_own(self, service: Service, pair: Pair | None, missing: dict[str, str]) -> None:
        """Give a service an `environment` of its own."""
        document, node = self._compose.document, service.node
        values = {**(names_and_values(pair.written) if pair else {}), **missing}
        if pair and pair.owner is node:
            if not isinstance(pair.written, Alias) or not isinstance(pair.value, yaml_tree.Mapping):
                raise self._shared(service)
            new = _block(document, pair, [f"<<: *{pair.written.name}", *_lines(missing).values()])
            space = len(document.text[pair.key.end : pair.written.start].rstrip(" ")) if not pair.owner.flow else 0
            self.edits.append(Edit(pair.key.end + space if space else pair.written.start, pair.written.end, new))
        else:
            lines = {**_copied(document.text, pair), **_lines(missing)}
            self._written[id(node)] = lines
            if own(node, "env_file") is None:
                behind = last_merge(node)
                self.edits.append(insert_after(document, behind, _environment_text(document, behind, lines)))
        self._made[id(node)] = values

    def _cut(self) -> None:
        seen: set[int] = set()
        for service in self._compose.services:
            for layer in self._layers[id(service.node)]:
                pair = own(layer, "env_file")
                if pair is None or id(layer) in seen:
                    continue
                seen.add(id(layer))
                lines: Mapping[str, str] = {}
                if id(layer) in self._made and own(layer, "environment") is None:
                    json = layer.flow and pair.key.style == '"'
                    lines = self._written.get(id(layer)) or _lines(self._made[id(layer)], json=json)
                instead = _environment_text(self._compose.document, pair, lines) if lines else ""
                self.removed.append((pair, instead))

    def _single(self, service: Service, pair: Pair) -> ConfigurationError:
        return ConfigurationError(
            self._compose.document.problem(
                pair.key,
                f"`environment` of `{service.name}` is empty or a single value, beside an `env_file`",
                expected="a mapping or a list, or no `environment` at all",
                hint="remove the key",
            )
        )

    def _shared(self, service: Service) -> ConfigurationError:
        place = service.keys.get("environment") or service.keys.get("env_file")
        node = place.key if place else service.node
        return ConfigurationError(
            self._compose.document.problem(
                node,
                f"`environment` of `{service.name}` is shared by an anchor with services that have another `env_file`",
                expected="an `environment` of its own for each of them",
                hint="write it out in each",
            )
        )


def _own_values(node: Node) -> Values:
    """What stands in a collection's own text."""
    if isinstance(node, yaml_tree.Mapping):
        return {
            one.value: None if is_null(resolved(value)) else getattr(resolved(value), "value", "")
            for one, value in node.items
            if isinstance(one, Scalar) and not yaml_tree.is_merge(one)
        }
    return names_and_values(node)


def _items(node: Node, entries: Mapping[str, str]) -> list[str]:
    if isinstance(node, Sequence):
        return [quoted(f"{name}={value}") for name, value in entries.items()]
    json = (
        isinstance(node, yaml_tree.Mapping)
        and node.flow
        and any(isinstance(one, Scalar) and one.style == '"' for one, _ in node.items)
    )
    return list(_lines(entries, json=json).values())


def _lines(entries: Mapping[str, str | None], *, json: bool = False) -> dict[str, str]:
    """Each entry as it stands in a mapping, by its name."""
    return {
        name: f"{quoted(name) if json else key(name)}:" + ("" if value is None else f" {quoted(value)}")
        for name, value in entries.items()
    }


def _copied(text: str, pair: Pair | None) -> dict[str, str]:
    """The entries of an `environment` as they are written, each as the line of a mapping."""
    found: dict[str, str] = {}
    if pair is None:
        return found
    values = names_and_values(pair.written)
    for name, node in names_and_nodes(pair.written).items():
        value = values[name]
        found |= _lines({name: value})
        if isinstance(node, Scalar) and node.anchor is None and not BREAK.search(raw := text[node.start : node.end]):
            found[name] = f"{key(name)}: {raw}".rstrip()
    return found


def _environment_text(document: Document, like: Pair, lines: Mapping[str, str]) -> str:
    name = '"environment"' if like.owner.flow and like.key.style == '"' else "environment"
    space = " " if like.owner.flow else ""
    return f"{name}:{space}{_block(document, like, lines.values())}"


def _block(document: Document, like: Pair, lines: Iterable[str]) -> str:
    """Lines as a mapping behind a key that stands where `like` does."""
    if like.owner.flow:
        return f"{{{', '.join(lines)}}}"
    start = document.line_start(like.key.start)
    indent = " " * (like.key.start - start + 2)
    found = BREAK.search(document.text, start)
    newline = found.group() if found else document.newline
    return "".join(f"{newline}{indent}{line}" for line in lines)

"""The exact pin: the compose file's text with every own image at its sha tag, and nothing else touched.

The places come from the parser, the change is made by span (docs/decisions/0002-exact-pin.md), and the result is held
against the source by `ci.core.proof` before anybody sees it.
"""

from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any, NamedTuple

from ci.core import proof
from ci.core.compose import Compose, Service, names_and_values
from ci.core.edits import Edit, apply, insert_pair, item_block, remove_pair, replace_value
from ci.core.yaml_tree import MappingNode, Pair, ScalarNode, effective
from ci.errors import ConfigurationError


class Change(NamedTuple):
    """A reference that the pin moves, for people: `where: old → new`."""

    where: str
    old: str
    new: str
    line: int

    def __str__(self) -> str:
        return f"{self.where}: {self.old or '(build only)'} → {self.new}"


class Pinned(NamedTuple):
    """The generated compose file's text, proven against its source, and what was moved."""

    text: str
    changes: tuple[Change, ...]


class Targets(NamedTuple):
    """What is to be pinned.

    `images` gives each built service its reference, `sidecars` each sidecar's name, `environment` the entries that
    stand in for a service's `env_file`, and `repositories` all own repositories.
    """

    images: Mapping[str, str]
    sidecars: Mapping[str, str]
    environment: Mapping[str, Mapping[str, str]]
    repositories: frozenset[str]
    tag: str


def pin(compose: Compose, targets: Targets) -> Pinned:
    """Pin every built service and own sidecar, and replace each `env_file` by its entries.

    Raises:
        ConfigurationError: a place can't be changed exactly, or the result is not the source but for the pinned places.
    """
    edits: list[Edit] = []
    changes: list[Change] = []
    for service in compose.services:
        if service.build:
            reference = targets.images[service.name]
            edits += _pin_service(compose, service, reference)
            changes.append(Change(service.name, service.image, reference, service.line))
        for name, pair in sidecar_images(service).items():
            if name in targets.sidecars:
                edits.append(replace_value(compose.document, pair, targets.sidecars[name]))
                place = f"{service.name}/{name}"
                line = compose.document.line(pair.key)
                changes.append(Change(place, str(pair.value.value), targets.sidecars[name], line))
    edits += _inline_env_files(compose, targets.environment)
    text = apply(compose.document, edits)
    proof.prove(compose.document, text, targets.images, targets.sidecars, targets.environment)
    proof.no_own_image_left(text, compose.document.file, targets.repositories, targets.tag)
    return Pinned(text, tuple(changes))


def sidecar_images(service: Service) -> dict[str, Pair]:
    """The places `x-omnistrate-capabilities.sidecars.NAME.imageNameWithTag` of a service, by sidecar."""
    node: Any = service.node
    for key in ("x-omnistrate-capabilities", "sidecars"):
        pair = effective(node).get(key)
        if pair is None:
            return {}
        node = pair.value
    found = {name: effective(pair.value).get("imageNameWithTag") for name, pair in effective(node).items()}
    return {name: pair for name, pair in found.items() if pair is not None}


def _pin_service(compose: Compose, service: Service, reference: str) -> Iterable[Edit]:
    build, image = service.keys["build"], service.keys.get("image")
    document = compose.document
    if image is not None and image.owner is service.node:
        yield remove_pair(document, build)
        yield replace_value(document, image, reference)
    elif build.owner is service.node:
        first = document.text[document.start(build.key)]
        quote = first if first in "\"'" else ""  # a compose file may be JSON, and then stays it
        yield remove_pair(document, build, instead=f"{quote}image{quote}: {quote}{reference}{quote}")
    else:
        yield remove_pair(document, build)
        yield insert_pair(document, service.node, f"image: {reference}")


def _inline_env_files(compose: Compose, environment: Mapping[str, Mapping[str, str]]) -> Iterable[Edit]:
    """Cut each `env_file`, and add its entries to the `environment` of its services.

    A service with no `environment` gets one where the `env_file` stood; if that is in an anchor, its other services
    take it only where they have none of their own, which is what they need.
    """
    document = compose.document
    blocks: dict[tuple[int, str], Pair] = {}
    for service in compose.services:
        if (place := service.keys.get("env_file")) is None:
            continue
        entries, own = environment.get(service.name, {}), service.keys.get("environment")
        if own is None:
            blocks[id(place.owner), item_block(document, place, "environment", entries)] = place
            continue
        blocks.setdefault((id(place.owner), ""), place)
        if isinstance(own.value, ScalarNode):
            raise ConfigurationError(
                document.problem(
                    own.key,
                    f"`environment` of `{service.name}` is empty or a single value, beside an `env_file`",
                    right="a mapping or a list, or no `environment` at all",
                    do="remove the key",
                )
            )
        there = names_and_values(own.value)
        for name, value in entries.items():
            if name not in there:
                yield insert_pair(document, own.value, _entry(own.value, name, value), last=True)
    filled = {owner for owner, block in blocks if block}
    for (owner, block), place in blocks.items():
        if block or owner not in filled:
            yield remove_pair(document, place, instead=block)


def _entry(node: Any, name: str, value: str) -> str:
    if isinstance(node, MappingNode):
        return f"{name}: {dumps(value, ensure_ascii=False)}"
    return "- " + dumps(f"{name}={value}", ensure_ascii=False)

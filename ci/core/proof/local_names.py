"""Own images under the names that they have on the machine that builds them, which nobody publishes.

Compose tags what a service builds with its `image`, else with PROJECT-SERVICE, and with its `build.tags`. In the result
no service, sidecar or volume may have such a name. Which names are meant is found in the source, by rules of the proof.
"""

import re
from collections.abc import Hashable, Iterator

from ci.core.proof.meaning import Meaning, text_of
from ci.core.proof.nodes import Node, Sequence, deref
from ci.core.proof.services import CAPABILITIES, IMAGE_OF_SIDECAR, SIDECARS
from ci.core.references import normalized

_DEFAULT = re.compile(r"\$\{\w+:?-([^{}$]*)\}", re.ASCII)
"""A variable with a default, which holds in a release: there is no shell to give another value."""


def local_names(source: Meaning) -> frozenset[str]:
    """The local names of all images that the source builds.

    A name that compose makes is known if the file has a `name` without variables.
    """
    found: set[str] = set()
    project = text_of(source.child(source.document.root, "name")) or ""
    services = source.services()
    for name in services:
        chain = [source.keys(layer) for layer in source.chain(services, name)]
        builds = [keys["build"] for keys in chain if "build" in keys]
        if builds:
            image = next((text for keys in chain if (text := text_of(keys.get("image")))), "")
            found.add(_known(image or f"{project.lower()}-{name}"))
            found |= {_known(text) for build in builds for text in _texts(source.child(build, "tags"))}
    return frozenset(found)


def used_images(result: Meaning) -> Iterator[tuple[str, Node]]:
    """What each service, sidecar and volume uses as an image, with its node."""
    for service in result.services().values():
        keys = result.keys(service)
        nodes: list[Node | None] = [keys.get("image")]
        sidecars = result.keys(result.child(keys.get(CAPABILITIES), SIDECARS))
        nodes += [result.child(sidecar, IMAGE_OF_SIDECAR) for sidecar in sidecars.values()]
        nodes += [result.child(one, "source") for one in _items(keys.get("volumes")) if _is_image(result.keys(one))]
        for node in nodes:
            if node is not None and (text := text_of(node)):
                yield text, node


def is_local(text: str, names: frozenset[str]) -> bool:
    """Whether an image is used by one of these names."""
    return _known(text) in names


def _known(text: str) -> str:
    """A name as docker completes it, each variable with a default replaced by it, from the inside out."""
    while (replaced := _DEFAULT.sub(r"\1", text)) != text:
        text = replaced
    return normalized(text)


def _is_image(volume: dict[Hashable, Node]) -> bool:
    return text_of(volume.get("type")) == "image"


def _items(node: Node | None) -> tuple[Node, ...]:
    meant = None if node is None else deref(node)
    return tuple(meant.items) if isinstance(meant, Sequence) else ()


def _texts(node: Node | None) -> Iterator[str]:
    return (text for item in _items(node) if (text := text_of(item)))

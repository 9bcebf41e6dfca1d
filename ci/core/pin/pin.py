"""The exact pin: the compose file's text with every own image at its sha tag, and nothing else touched.

The places come from the parser, the change is made by span (docs/decisions/0002-exact-pin.md), and the result is held
against the source by `ci.core.proof.proof` before anybody sees it.
"""

from typing import NamedTuple

from ci.core.compose.parse import Compose, Service
from ci.core.images.names import unpublished
from ci.core.pin.anchors import Spans, keep_alive, uses
from ci.core.pin.edits import apply, cut, fill_emptied
from ci.core.pin.environment import EnvironmentPins
from ci.core.pin.images import ImagePins
from ci.core.pin.scalars import scalar_edits
from ci.core.proof import proof
from ci.core.targets import Targets
from ci.core.yaml.nodes import Alias, Pair, Scalar, effective
from ci.errors import Problem

__all__ = ["Change", "Pinned", "Targets", "pin", "sidecar_images"]


class Change(NamedTuple):
    """A reference that the pin moves, for people: `where: old → new`."""

    where: str
    old: str
    new: str
    line: int

    def __str__(self) -> str:
        return f"{self.where}: {self.old or '(build only)'} → {self.new}"


class Pinned(NamedTuple):
    """The generated compose file's text, proven against its source, what was moved, and what a person should know."""

    text: str
    changes: tuple[Change, ...]
    notes: tuple[Problem, ...] = ()


def pin(compose: Compose, targets: Targets) -> Pinned:
    """Pin every built service and own sidecar, and replace each `env_file` by its entries.

    Raises:
        ConfigurationError: a place can't be changed exactly, or the result is not the source but for the pinned places.
    """
    document = compose.document
    images = ImagePins(compose, targets.images)
    environment = EnvironmentPins(compose, targets.environment)
    changes = [
        Change(service.name, service.image.strip(), targets.images[service.name], service.line)
        for service in compose.services
        if service.name in targets.images
    ]
    scalars: list[tuple[Pair, str]] = [*images.replaced]
    for service in compose.services:
        for name, pair in sidecar_images(service).items():
            if name in targets.sidecars:
                scalars.append((pair, targets.sidecars[name]))
                old = pair.value.value.strip() if isinstance(pair.value, Scalar) else ""
                line = document.line(pair.key)
                changes.append(Change(f"{service.name}/{name}", old, targets.sidecars[name], line))
    removed = [*images.removed, *environment.removed]
    gone = Spans(pair for pair, _ in removed)
    left = {key: [one for one in found if not gone.hold(one)] for key, found in uses(document).items()}
    edits = [edit for pair, instead in removed for edit in cut(document, pair, instead)]
    edits += fill_emptied(document, removed)
    edits += [*images.inserted, *environment.edits]
    pinned, explicit = scalar_edits(document, [one for one in scalars if not gone.hold(one[0].written)], left, targets)
    edits += pinned
    staying: dict[int, list[Alias]] = {}
    for key, found in left.items():
        if rest := [one for one in found if id(one) not in explicit]:
            staying[key] = rest
    edits += keep_alive(document, (pair for pair, _ in removed), gone, staying)
    text = apply(document, edits)
    proof.prove(compose.document, text, targets)
    return Pinned(
        text, tuple(sorted(dict.fromkeys(changes), key=lambda change: change.line)), tuple(unpublished(compose))
    )


def sidecar_images(service: Service) -> dict[str, Pair]:
    """The places `x-omnistrate-capabilities.sidecars.NAME.imageNameWithTag` of a service, by sidecar."""
    keys = effective(service.node) if service.base else service.keys
    capabilities = keys.get("x-omnistrate-capabilities")
    group = effective(capabilities.written).get("sidecars") if capabilities else None
    found = effective(group.written) if group else {}
    places = {name: effective(pair.written).get("imageNameWithTag") for name, pair in found.items()}
    return {name: pair for name, pair in places.items() if pair is not None}

"""The exact pin: the compose file's text with every own image at its sha tag, and nothing else changed.

Places are found in the tree and changed in the text (docs/decisions/0002-exact-pin.md); the result is compared with the
source by `ci.core.proof` before it is returned.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ci.core.compose.model import Compose, Replaced
from ci.core.pin.anchors import move_anchors, split_anchors
from ci.core.pin.cut import cut
from ci.core.pin.edits import Edit, NewValue, apply
from ci.core.pin.emptied import fill_emptied
from ci.core.pin.environment import pin_environment
from ci.core.pin.images import pin_images
from ci.core.pin.scalars import scalar_edits
from ci.core.pin.sidecars import own_sidecars
from ci.core.pin.spans import RemovedSpans, remaining_aliases
from ci.core.pin.templates import template_edits
from ci.core.proof import proof
from ci.core.proof.omctl_reading import Given
from ci.core.targets import Targets
from ci.core.yaml.document import Document
from ci.core.yaml.events import listing
from ci.core.yaml.nodes import Scalar
from ci.errors import ConfigurationError, Problem


class Change(NamedTuple):
    """A reference that the pin changes.

    `where` is a service or `service/sidecar`; `old` is `""` where there was a `build` and no `image`.
    """

    where: str
    old: str
    new: str
    line: int

    def __str__(self) -> str:
        return f"{self.where}: {self.old or '(build only)'} → {self.new}"


class Pinned(NamedTuple):
    """The generated compose file, proven against its source, and the changes, by line.

    `replaced` are the variables that are filled in, since omctl would do so, and each `env_file:` in a comment.
    `embedded` is the text with all files embedded, as omctl reads it.
    """

    text: str
    changes: tuple[Change, ...]
    replaced: tuple[Replaced, ...]
    embedded: str


def pin(compose: Compose, targets: Targets) -> Pinned:
    """Pin every service that runs an own image and own sidecar, and replace each `env_file` by its entries.

    Raises:
        ConfigurationError: a place cannot be changed exactly, or the proof finds another difference.
    """
    document, original = compose.document, compose.original
    edits = plan_edits(compose, targets)
    embedded = apply(document, edits)
    templates = template_edits(compose, edits)
    text = apply(document, [*edits, *templates]) if templates else embedded
    given = Given(original.text, original.files, original.variables) if original else None
    try:
        proof.prove(document.text, document.file, text, targets, listing(document), given)
    except ConfigurationError as error:
        raise ConfigurationError(*(_located(document, problem) for problem in error.problems)) from error
    changes = sorted(dict.fromkeys(_changes(compose, targets)), key=lambda change: change.line)
    return Pinned(text, tuple(changes), original.replaced if original else (), embedded)


def _located(document: Document, problem: Problem) -> Problem:
    """A problem of the document's text, with the file and the line that the line is from."""
    if problem.file != document.file or not 0 < problem.line <= len(document.origins):
        return problem
    origin = document.origins[problem.line - 1]
    return replace(problem, file=origin.file, line=origin.number)


def plan_edits(compose: Compose, targets: Targets) -> list[Edit]:
    """Every edit of the text.

    Raises:
        ConfigurationError: a place cannot be changed exactly.
    """
    document = compose.document
    images = pin_images(compose, targets.images)
    environment = pin_environment(compose, targets.environment)
    sidecars = [NewValue(pair, targets.sidecars[name]) for _, name, pair in own_sidecars(compose, targets)]

    removals = [*images.removals, *environment.removals]
    removed = RemovedSpans(removal.pair for removal in removals)
    edits = [edit for removal in removals for edit in cut(document, removal)]
    edits += fill_emptied(document, removals)
    edits += [*images.inserted, *environment.edits]

    remaining = remaining_aliases(document, removed)
    new_values = [one for one in (*images.new_values, *sidecars) if not removed.contain(one.pair.raw)]
    scalars, replaced = scalar_edits(document, new_values, remaining, targets)
    edits += scalars
    remaining = {node: [alias for alias in aliases if alias not in replaced] for node, aliases in remaining.items()}
    edits += move_anchors(document, (removal.pair for removal in removals), removed, remaining)
    edits += split_anchors(document, environment.split, removed, remaining)
    return edits


def _changes(compose: Compose, targets: Targets) -> Iterator[Change]:
    """The references that change, of services first."""
    for service in compose.services:
        if service.name in targets.images:
            yield Change(service.name, service.image.strip(), targets.images[service.name], service.line)
    for service, name, pair in own_sidecars(compose, targets):
        old = pair.value.value.strip() if isinstance(pair.value, Scalar) else ""
        line = compose.document.line(pair.key)
        yield Change(f"{service.name}/{name}", old, targets.sidecars[name], line)

"""What a release would do with each image, as far as it is known without an effect, for people and for machines."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ci.core.images.contexts import Contexts
from ci.core.images.inputs import Inputs, inputs_of
from ci.core.images.inputs_document import kept
from ci.core.images.tree import Tree
from ci.core.release.plan import ImagePlan, Plan


class PlannedAction(StrEnum):
    """What would be done with an image."""

    BUILD = "build"
    REUSE = "reuse"
    """An image with the same inputs gets the sha tag."""
    EXISTS = "exists"
    """It has the sha tag."""
    UNKNOWN = "unknown"
    """Neither the registry nor the base images were read."""


@dataclass(frozen=True)
class PlannedImage:
    """What would be done with one image, and why; `inputs` are known only where its base images were resolved."""

    image: ImagePlan
    action: PlannedAction
    reasons: tuple[str, ...] = ()
    built_in: str = ""
    """The git sha in whose release the image was built that is there."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Where more counts than the build may read, and what makes it one that is built each time."""
        return (*self.image.recipe.notes, *self.image.recipe.unknown)


def not_looked_up(plan: Plan, tree: Tree | None = None) -> tuple[PlannedImage, ...]:
    """The images of a plan that is made without a registry; with the `tree` also what they are made of."""
    images = plan.images
    if tree is not None:
        contexts = Contexts(tree)
        images = tuple(replace(one, inputs=inputs_of(one.recipe, contexts, {})) for one in images)
    return tuple(PlannedImage(one, PlannedAction.UNKNOWN) for one in images)


def as_lines(images: tuple[PlannedImage, ...], *, explain: bool = False) -> Iterator[str]:
    """What would be done, a line for each image and one for each further reason; with `explain` all its inputs."""
    shared = {one.reasons for one in images if one.action is PlannedAction.UNKNOWN}
    if len(shared) == 1 and all(one.action is PlannedAction.UNKNOWN for one in images):
        why = " ".join(*shared) or "that needs the registry and an engine: dagger call plan --sha …"
        yield f"Which of them are built is not known: {why}"
        images = tuple(replace(one, reasons=()) for one in images)
    width = max((len(one.image.name) for one in images), default=0)
    for one in images:
        first, *more = one.reasons or ("",)
        shown = first or one.notes or explain
        if shown:
            yield f"  {one.image.name:{width}}  {one.action:7}  {first}".rstrip()
        yield from (f"  {'':{width}}           {line}" for line in (*more, *_further_notes(one)))
        if explain:
            yield from (f"  {'':{width}}    {line}" for line in _inputs(one.image))


def _further_notes(one: PlannedImage) -> tuple[str, ...]:
    """The notes that are no reason already."""
    return tuple(note for note in one.notes if note not in one.reasons)


def as_json(one: PlannedImage, *, explain: bool = False) -> dict[str, Any]:  # Any: JSON
    """The same for machines."""
    inputs = one.image.inputs
    found: dict[str, Any] = {
        "action": one.action,
        "reasons": list(one.reasons),
        "built_in": one.built_in,
        "inputs": inputs.hash if inputs else "",
        "notes": list(one.notes),
    }
    return found | ({"made_of": kept(inputs)} if explain and inputs else {})


def _inputs(image: ImagePlan) -> Iterator[str]:
    """Every input: its kind, its name, and its value or the beginning of its hash."""
    inputs = image.inputs or Inputs(())
    yield f"inputs {inputs.hash}" if inputs.hash else "inputs without a hash: a base image is not resolved here"
    for kind, values in kept(inputs).items():
        yield from (f"  {kind}  {name}  {value}".replace("    ", "  ").rstrip() for name, value in values.items())

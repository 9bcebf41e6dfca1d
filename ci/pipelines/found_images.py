"""What was found of the images of a release, before any is built."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ci.core.images.inputs_document import InputsDocument
from ci.core.release.plan import ImagePlan
from ci.core.release.planned_images import PlannedAction, PlannedImage
from ci.core.release.reuse import Decision, built_text
from ci.errors import Problem


@dataclass(frozen=True)
class FoundImages:
    """What preflight found of images, each by its name."""

    images: tuple[ImagePlan, ...]
    existing: Mapping[str, str]
    """The digest of each image whose sha tag exists."""
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """What is done about each of the others; empty where nothing is to be reused."""
    documents: Mapping[str, InputsDocument] = field(default_factory=dict)
    """What is kept of those that exist."""
    may_build: bool = True
    """Whether images may be built that neither exist nor are reused."""

    @property
    def reused(self) -> tuple[ImagePlan, ...]:
        """The images that get the sha tag of this commit, and are not built."""
        return tuple(one for one in self.images if one.name in self.decisions and self.decisions[one.name].reused)

    def why(self, name: str) -> str:
        """Why an image would be built, in brackets; `""` if that is not known."""
        return f" ({self.decisions[name]})" if name in self.decisions else ""

    def __str__(self) -> str:
        exist = f"{len(self.existing)} of {len(self.images)} images exist"
        return f"{exist}, {len(self.reused)} are reused" if self.decisions else exist


@dataclass(frozen=True)
class Kept:
    """What became of an image that was pushed: the digest to use, and what is kept of it for other releases."""

    digest: str
    document: InputsDocument | None = None
    problems: tuple[Problem, ...] = ()
    """Why nothing is kept, if that is so."""
    tag: str = ""
    """The inputs tag that was set to it, and the digest; without one if it is not known whether it was set."""


def planned_image(image: ImagePlan, found: FoundImages) -> PlannedImage:
    """What a plan says of an image that was found, or looked up."""
    if image.name in found.existing:
        document = found.documents.get(image.name)
        reason = "its sha tag exists" + (f", {built_text(document.git_sha)}" if document else "")
        return PlannedImage(image, PlannedAction.EXISTS, (reason,), document.git_sha if document else "")
    decision = found.decisions[image.name]
    if decision.reused:
        return PlannedImage(image, PlannedAction.REUSE, (decision.reason,), decision.reused.git_sha)
    return PlannedImage(image, PlannedAction.BUILD, (decision.reason, *decision.more))

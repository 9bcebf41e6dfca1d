"""Whether an image is built or reused, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from ci.core.images.inputs import TAG_PREFIX, Inputs
from ci.core.images.inputs_document import InputsDocument, differences

_SHORT = 7
"""Digits of a git sha in a text."""
_AHEAD_DAYS = 1.0
"""How far ahead of this machine's clock that of another may be."""
MOST_GENERATIONS = 100
"""How many images of equal inputs are looked up: one is made when all before it are too old, or not to be used."""


@dataclass(frozen=True)
class Candidate:
    """An image that has the tag of inputs, and what is kept of it."""

    tag: str
    digest: str
    document: InputsDocument | None = None
    age_days: float | None = None
    """Since it was built; None if that is not known."""
    unreadable: str = ""
    """Why its document can't be read."""


@dataclass(frozen=True)
class Decision:
    """What is done about one image: `reused` is the document of the image that is used, None if one is built."""

    reason: str
    reused: InputsDocument | None = None
    age_days: float | None = None
    tag: str = ""
    """The inputs tag that the image gets if it is built; `""` for none, since it is not known what it is made of."""
    more: tuple[str, ...] = ()
    """The other reasons, if there are several."""

    def __str__(self) -> str:
        return f"{self.reason}, and {len(self.more)} more" if self.more else self.reason


def inputs_tag(hash_: str, generation: int) -> str:
    """The tag of the first image with these inputs, or of a later one that was built in its place."""
    return f"{TAG_PREFIX}{hash_}" + (f".{generation}" if generation > 1 else "")


def decide(
    inputs: Inputs, candidates: Sequence[Candidate], previous: InputsDocument | None, reuse_days: int, *, rebuild: bool
) -> Decision:
    """What is done about an image whose inputs are all known.

    `candidates` are the images with these inputs, of which the last one counts: it was built in place of those before
    it. `previous` is the document of the image that was built last, whatever its inputs were.
    """
    if len(candidates) >= MOST_GENERATIONS:
        return Decision(f"{MOST_GENERATIONS} images with these inputs were built, and no more are kept")
    tag = inputs_tag(inputs.hash, len(candidates) + 1)
    if rebuild:
        return Decision("--rebuild was given", tag=tag)
    if not candidates:
        first, *more = _changes(inputs, previous)
        return Decision(first, tag=tag, more=tuple(more))
    found = candidates[-1]
    why = _why_not(found, inputs, reuse_days)
    if why or found.document is None:
        return Decision(why, tag=tag)
    return Decision(built_text(found.document.git_sha, found.age_days), found.document, found.age_days, tag)


def _changes(inputs: Inputs, previous: InputsDocument | None) -> tuple[str, ...]:
    """Why no image with these inputs is there; at least one reason."""
    if previous is None:
        return ("first time",)
    since = f"since {previous.git_sha[:_SHORT]}"
    if previous.hash == inputs.hash:
        return (f"nothing changed {since}, but no image has the tag {inputs_tag(inputs.hash, 1)}",)
    first, *more = differences(previous, inputs) or ("something changed whose value is not kept",)
    return f"{first} {since}", *more


def built_text(git_sha: str, age_days: float | None = None) -> str:
    """In which commit an image was built, and how old it is."""
    return f"built in {git_sha[:_SHORT]}" + ("" if age_days is None else f", {age_text(age_days)} old")


def age_text(days: float) -> str:
    """An age in whole days: `1 day`, `12 days`."""
    whole = max(0, int(days))
    return f"{whole} day{'' if whole == 1 else 's'}"


def _why_not(found: Candidate, inputs: Inputs, reuse_days: int) -> str:
    """Why an image with the tag of these inputs is not used; `""` if it is."""
    named = f"{found.tag} names {found.digest}"
    if found.unreadable:
        return f"{named}, whose inputs document can't be read: {found.unreadable}"
    if found.document is None:
        return f"{named}, which no release has recorded: it was pushed by hand, or its inputs document is gone"
    if found.document.digest != found.digest or found.document.hash != inputs.hash:
        return f"{named}, which was built from other inputs"
    if found.age_days is None or found.age_days < -_AHEAD_DAYS:
        return f"{named}, of which is not known when it was built"
    if found.age_days > reuse_days:
        return f"older than {age_text(reuse_days)}"
    return ""

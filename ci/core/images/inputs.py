"""The inputs of an image, as one hash: the rule of docs/inputs.md, with the number that its tags and documents have.

The hash tells whether an image must be built again, so the rule may take more than a build reads, and never less.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ci.core.images.contexts import Contexts
from ci.core.images.recipe import Recipe
from ci.core.images.tree import EntryKind

RULE = 1
"""Raised with every change of what is hashed; the hashes of two rules are never equal."""
TAG_PREFIX = "inputs-"


class InputKind(StrEnum):
    """What an input is."""

    IDENTITY = "product and Dockerfile"
    DOCKERFILE = "Dockerfile"
    FILE = "file"
    IMAGE = "base image"
    CONTEXT = "build context"
    ARGUMENT = "build argument"
    TARGET = "target"
    PLATFORM = "platform"
    COMPRESSION = "compression"
    LABEL = "label"
    SECRET = "build secret"  # noqa: S105 - what an input is called
    SSH = "SSH agent"
    OPTION = "build option"


@dataclass(frozen=True, order=True)
class Input:
    """One input: of a file the path from the top of the source and the hash, of a base image its name and digest."""

    kind: InputKind
    name: str
    value: str


@dataclass(frozen=True)
class Inputs:
    """All inputs of an image, sorted."""

    items: tuple[Input, ...]
    unknown: tuple[str, ...] = ()
    """What the rule can't know, and what to do about it: with any of it the image is built each time."""
    masked: frozenset[str] = frozenset()
    """The build arguments whose values are kept nowhere."""
    notes: tuple[str, ...] = ()
    """Where the rule takes more than the build may read, and what to do about it."""

    @property
    def hash(self) -> str:
        """The hash of all inputs, 64 hex digits; `""` if something is unknown."""
        if self.unknown:
            return ""
        listed = [RULE, *([one.kind, one.name, one.value] for one in self.items)]
        return hashlib.sha256(json.dumps(listed).encode()).hexdigest()

    def by_name(self) -> Mapping[tuple[InputKind, str], str]:
        """The value of each input."""
        return {(one.kind, one.name): one.value for one in self.items}


def inputs_of(recipe: Recipe, contexts: Contexts, digests: Mapping[str, str]) -> Inputs:
    """The inputs of an image: its recipe, what it reads of its contexts, and the digests of its base images.

    A base image without a digest is unknown.
    """
    files = dict(contexts.read(recipe.context, recipe.ignore, recipe.paths))
    for folder in recipe.folders.values():
        files |= contexts.read(folder, "", None)
    items = [
        *(Input(InputKind.FILE, path, _content(one.kind, one.value)) for path, one in files.items()),
        *(Input(InputKind.IMAGE, name, digests.get(name, "")) for name in recipe.images),
        *(Input(InputKind.CONTEXT, name, folder) for name, folder in recipe.folders.items()),
        Input(InputKind.DOCKERFILE, recipe.dockerfile, hashlib.sha256(recipe.text.encode()).hexdigest()),
        *(Input(InputKind.ARGUMENT, name, value) for name, value in recipe.arguments),
        *(Input(InputKind.LABEL, name, value) for name, value in recipe.labels),
        *(Input(InputKind.SECRET, name, "") for name in recipe.secrets),
        *(Input(InputKind.SSH, name, "") for name in recipe.ssh),
        *(Input(InputKind.OPTION, name, value) for name, value in recipe.options),
        Input(InputKind.IDENTITY, "", recipe.identity),
        Input(InputKind.TARGET, "", recipe.target),
        Input(InputKind.PLATFORM, "", recipe.platform),
        Input(InputKind.COMPRESSION, "", recipe.compression),
    ]
    missing = tuple(
        f"the digest of the base image {name} is not known" for name in recipe.images if not digests.get(name)
    )
    return Inputs(tuple(sorted(items)), (*recipe.unknown, *missing), recipe.masked, recipe.notes)


def _content(kind: EntryKind, value: str) -> str:
    return value if kind is EntryKind.FILE else f"{kind} {value}"

"""Which images share layers, so that these are uploaded to a registry once.

A registry mounts a layer from another of its repositories, if that has it. Of many images that are pushed at the same
time none has it yet, and each uploads all; so one of a group is pushed before the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PushPlace:
    """The group of an image, `""` if it shares no base, and whether it is pushed before the others of it."""

    group: str = ""
    first: bool = False


def push_places(bases: Sequence[str], repositories: Sequence[str]) -> tuple[PushPlace, ...]:
    """The place of each image, by its base image, `""` for one that is not known.

    The first of a group is the one whose repository has the last name: BuildKit keeps the names of all repositories
    that it has pushed a layer to, and asks for the last of them (`selectRepositoryMountCandidate` of containerd), also
    where an earlier call has pushed them to another registry of this name.
    """
    groups: dict[str, list[str]] = {}
    for base, repository in zip(bases, repositories, strict=True):
        groups.setdefault(base, []).append(repository)
    names = {base: f"base-{at}" for at, base in enumerate(groups)}
    return tuple(
        PushPlace(names[base], repository == max(groups[base])) if base and len(groups[base]) > 1 else PushPlace()
        for base, repository in zip(bases, repositories, strict=True)
    )

"""What is known from before a release: what was recorded of this commit, and the order of commits."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

IsAncestor = Callable[[str, str], Awaitable[bool | None]]
"""Whether one commit comes before another; None if it is not known."""


async def unknown_order(_old: str, _new: str) -> bool | None:
    """The order of commits where there is no repository to read it from."""
    return None


@dataclass(frozen=True)
class Released:
    """The commit whose release set the version tags last, or began to, and the digests of its images by their names."""

    git_sha: str
    digests: Mapping[str, str]


async def no_release() -> Released | None:
    """The last release where none is recorded."""
    return None


async def not_recorded() -> None:
    """Records nothing of a release that begins to set its version tags."""


@dataclass(frozen=True)
class History:
    """What is known from before."""

    recorded: Mapping[str, str] = field(default_factory=dict)
    """Image -> the digest that an earlier release of the same commit recorded; empty without a record."""
    is_ancestor: IsAncestor = unknown_order
    released: Callable[[], Awaitable[Released | None]] = no_release
    """The release that set the version tags last; None if that is not known."""
    begin_version_tags: Callable[[], Awaitable[None]] = not_recorded
    """Records that this release sets them from now on."""
    accept_images: bool = False
    """Whether images are taken as their sha tags name them, though others were recorded."""


NO_HISTORY = History()

"""What is known from before a release: what was recorded of this commit, and the order of commits."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

IsAncestor = Callable[[str, str], Awaitable[bool | None]]
"""Whether one commit comes before another; None if it is not known."""


async def unknown_order(_old: str, _new: str) -> bool | None:
    """The order of commits where there is no repository to read it from."""
    return None


@dataclass(frozen=True)
class History:
    """What is known from before."""

    recorded: Mapping[str, str] = field(default_factory=dict)
    """Image -> the digest that an earlier release of the same commit recorded; empty without a record."""
    is_ancestor: IsAncestor = unknown_order
    accept_images: bool = False
    """Whether images are taken as their sha tags name them, though others were recorded."""


NO_HISTORY = History()

"""The table `[tool.slipway.events]`: which events of a CI are released, and how."""

from dataclasses import dataclass
from typing import Annotated

from ci.core.settings.tables import Rule


def _is_keyword(value: str) -> bool:
    return value != "" and not any(character.isspace() for character in value)


Keyword = Annotated[str, Rule(_is_keyword, "a word without blanks, such as build(full)")]
Pattern = Annotated[str, Rule(_is_keyword, "a branch or a pattern of branches, such as feature/**")]


@dataclass(frozen=True, kw_only=True)
class EventSettings:
    """The rules by which `release --event` and `slipway decide` judge an event."""

    release_branches: tuple[Pattern, ...] = ("main",)
    """Branches whose release commits are released; `*` is any part of a name, `**` also over a `/`."""
    release_commit: Keyword = "chore(release)"
    """What the subject of a release commit starts with."""
    build_branches: tuple[Pattern, ...] = ("staging", "feature/**", "fix/**", "bugfix/**")
    """Branches that are released if the message of the head commit has one of the two keywords."""
    full_keyword: Keyword = "build(full)"
    """The keyword for a release with its images."""
    skip_build_keyword: Keyword = "build(skip-docker)"
    """The keyword for a release of the spec alone, for images that exist or can be reused by their inputs."""
    forks: bool = False
    """Whether the events of a repository that is a fork are released."""

"""An event of a CI, whichever CI it is from."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    PUSH = "push"
    MANUAL = "manual"
    """A person started the run."""
    OTHER = "other"
    """What is never released, such as a pull request."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a decision needs to know of an event."""

    kind: Kind
    name: str = ""
    """The CI's name of an event of the kind `other`: `pull_request`."""
    branch: str = ""
    """Its name, `feature/cart`; empty if the event is not about a branch."""
    ref: str = ""
    """What the event is about if that is no branch: `tag v1.0`."""
    git_sha: str = ""
    """The commit that a branch has now; empty if the event does not say."""
    message: str = ""
    """The message of that commit, subject and body."""
    new_commits: bool = True
    """Whether the push added a commit to the branch."""
    deleted: bool = False
    """Whether the push deleted the branch or tag."""
    fork: bool = False
    """Whether the repository is a fork of another."""
    skip_build: bool = False
    """Whether the person who started the run wants the spec alone."""

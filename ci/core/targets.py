"""What a pin is to make of a compose file."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Targets:
    """What is to be pinned.

    `images` gives each service that runs an own image its reference, `sidecars` each own sidecar's name, `environment`
    each service with an `env_file` the entries that stand in for it, and `repositories` all own repositories.
    """

    images: Mapping[str, str]
    sidecars: Mapping[str, str]
    environment: Mapping[str, Mapping[str, str]]
    repositories: frozenset[str]
    tag: str

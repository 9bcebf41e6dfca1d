"""What a pin must produce from a compose file."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Targets:
    """The values to write into a compose file.

    `images`: the reference of each service that runs an own image, by the service's name.
    `sidecars`: the reference of each own sidecar, by the sidecar's name.
    `environment`: for each service with an `env_file`, the variables that replace it.
    `repositories`: the repositories of all own images.
    `tag`: the tag of every reference, the sha tag.
    """

    images: Mapping[str, str]
    sidecars: Mapping[str, str]
    environment: Mapping[str, Mapping[str, str]]
    repositories: frozenset[str]
    tag: str

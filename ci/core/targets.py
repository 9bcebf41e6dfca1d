"""What a pin must produce from a compose file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Targets:
    """The values to write into a compose file.

    `images`: the reference of each service that runs an own image, by the service's name.
    `sidecars`: the reference of each own sidecar, by the sidecar's name.
    `environment`: for each service with an `env_file`, the variables that replace it.
    `repositories`: the repositories of all own images.
    `tag`: the tag of every reference, the sha tag.
    `digests`: the digest that follows the tag in the references of a repository, `sha256:…`.
    """

    images: Mapping[str, str]
    sidecars: Mapping[str, str]
    environment: Mapping[str, Mapping[str, str]]
    repositories: frozenset[str]
    tag: str
    digests: Mapping[str, str] = field(default_factory=dict)

    def suffix(self, repository: str) -> str:
        """What follows the repository in its reference: `:sha-…`, or `:sha-…@sha256:…`."""
        digest = self.digests.get(repository)
        return f":{self.tag}@{digest}" if digest else f":{self.tag}"

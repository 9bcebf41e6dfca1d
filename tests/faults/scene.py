"""What a release meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from faults.script import Fault

from ci.simulation.builder import BuilderFault
from ci.simulation.omctl_faults import OmctlFault


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a release meets: faults of the registry, the API, omctl and the builder, and how the world begins."""

    registry: tuple[Fault, ...] = ()
    api: tuple[Fault, ...] | None = None
    """Faults of the API, with the real omctl; None for the tests' fake."""
    omctl: tuple[OmctlFault, ...] = ()
    builder: tuple[BuilderFault, ...] = ()
    seed: Mapping[str, object] = field(default_factory=dict)
    """What the stand-in API begins with, beside what the plan needs."""
    before: tuple[str, ...] = ()
    """Events that happen before the release, by their names in `Stage.events`."""
    settings: Mapping[str, object] = field(default_factory=dict)
    secure: bool = False
    """Whether the registry is reached over HTTPS, with a user and a password."""
    reuse: bool = False
    """Whether images are reused; all commits have the same inputs."""
    retries: int = 0
    """How often omctl sends a request again by itself."""

    @property
    def kills(self) -> bool:
        """Whether the machine stops."""
        requests = [one.event for one in (*self.registry, *(self.api or ()))]
        return "kill" in [*requests, *(one.event for one in self.omctl), *(one.event for one in self.builder)]

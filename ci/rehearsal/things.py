"""The things that the stand-in knows: versions, plans, instances, upgrades, and what a build wishes."""

import hashlib
from dataclasses import dataclass

from .compose_text import ComposeText, read


class Refusal(Exception):  # noqa: N818  (an answer, not a fault)
    """The API says no: a status, the error's name and its message; omctl prints `name` and `Detail: message`."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name, self.message = status, name, message


@dataclass(frozen=True)
class BuildWish:
    """What `omctl build` asks for (SDK: BuildServiceFromComposeSpecRequest2)."""

    product: str
    environment: str
    environment_type: str
    text: str
    release: bool = False
    preferred: bool = False
    description: str = ""
    dry_run: bool = False
    force_new: bool = False
    configs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A released version of a plan."""

    number: int
    text: str
    description: str
    configs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`1.0`, `2.0`, ...: a release counts up by one (ReleaseServicePlan sends the type "Major")."""
        return f"{self.number}.0"

    @property
    def compose(self) -> ComposeText:
        """What its compose file says."""
        return read(self.text)


@dataclass(frozen=True)
class Plan:
    """A service plan in one environment of a product."""

    product: str
    environment: str
    environment_type: str
    name: str
    draft: str = ""
    versions: tuple[Version, ...] = ()
    preferred: str = ""

    @property
    def service_id(self) -> str:
        """The product's identifier."""
        return identifier("s", self.product)

    @property
    def environment_id(self) -> str:
        """The environment's identifier."""
        return identifier("se", self.product, self.environment)

    @property
    def id(self) -> str:
        """The plan's identifier ("product tier" in the API)."""
        return identifier("pt", self.product, self.environment, self.name)

    def resource_id(self, service: str) -> str:
        """The identifier of what a compose service becomes."""
        return identifier("r", self.id, service)

    def version(self, name: str) -> Version:
        """A version by its number; omctl makes of this message `version V not found` (upgrade.go)."""
        for version in self.versions:
            if version.name == name:
                return version
        raise Refusal(400, "bad_request", "Invalid request: Version set not found")

    def newest_first(self) -> tuple[Version, ...]:
        """The order of the API: omctl takes the first as the latest (internal/dataaccess/versionset.go)."""
        return tuple(reversed(self.versions))

    def status_of(self, version: Version) -> str:
        """`Preferred` or `Active` (the schema knows Deprecated and Pending, too)."""
        return "Preferred" if version.name == self.preferred else "Active"


@dataclass(frozen=True)
class Instance:
    """A deployment of a plan."""

    id: str
    plan_id: str
    version: str
    status: str = "RUNNING"


@dataclass(frozen=True)
class Upgrade:
    """An upgrade path; `looks` counts how often its status was asked for, and that alone moves it on."""

    id: str
    plan_id: str
    source: str
    target: str
    instances: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()
    looks: int = 0
    status: str = "SCHEDULED"
    notify_customer: bool = False

    @property
    def ended(self) -> bool:
        """No look changes it any more."""
        return self.status in {"COMPLETE", "FAILED"}


def identifier(kind: str, *names: str) -> str:
    """An identifier in the platform's style, the same for the same names in every run."""
    return f"{kind}-{hashlib.sha256('/'.join(names).encode()).hexdigest()[:10]}"

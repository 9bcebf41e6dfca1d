"""What the stand-in keeps: plans with their versions, instances and upgrades; and the error that it responds with."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from .compose_file import ComposeFile, read


class ApiError(Exception):
    """An error response: HTTP status, the error's name and a message. omctl prints `name` and `Detail: message`."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name, self.message = status, name, message


class VersionStatus(StrEnum):
    """The status of a plan version; the SDK also has `Deprecated` and `Pending`, which the stand-in never sets."""

    ACTIVE = "Active"
    PREFERRED = "Preferred"


class InstanceStatus(StrEnum):
    """The status of an instance; the stand-in itself never sets STOPPED."""

    RUNNING = "RUNNING"
    DEPLOYING = "DEPLOYING"
    FAILED = "FAILED"
    STOPPED = "STOPPED"


class UpgradeStatus(StrEnum):
    """The status of an upgrade (SDK: UpgradePath).

    The stand-in itself sets SCHEDULED, IN_PROGRESS, COMPLETE and FAILED only.
    """

    SCHEDULED = "SCHEDULED"
    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    VERIFYING = "VERIFYING"
    PAUSED = "PAUSED"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"


FINAL_STATUSES = frozenset(
    {UpgradeStatus.COMPLETE, UpgradeStatus.FAILED, UpgradeStatus.CANCELLED, UpgradeStatus.SKIPPED}
)
"""Statuses that no poll changes."""


@dataclass(frozen=True)
class BuildRequest:
    """What `omctl build` sends (SDK: BuildServiceFromComposeSpecRequest2)."""

    product: str
    environment: str
    environment_type: str
    compose: str
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
    compose: str
    description: str
    configs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`1.0`, `2.0`, …: each release adds one (ReleaseServicePlan sends the type "Major")."""
        return f"{self.number}.0"

    @property
    def compose_file(self) -> ComposeFile:
        """The compose file, read."""
        return read(self.compose)


@dataclass(frozen=True)
class Plan:
    """A service plan in one environment of a product; the API calls it a product tier."""

    product: str
    environment: str
    environment_type: str
    name: str
    draft: str = ""
    versions: tuple[Version, ...] = ()
    preferred: str = ""

    @property
    def service_id(self) -> str:
        """The identifier of the product."""
        return identifier("s", self.product)

    @property
    def environment_id(self) -> str:
        """The identifier of the environment."""
        return identifier("se", self.product, self.environment)

    @property
    def id(self) -> str:
        """The identifier of the plan."""
        return identifier("pt", self.product, self.environment, self.name)

    def resource_id(self, service: str) -> str:
        """The identifier of the resource that a service of the compose file becomes."""
        return identifier("r", self.id, service)

    def version(self, name: str) -> Version:
        """The version with a name such as `2.0`.

        Raises:
            ApiError: 400; omctl prints `version V not found` for this message (upgrade.go).
        """
        for version in self.versions:
            if version.name == name:
                return version
        raise ApiError(400, "bad_request", "Invalid request: Version set not found")

    def newest_first(self) -> tuple[Version, ...]:
        """The versions in the API's order; omctl takes the first as the latest (internal/dataaccess/versionset.go)."""
        return tuple(reversed(self.versions))

    def status_of(self, version: Version) -> VersionStatus:
        """Whether a version is the preferred one."""
        return VersionStatus.PREFERRED if version.name == self.preferred else VersionStatus.ACTIVE


@dataclass(frozen=True)
class Instance:
    """A deployment of a plan version."""

    id: str
    plan_id: str
    version: str
    status: InstanceStatus = InstanceStatus.RUNNING


@dataclass(frozen=True)
class Upgrade:
    """An upgrade of instances to a version; the API calls it an upgrade path.

    `ineligible` has the instances that it does not upgrade, each with the reason. `polls` counts how often its status
    was requested; nothing else moves it forward.
    """

    id: str
    plan_id: str
    source: str
    target: str
    instances: tuple[str, ...]
    ineligible: tuple[tuple[str, str], ...] = ()
    polls: int = 0
    status: UpgradeStatus = UpgradeStatus.SCHEDULED
    notify_customer: bool = False

    @property
    def ended(self) -> bool:
        """Whether its status is final."""
        return self.status in FINAL_STATUSES


def identifier(kind: str, *names: str) -> str:
    """An identifier in the style of the platform; the same for the same names in every run."""
    return f"{kind}-{hashlib.sha256('/'.join(names).encode()).hexdigest()[:10]}"

"""Omnistrate's objects as omctl describes them: plan versions, instances, upgrades."""

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True)
class Completed:
    """A completed run of omctl."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class PlanVersion:
    """A released version of a service plan."""

    service_id: str
    plan_id: str
    plan_name: str
    version: str
    environment: str


@dataclass(frozen=True)
class Environment:
    """An environment of a product; `type` is in lower case, and may be one that this code does not know."""

    product: str
    name: str
    type: str


@dataclass(frozen=True)
class ServicePlan:
    """A service plan in one environment of a product."""

    product: str
    environment: str
    name: str
    service_id: str
    plan_id: str


@dataclass(frozen=True)
class ListedVersion:
    """A version of a service plan as lists and descriptions show it: without its images (docs/omctl.md)."""

    version: str
    description: str
    preferred: bool


@dataclass(frozen=True)
class Instance:
    """An instance as `omctl instance list` describes it; `plan` is the name of its service plan."""

    instance_id: str
    environment: str
    version: str
    status: str
    plan: str = ""


@dataclass(frozen=True)
class Deployment:
    """What an instance runs, as `omctl instance describe` names it; `images` has those that it shows, by resource."""

    service_id: str
    plan_id: str
    version: str
    status: str = ""
    images: tuple[tuple[str, str], ...] = ()


class InstanceStatus(StrEnum):
    """The statuses of an instance that the code decides by; there are more."""

    RUNNING = "RUNNING"
    FAILED = "FAILED"
    DEPLOYING = "DEPLOYING"
    STOPPED = "STOPPED"
    STOPPING = "STOPPING"
    CANCELLED = "CANCELLED"
    DELETING = "DELETING"


class UpgradeStatus(StrEnum):
    """The statuses of an upgrade, as a whole or of one instance, that the code decides by (omctl v1.10.5)."""

    SCHEDULED = "SCHEDULED"
    PAUSED = "PAUSED"
    COMPLETE = "COMPLETE"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"


SUCCEEDED = frozenset({UpgradeStatus.COMPLETE, UpgradeStatus.COMPLETED})
FINAL = SUCCEEDED | {UpgradeStatus.FAILED, UpgradeStatus.CANCELLED, UpgradeStatus.SKIPPED}


@dataclass(frozen=True)
class Upgrade:
    """An upgrade to a plan version, with its status as a whole, or that of one instance (`of_instance`)."""

    upgrade_id: str
    version: str
    status: str
    """As Omnistrate writes it: there may be statuses that this code does not know."""

    @property
    def ended(self) -> bool:
        """Whether the status is final; a status that is not known here counts as under way."""
        return self.status in FINAL

    @property
    def failed(self) -> bool:
        """Whether it ended without success."""
        return self.ended and self.status not in SUCCEEDED

    def of_instance(self, row: str | None) -> "Upgrade":
        """The upgrade with the status that counts for an instance, whose own status in it is `row`.

        The whole may have ended before or after the instance's part of it, and otherwise: another instance may have
        failed. Only a cancelled, skipped or paused whole means the same for each instance that has not ended.
        """
        if row is None or row in FINAL or self.status not in _FOR_ALL:
            return replace(self, status=self.status if row is None else row)
        return self


_FOR_ALL = (UpgradeStatus.CANCELLED, UpgradeStatus.SKIPPED, UpgradeStatus.PAUSED)

"""Omnistrate's objects as omctl describes them: plan versions, instances, upgrades."""

from dataclasses import dataclass
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
class Instance:
    """An instance as `omctl instance list` describes it."""

    instance_id: str
    environment: str
    version: str
    status: str


@dataclass(frozen=True)
class Deployment:
    """The plan and plan version of an instance, as `omctl instance describe` names them."""

    service_id: str
    plan_id: str
    version: str


class FinalStatus(StrEnum):
    """The statuses of an upgrade that has ended (omctl v1.10.5)."""

    COMPLETE = "COMPLETE"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"


SUCCEEDED = frozenset({FinalStatus.COMPLETE, FinalStatus.COMPLETED})
FINAL = frozenset(FinalStatus)


@dataclass(frozen=True)
class Upgrade:
    """An upgrade to a plan version, and its progress."""

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

"""omctl's argument lists, and what its answers are read into by `omctl_answers` (omctl v1.10.5, from its source)."""

import shlex
from dataclasses import dataclass

from ci.core.settings.product import Settings

PINNED_FILE = "docker-compose.omni.yaml"
LOG_LINES = 20

COMPLETE = frozenset({"COMPLETE", "COMPLETED"})
FAILED = frozenset({"FAILED", "CANCELLED", "SKIPPED"})


@dataclass(frozen=True)
class Completed:
    """What a run of omctl left behind."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class PlanVersion:
    """A released plan version of Omnistrate."""

    service_id: str
    plan_id: str
    plan_name: str
    version: str
    environment: str


@dataclass(frozen=True)
class Instance:
    """An instance as `omctl instance list` tells of it."""

    instance_id: str
    environment: str
    version: str
    status: str


@dataclass(frozen=True)
class Deployment:
    """What an instance runs, as `omctl instance describe` tells of it."""

    service_id: str
    plan_id: str
    version: str


@dataclass(frozen=True)
class Upgrade:
    """An upgrade to a plan version, and how far it has come."""

    upgrade_id: str
    version: str
    status: str

    @property
    def ended(self) -> bool:
        """Whether it will not change any more; a status that nobody knows is none of an end."""
        return self.status in COMPLETE | FAILED


def build_arguments(settings: Settings, description: str) -> tuple[str, ...]:
    """`omctl build`: the pinned file becomes a plan version, and the preferred one."""
    return (
        "build",
        "--file",
        PINNED_FILE,
        "--spec-type",
        "DockerCompose",  # else a service named `helm` or `operator` makes omctl take the file for another kind of spec
        "--product-name",
        settings.product_name,
        "--environment",
        settings.environment,
        "--environment-type",
        settings.environment_type,
        "--release-as-preferred",
        "--release-description",
        description,
        "--output",
        "json",
    )


def describe_version_arguments(version: PlanVersion) -> tuple[str, ...]:
    """`omctl service-plan describe-version`: what is in a plan version."""
    ids = ("--service-id", version.service_id, "--plan-id", version.plan_id)
    return ("service-plan", "describe-version", *ids, "--version", version.version, "--output", "json")


def secrets_arguments(settings: Settings) -> tuple[str, ...]:
    """`omctl secret list`: the names of the environment's secrets, never their values."""
    return ("secret", "list", settings.environment_type, "--output", "json")


def instances_arguments(settings: Settings) -> tuple[str, ...]:
    """`omctl instance list`: the product's instances in the environment."""
    filters = f"service:{settings.product_name},environment:{settings.environment}"
    return ("instance", "list", "--filter", filters, "--output", "json")


def deployment_arguments(instance_id: str) -> tuple[str, ...]:
    """`omctl instance describe`: the plan and version of one instance, wherever it is.

    The short answer, since the long one holds the instance's parameters, which may be secrets.
    """
    return ("instance", "describe", instance_id, "--deployment-status", "--output", "json")


def upgrades_arguments(deployment: Deployment, page: str = "") -> tuple[str, ...]:
    """`omctl upgrade list`: the upgrades of a plan, whichever version they lead to, a page at a time."""
    ids = ("--service-id", deployment.service_id, "--product-tier-id", deployment.plan_id)
    return ("upgrade", "list", *ids, *(("--next-page-token", page) if page else ()), "--output", "json")


def upgrade_instances_arguments(upgrade_id: str) -> tuple[str, ...]:
    """`omctl upgrade status detail`: the instances of an upgrade."""
    return ("upgrade", "status", "detail", upgrade_id, "--output", "json")


def upgrade_arguments(instance_id: str, version: str) -> tuple[str, ...]:
    """`omctl upgrade`: schedules the upgrade of one instance, and returns."""
    return ("upgrade", instance_id, "--version", version, "--output", "json")


def upgrade_status_arguments(upgrade_id: str) -> tuple[str, ...]:
    """`omctl upgrade status`: how far an upgrade has come."""
    return ("upgrade", "status", upgrade_id, "--output", "json")


def commands(settings: Settings, description: str) -> tuple[tuple[str, ...], ...]:
    """What a release runs, in order, with names in capitals for what only the answers tell.

    What comes last depends on the answers: an upgrade that is under way already is not scheduled again.
    """
    unknown = PlanVersion("SERVICE_ID", "PLAN_ID", "", "PLAN_VERSION", settings.environment)
    instance = settings.instance or "INSTANCE"
    return (
        secrets_arguments(settings),
        instances_arguments(settings),
        build_arguments(settings, description),
        describe_version_arguments(unknown),
        deployment_arguments(instance),
        upgrades_arguments(Deployment("SERVICE_ID", "PLAN_ID", "")),
        upgrade_instances_arguments("UPGRADE_ID"),
        upgrade_arguments(instance, "PLAN_VERSION"),
        upgrade_status_arguments("UPGRADE_ID"),
    )


def shown(arguments: tuple[str, ...]) -> str:
    """A command for people, on one line."""
    return "omctl " + " ".join(
        shlex.quote(part if "\n" not in part else f"{part.splitlines()[0]}…") for part in arguments
    )

"""omctl's argument lists (omctl v1.10.5; docs/omctl.md)."""

import shlex

from ci.core.omctl.model import Deployment, PlanVersion
from ci.core.settings.product import Settings

PINNED_FILE = "docker-compose.omni.yaml"
_JSON = ("--output", "json")


def build_arguments(settings: Settings, description: str) -> tuple[str, ...]:
    """`omctl build`: makes a plan version of the pinned file, and the preferred one.

    The type of the spec is given, since omctl guesses another one for a file with a service named `helm` or `operator`.
    """
    return (
        *("build", "--file", PINNED_FILE, "--spec-type", "DockerCompose"),
        *("--product-name", settings.product_name),
        *("--environment", settings.environment, "--environment-type", settings.environment_type),
        *("--release-as-preferred", "--release-description", description),
        *_JSON,
    )


def describe_version_arguments(version: PlanVersion) -> tuple[str, ...]:
    """`omctl service-plan describe-version`: the status of a plan version."""
    ids = ("--service-id", version.service_id, "--plan-id", version.plan_id)
    return ("service-plan", "describe-version", *ids, "--version", version.version, *_JSON)


def secrets_arguments(settings: Settings) -> tuple[str, ...]:
    """`omctl secret list`: the names of the environment's secrets, never their values."""
    return ("secret", "list", settings.environment_type, *_JSON)


def instances_arguments(settings: Settings) -> tuple[str, ...]:
    """`omctl instance list`: the product's instances in the environment."""
    filters = f"service:{settings.product_name},environment:{settings.environment}"
    return ("instance", "list", "--filter", filters, *_JSON)


def deployment_arguments(instance_id: str) -> tuple[str, ...]:
    """`omctl instance describe`: the plan and version of one instance, in whichever environment.

    With `--deployment-status`, since the full response holds the instance's parameters, which may be secrets.
    """
    return ("instance", "describe", instance_id, "--deployment-status", *_JSON)


def upgrades_arguments(deployment: Deployment, page: str = "") -> tuple[str, ...]:
    """`omctl upgrade list`: one page of the upgrades of a plan, to any version; `page` is the token of the page."""
    ids = ("--service-id", deployment.service_id, "--product-tier-id", deployment.plan_id)
    return ("upgrade", "list", *ids, *(("--next-page-token", page) if page else ()), *_JSON)


def upgrade_instances_arguments(upgrade_id: str) -> tuple[str, ...]:
    """`omctl upgrade status detail`: the instances of an upgrade."""
    return ("upgrade", "status", "detail", upgrade_id, *_JSON)


def upgrade_arguments(instance_id: str, version: str) -> tuple[str, ...]:
    """`omctl upgrade`: schedules the upgrade of one instance, and returns."""
    return ("upgrade", instance_id, "--version", version, *_JSON)


def upgrade_status_arguments(upgrade_id: str) -> tuple[str, ...]:
    """`omctl upgrade status`: the progress of an upgrade."""
    return ("upgrade", "status", upgrade_id, *_JSON)


def commands(settings: Settings, description: str) -> tuple[tuple[str, ...], ...]:
    """What a release runs, in order; a value that only a response has is a name in capitals.

    The last commands depend on the responses: an upgrade that is under way is not scheduled again.
    """
    version = PlanVersion("SERVICE_ID", "PLAN_ID", "", "PLAN_VERSION", settings.environment)
    instance = settings.instance or "INSTANCE"
    return (
        secrets_arguments(settings),
        instances_arguments(settings),
        build_arguments(settings, description),
        describe_version_arguments(version),
        deployment_arguments(instance),
        upgrades_arguments(Deployment("SERVICE_ID", "PLAN_ID", "")),
        upgrade_instances_arguments("UPGRADE_ID"),
        upgrade_arguments(instance, "PLAN_VERSION"),
        upgrade_status_arguments("UPGRADE_ID"),
    )


def shown(arguments: tuple[str, ...]) -> str:
    """A command as one line of a shell; of an argument with several lines only the first, and an ellipsis."""
    words = (word if "\n" not in word else f"{word.splitlines()[0]}…" for word in arguments)
    return "omctl " + " ".join(shlex.quote(word) for word in words)

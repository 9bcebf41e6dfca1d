"""omctl's argument lists (omctl v1.10.5; docs/omctl.md)."""

import shlex

from ci.core.omctl.files import PINNED_FILE
from ci.core.omctl.model import Deployment, PlanVersion, ServicePlan
from ci.core.settings.product import Preferred, Settings

_JSON = ("--output", "json")


def build_arguments(settings: Settings, description: str) -> tuple[str, ...]:
    """`omctl build`: makes a plan version of the pinned file, and the preferred one if the settings say at once.

    The type of the spec is given, since omctl guesses another one for a file with a service named `helm` or `operator`.
    """
    release = "--release-as-preferred" if settings.preferred is Preferred.AT_ONCE else "--release"
    return (
        *("build", "--file", PINNED_FILE, "--spec-type", "DockerCompose"),
        *("--product-name", settings.product_name),
        *("--environment", settings.environment, "--environment-type", settings.environment_type),
        *(release, "--release-description", description),
        *_JSON,
    )


def describe_version_arguments(version: PlanVersion) -> tuple[str, ...]:
    """`omctl service-plan describe-version`: the status of a plan version."""
    ids = ("--service-id", version.service_id, "--plan-id", version.plan_id)
    return ("service-plan", "describe-version", *ids, "--version", version.version, *_JSON)


def environments_arguments() -> tuple[str, ...]:
    """`omctl environment list`: every environment of every product, with its type.

    Without a filter, which a name with a comma would break.
    """
    return ("environment", "list", *_JSON)


def plans_arguments() -> tuple[str, ...]:
    """`omctl service-plan list`: every service plan of every product, with its identifiers."""
    return ("service-plan", "list", *_JSON)


def versions_arguments(plan: ServicePlan) -> tuple[str, ...]:
    """`omctl service-plan list-versions`: the versions of a plan with their descriptions, the newest first."""
    return ("service-plan", "list-versions", "--service-id", plan.service_id, "--plan-id", plan.plan_id, *_JSON)


def set_preferred_arguments(service_id: str, plan_id: str, version: str) -> tuple[str, ...]:
    """`omctl service-plan set-default`: makes a version the preferred one; also the way back to the one before."""
    ids = ("--service-id", service_id, "--plan-id", plan_id)
    return ("service-plan", "set-default", *ids, "--version", version, *_JSON)


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

    Which of the last commands are run depends on the responses: what exists already is not made again.
    """
    version = PlanVersion("SERVICE_ID", "PLAN_ID", "", "PLAN_VERSION", settings.environment)
    instance = settings.instance or "INSTANCE"
    set_preferred = set_preferred_arguments("SERVICE_ID", "PLAN_ID", "PLAN_VERSION")
    upgrade = (
        deployment_arguments(instance),
        upgrades_arguments(Deployment("SERVICE_ID", "PLAN_ID", "")),
        upgrade_instances_arguments("UPGRADE_ID"),
        upgrade_arguments(instance, "PLAN_VERSION"),
        upgrade_status_arguments("UPGRADE_ID"),
    )
    return (
        environments_arguments(),
        secrets_arguments(settings),
        instances_arguments(settings),
        plans_arguments(),
        versions_arguments(ServicePlan("", "", "", "SERVICE_ID", "PLAN_ID")),
        build_arguments(settings, description),
        describe_version_arguments(version),
        *((set_preferred, *upgrade) if settings.preferred is Preferred.AT_ONCE else (*upgrade, set_preferred)),
    )


def environment(seconds: int) -> dict[str, str]:
    """The environment variables of omctl for a run that may take this long (docs/omctl.md, "Time limits").

    A request has ended before the run is stopped, so that omctl itself says what happened. None is sent again by omctl:
    it would send the one that schedules an upgrade a second time although the first was heard.
    """
    return {
        "OMNISTRATE_LOG_LEVEL": "disabled",  # its log goes to stdout, among the JSON
        "OMNISTRATE_CLIENT_TIMEOUT_IN_SECONDS": str(max(1, seconds * 8 // 10)),
        "OMNISTRATE_RETRY_MAX": "0",
    }


def shown(arguments: tuple[str, ...]) -> str:
    """A command as one line of a shell; of an argument with several lines only the first, and an ellipsis."""
    words = (word if "\n" not in word else f"{word.splitlines()[0]}…" for word in arguments)
    return "omctl " + " ".join(shlex.quote(word) for word in words)

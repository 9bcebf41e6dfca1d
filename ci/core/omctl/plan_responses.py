"""omctl's responses about service plans and their versions (omctl v1.10.5; docs/omctl.md)."""

from dataclasses import dataclass
from typing import Any

from ci.core.omctl.model import Completed, ListedVersion, PlanVersion, ServicePlan
from ci.core.omctl.parse import objects_with, one_object, unexpected
from ci.core.settings.product import Settings

PREFERRED = "preferred"


@dataclass(frozen=True)
class Built:
    """The latest version after a build, and whether this build made a new one: an unchanged spec makes none."""

    version: PlanVersion
    listed: ListedVersion
    new: bool


def read_plans(response: Completed) -> tuple[ServicePlan, ...]:
    """The service plans that `omctl service-plan list` names, of all products.

    Raises:
        OmnistrateError: it failed.
    """
    keys = ("service_name", "environment", "plan_name", "service_id", "plan_id")
    found = objects_with(response, "omctl service-plan list", keys)
    return tuple(ServicePlan(*(str(one[key]) for key in keys)) for one in found)


def read_versions(response: Completed, plan: ServicePlan) -> tuple[ListedVersion, ...]:
    """The versions of a plan that `omctl service-plan list-versions` names, in its order: the newest first.

    For a plan without versions the command prints nothing and exits with 0.

    Raises:
        OmnistrateError: it failed.
    """
    if response == Completed(0, "", ""):
        return ()
    found = objects_with(response, "omctl service-plan list-versions", ("plan_id", "version"))
    return tuple(_version(one) for one in found if one["plan_id"] == plan.plan_id)


def read_build(response: Completed, settings: Settings) -> Built:
    """The plan's latest version when `omctl build` had done its work.

    That is the version of this build only if its description says so: another build may have come between.

    Raises:
        OmnistrateError: it failed, or its response names no version.
    """
    command = "omctl build"
    found = one_object(response, command)
    missing = [name for name in ("service_id", "plan_id", "version") if not found.get(name)]
    if missing:
        raise unexpected(response, command, f"an object with {', '.join(missing)}")
    version = PlanVersion(
        str(found["service_id"]),
        str(found["plan_id"]),
        str(found.get("plan_name", "")),
        str(found["version"]),
        str(found.get("environment", settings.environment)),
    )
    return Built(version, _version(found), found.get("is_new_service_plan_version_created") is True)


def read_version(response: Completed, version: PlanVersion) -> ListedVersion:
    """A plan version as `omctl service-plan describe-version` shows it: without its images (v1.10.5).

    Raises:
        OmnistrateError: it failed, or describes another version.
    """
    command = "omctl service-plan describe-version"
    found = one_object(response, command)
    if found.get("version") != version.version or not found.get("version_set_status"):
        raise unexpected(response, command, f"version {version.version} with its status")
    return _version(found)


def _version(found: dict[str, Any]) -> ListedVersion:  # Any: JSON
    status = str(found.get("version_set_status", "")).lower()
    return ListedVersion(str(found["version"]), str(found.get("release_description", "")), status == PREFERRED)

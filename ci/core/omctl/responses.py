"""omctl's responses about plan versions, secrets and instances (omctl v1.10.5; docs/omctl.md)."""

from ci.core.omctl.model import Completed, Deployment, Instance, PlanVersion
from ci.core.omctl.parse import objects, one_object, parsed, unexpected
from ci.core.settings.product import Settings


def read_plan_version(response: Completed, settings: Settings) -> PlanVersion:
    """The plan version that `omctl build` made, or found unchanged.

    Raises:
        OmnistrateError: it failed, or its response names no version.
    """
    command = "omctl build"
    found = one_object(response, command)
    missing = [name for name in ("service_id", "plan_id", "version") if not found.get(name)]
    if missing:
        raise unexpected(response, command, f"an object with {', '.join(missing)}")
    return PlanVersion(
        str(found["service_id"]),
        str(found["plan_id"]),
        str(found.get("plan_name", "")),
        str(found["version"]),
        str(found.get("environment", settings.environment)),
    )


def check_preferred(response: Completed, version: PlanVersion) -> None:
    """Verify by `omctl service-plan describe-version` that a plan version exists and is the preferred one.

    The response does not name the images of the version (v1.10.5), so they are not verified.

    Raises:
        OmnistrateError: it is not the preferred one, or omctl failed.
    """
    command = "omctl service-plan describe-version"
    found = one_object(response, command)
    if found.get("version") != version.version or str(found.get("version_set_status", "")).lower() != "preferred":
        raise unexpected(response, command, f"version {version.version} with the status Preferred")


def read_secrets(response: Completed) -> frozenset[str]:
    """The names of the environment's secrets, of `omctl secret list`.

    Raises:
        OmnistrateError: it failed.
    """
    command = "omctl secret list"
    found = parsed(response, command)
    items = (found["secrets"] or []) if isinstance(found, dict) and "secrets" in found else found
    if not isinstance(items, list) or not all(isinstance(one, dict) and "name" in one for one in items):
        raise unexpected(response, command, "an array of secrets, each with its name")
    return frozenset(str(one["name"]) for one in items)


def read_instances(response: Completed) -> tuple[Instance, ...]:
    """The instances that `omctl instance list` names.

    Raises:
        OmnistrateError: it failed.
    """
    command = "omctl instance list"
    found = objects(response, command)
    if not all(one.get("instance_id") for one in found):
        raise unexpected(response, command, "an array of instances, each with its instance_id")
    return tuple(
        Instance(
            str(one["instance_id"]),
            str(one.get("environment", "")),
            str(one.get("version", "")),
            str(one.get("status", "")),
        )
        for one in found
    )


def read_deployment(response: Completed, instance_id: str) -> Deployment:
    """The plan and version of one instance, of `omctl instance describe`.

    Raises:
        OmnistrateError: it failed, or describes another instance.
    """
    command = "omctl instance describe"
    found = one_object(response, command)
    keys = ("serviceId", "productTierId", "tierVersion")
    if found.get("instanceId") != instance_id or not all(map(found.get, keys)):
        raise unexpected(response, command, f"{instance_id} with its {', '.join(keys)}")
    return Deployment(*(str(found[key]) for key in keys))

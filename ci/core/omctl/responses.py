"""omctl's responses about environments, secrets and instances (omctl v1.10.5; docs/omctl.md)."""

from collections.abc import Iterator
from typing import Any

from ci.core.omctl.model import Completed, Deployment, Environment, Instance
from ci.core.omctl.parse import objects_with, one_object, parsed, unexpected


def read_environments(response: Completed) -> tuple[Environment, ...]:
    """The environments that `omctl environment list` names, of all products.

    Raises:
        OmnistrateError: it failed.
    """
    command, keys = "omctl environment list", ("service_name", "environment_name")
    found = objects_with(response, command, keys)
    return tuple(
        Environment(str(one[keys[0]]), str(one[keys[1]]), str(one.get("environment_type", "")).lower()) for one in found
    )


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
    found = objects_with(response, command, ("instance_id",))
    return tuple(
        Instance(
            str(one["instance_id"]),
            *(str(one.get(key, "")) for key in ("environment", "version", "status", "plan")),
        )
        for one in found
    )


def read_deployment(response: Completed, instance_id: str) -> Deployment:
    """The plan, version, status and images of one instance, of `omctl instance describe`.

    Raises:
        OmnistrateError: it failed, or describes another instance.
    """
    command = "omctl instance describe"
    found = one_object(response, command)
    keys = ("serviceId", "productTierId", "tierVersion")
    if found.get("instanceId") != instance_id or not all(map(found.get, keys)):
        raise unexpected(response, command, f"{instance_id} with its {', '.join(keys)}")
    resources = found.get("resourceDeploymentStatus")
    images = tuple(_images(resources if isinstance(resources, list) else []))
    service_id, plan_id, version = (str(found[key]) for key in keys)
    return Deployment(service_id, plan_id, version, str(found.get("status", "")), images)


def _images(resources: list[Any]) -> Iterator[tuple[str, str]]:
    """Resource and image; resources of other kinds than containers show none."""
    for one in resources:
        more = one.get("additionalInfo") if isinstance(one, dict) else None
        if isinstance(more, dict) and more.get("image"):
            yield str(one.get("resourceName", "")), str(more["image"])

"""omctl's commands about plans and their versions: the requests that each sends, and what it prints (omctl v1.10.5).

Any: JSON.
"""

import base64
from collections.abc import Mapping
from typing import Any

from ci.simulation.omctl_client import Client, CommandError


def environments(client: Client) -> Any:
    """`environment list`."""
    return [
        {
            "environment_id": one["id"],
            "environment_name": one["name"],
            "environment_type": one["type"],
            "service_id": service["id"],
            "service_name": service["name"],
            "source_env_name": "",
        }
        for service in client.request("GET", "/service")["services"]
        for one in service["serviceEnvironments"]
    ]


def plans(client: Client) -> Any:
    """`service-plan list`."""
    return [
        {
            "plan_id": plan["productTierID"],
            "plan_name": plan["name"],
            "service_id": service["id"],
            "service_name": service["name"],
            "environment": environment["name"],
            "deployment_type": plan["tierType"],  # omctl names these two the other way around
            "tenancy_type": plan["modelType"],
        }
        for service in client.request("GET", "/service")["services"]
        for environment in service["serviceEnvironments"]
        for plan in environment["servicePlans"]
    ]


def _plan_of(client: Client) -> str:
    """The plan that the options name, if it exists."""
    service, plan = client.options["--service-id"], client.options["--plan-id"]
    described = client.request("GET", f"/service/{service}")
    plans = [one["productTierID"] for each in described["serviceEnvironments"] for one in each["servicePlans"]]
    if plan not in plans:
        raise CommandError("service plan not found. Please check input values and try again")
    return plan


def _listed(one: Mapping[str, Any]) -> dict[str, Any]:
    printed = {
        "plan_id": one["id"],
        "plan_name": one["name"],
        "service_id": one["serviceId"],
        "service_name": one["serviceName"],
        "environment": one["serviceEnvironmentName"],
        "version": one["version"],
        "release_description": one.get("versionName", ""),
        "version_set_status": one["versionSetStatus"],
    }
    return {key: value for key, value in printed.items() if value}


def versions(client: Client) -> Any:
    """`service-plan list-versions`, the newest first."""
    records = client.search("serviceplan", _plan_of(client), "servicePlanResults")
    return [_listed(one) for one in sorted(records, key=lambda one: one["releasedAt"], reverse=True)] or None


def set_preferred(client: Client) -> Any:
    """`service-plan set-default`."""
    plan, version = _plan_of(client), client.options["--version"]
    service = client.options["--service-id"]
    client.request("PATCH", f"/service/{service}/productTier/{plan}/version-set/{version}/promote")
    records = client.search("serviceplan", plan, "servicePlanResults")
    return _listed(next(one for one in records if one["version"] == version))


def build(client: Client) -> Any:
    """`build`."""
    body = {
        "name": client.options["--product-name"],
        "environment": client.options["--environment"],
        "environmentType": client.options["--environment-type"].upper(),
        "fileContent": base64.b64encode(client.compose.encode()).decode(),
        "release": "--release" in client.arguments,
        "releaseAsPreferred": "--release-as-preferred" in client.arguments,
        "releaseVersionName": client.options.get("--release-description", ""),
    }
    built = client.request("PUT", "/service/composespec", body)
    service, plan = f"/service/{built['serviceID']}", built["productTierID"]
    name = client.request("GET", f"{service}/product-tier/{plan}")["name"]
    latest = client.request("GET", f"{service}/productTier/{plan}/version-set")["tierVersionSets"][0]
    printed = {
        "plan_id": plan,
        "plan_name": name,
        "service_id": built["serviceID"],
        "service_name": body["name"],
        "environment": body["environment"],
        "version": latest["version"],
        "release_description": latest.get("name", ""),
        "version_set_status": latest["status"],
        "is_new_service_plan_version_created": built["isNewServicePlanVersionCreated"],
    }
    return {key: value for key, value in printed.items() if value}


def version(client: Client) -> Any:
    """`service-plan describe-version`."""
    service, plan, version = (client.options[name] for name in ("--service-id", "--plan-id", "--version"))
    product = client.request("GET", f"/service/{service}")
    found = client.request("GET", f"/service/{service}/productTier/{plan}/version-set/{version}")
    query = {"ProductTierId": plan, "ProductTierVersion": version}
    paths = [f"/service/{service}/resource/{one['id']}" for one in found["resources"]]
    resources = [client.request("GET", path, query=query) for path in paths]
    return {
        "plan_id": plan,
        "service_id": service,
        "service_name": product["name"],
        "environment": product["serviceEnvironments"][0]["name"],
        "version": found["version"],
        "release_description": found.get("name", ""),
        "version_set_status": found["status"],
        "enabled_features": found["enabledFeatures"],
        "resources": [
            {
                "resource_id": one["id"],
                "resource_name": one["name"],
                "resource_type": one["resourceType"],
                "capabilities": one["capabilities"],
            }
            for one in resources
        ],
    }

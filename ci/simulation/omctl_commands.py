"""The commands of omctl, each as the requests that it sends and the JSON that it prints (omctl v1.10.5); Any: JSON."""

from collections.abc import Callable
from typing import Any

from ci.simulation import omctl_plan_commands
from ci.simulation.omctl_client import Client, CommandError

_FILTERS = {"service": "serviceName", "environment": "environmentName"}


def _secrets(client: Client) -> Any:
    listed = client.request("GET", f"/environmentType/{client.operand}/secrets")["secrets"]
    return {"secrets": [{"environment_type": one["environmentType"], "name": one["name"]} for one in listed]}


def _instances(client: Client) -> Any:
    pairs = (pair.split(":") for pair in client.options["--filter"].split(","))
    group = {_FILTERS[key]: value for key, value in pairs}
    filters = {"resourceInstance": {"predicates": [group]}}
    return [
        {
            "instance_id": one["id"],
            "service": one["serviceName"],
            "environment": one["serviceEnvironmentName"],
            "plan": one["productTierName"],
            "version": one["productTierVersion"],
            "resource": one["resourceName"],
            "cloud_provider": one["cloudProvider"],
            "region": one["regionCode"],
            "status": one["status"],
            "subscription_id": one["subscriptionId"],
            "tags": "",
        }
        for one in client.search("resourceinstance", "i", "resourceInstanceResults", filters=filters)
    ]


def _deployment(client: Client) -> Any:
    record = client.instance()
    environment = f"/service/{record['serviceId']}/environment/{record['serviceEnvironmentId']}"
    found = client.request("GET", f"/fleet{environment}/instance/{record['id']}")
    result = found["consumptionResourceInstanceResult"]
    resources = [
        {
            **{key: one[key] for key in ("resourceId", "resourceName", "version", "latestVersion")},
            "deploymentType": "Generic",
            "additionalInfo": {"image": one["genericResourceDeploymentConfiguration"]["Image"]},
        }
        for one in found["resourceVersionSummaries"]
    ]
    return {
        "instanceId": record["id"],
        "serviceId": found["serviceId"],
        "environmentId": found["environmentId"],
        "status": result["status"],
        "productTierId": found["productTierId"],
        "tierVersion": found["tierVersion"],
        "creationTime": result["created_at"],
        "lastModifiedTime": result["last_modified_at"],
        "resourceDeploymentStatus": resources or None,
    }


def _upgrades(client: Client) -> Any:
    path = f"/fleet/service/{client.options['--service-id']}/productTier/{client.options['--product-tier-id']}"
    token = client.options.get("--next-page-token", "")
    return [client.request("GET", f"{path}/upgrade-paths", query={"nextPageToken": token})]


def _upgrade_instances(client: Client) -> Any:
    rows = client.request("GET", f"{client.upgrade_path()}/eligible-instances")["instances"]
    return [
        {
            "upgrade_id": client.operand,
            "instance_id": one["instanceId"],
            "upgrade_start_time": one["upgradeStartTime"],
            "planned_execution_date": None,
            "upgrade_end_time": one.get("upgradeEndTime", ""),
            "upgrade_status": one["status"],
        }
        for one in rows
    ] or None


def _upgrade_status(client: Client) -> Any:
    found = client.request("GET", client.upgrade_path())
    counts = ("total", "pending", "inProgress", "completed", "failed", "scheduled", "skipped")
    names = {name: "in_progress" if name == "inProgress" else name for name in counts}
    return [
        {
            "upgrade_id": found["upgradePathId"],
            **{names[name]: found[f"{name}Count"] for name in counts},
            "status": found["status"],
            "notify_customer": found["notifyCustomer"],
        }
    ]


def _upgrade(client: Client) -> Any:
    record, version = client.instance(), client.options["--version"]
    plan = f"/service/{record['serviceId']}/productTier/{record['productTierId']}"
    try:
        client.request("GET", f"{plan}/version-set/{version}")
    except CommandError:
        raise CommandError(f"version {version} not found") from None
    source = record["productTierVersion"]
    if source == version:
        raise CommandError(f"source version {source} is the same as target version for {client.operand}")
    filters = {"INSTANCE_IDS": [client.operand]}
    body = {"sourceVersion": source, "targetVersion": version, "upgradeFilters": filters, "notifyCustomer": False}
    created = client.request("POST", f"/fleet{plan}/upgrade-path", body)
    return [
        {
            "upgrade_id": created["upgradePathId"],
            "source_version": source,
            "target_version": version,
            "instance_ids": client.operand,
            "notify_customer": created["notifyCustomer"],
        }
    ]


COMMANDS: dict[str, Callable[[Client], Any]] = {
    "environment list": omctl_plan_commands.environments,
    "service-plan list": omctl_plan_commands.plans,
    "service-plan list-versions": omctl_plan_commands.versions,
    "service-plan set-default": omctl_plan_commands.set_preferred,
    "secret list": _secrets,
    "instance list": _instances,
    "instance describe": _deployment,
    "build": omctl_plan_commands.build,
    "service-plan describe-version": omctl_plan_commands.version,
    "upgrade list": _upgrades,
    "upgrade status detail": _upgrade_instances,
    "upgrade status": _upgrade_status,
    "upgrade": _upgrade,
}
"""Command -> what it prints, or None for nothing; of two that begin alike the longer comes first."""

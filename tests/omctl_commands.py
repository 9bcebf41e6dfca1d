"""The commands of omctl, each as the requests that it sends and the JSON that it prints (omctl v1.10.5)."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ci.rehearsal.routes import API, Response

_FILTERS = {"service": "serviceName", "environment": "environmentName"}


class CommandError(Exception):
    """What omctl prints after `Error:` before it exits with 1."""


@dataclass(frozen=True)
class Client:
    """One run of omctl: its arguments after the command, and how it reaches the API and the compose file."""

    arguments: tuple[str, ...]
    send: Callable[[str, str, bytes, Mapping[str, str]], Response]
    """Method, path, body and query -> response."""
    compose: str

    @property
    def options(self) -> dict[str, str]:
        """`--option` -> the argument after it."""
        pairs = zip(self.arguments, (*self.arguments[1:], ""), strict=True)
        return {name: value for name, value in pairs if name.startswith("--")}

    @property
    def operand(self) -> str:
        """The argument before all options."""
        return self.arguments[0]

    def request(self, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None) -> Any:
        """The body of the response; Any: JSON, here and below.

        Raises:
            CommandError: the API responded with an error.
        """
        content = b"" if body is None else json.dumps(body).encode()
        response = self.send(method, API + path, content, query or {})
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            status = HTTPStatus(response.status)
            raise CommandError(f"{status.value} {status.phrase}\nDetail: {json.dumps(response.body)}")
        if response.status != HTTPStatus.OK:
            raise CommandError(f"{response.body['name']}\nDetail: {response.body['message']}")
        return response.body

    def search(self, kind: str, text: str, results: str, **filters: Any) -> list[dict[str, Any]]:
        """The records of a search."""
        body = {"query": f"{kind}:{text}", **filters}
        found: list[dict[str, Any]] = self.request("POST", "/fleet/search-inventory", body)[results]
        return found

    def exactly(self, kind: str, results: str, hint: str = "") -> dict[str, Any]:
        """The record whose identifier is the operand; the API's search also returns those that contain it.

        Raises:
            CommandError: there is none.
        """
        for record in self.search(kind, self.operand, results):
            if record["id"] == self.operand:
                return record
        raise CommandError(f"{self.operand} not found{hint}")

    def instance(self) -> dict[str, Any]:
        """The record of the instance that the operand names."""
        hint = ". Please check the instance ID and try again"
        return self.exactly("resourceinstance", "resourceInstanceResults", hint)

    def upgrade_path(self) -> str:
        """The path of the upgrade that the operand names."""
        record = self.exactly("upgradepath", "upgradePathResults")
        plan = f"/service/{record['serviceId']}/productTier/{record['productTierID']}"
        return f"/fleet{plan}/upgrade-path/{record['id']}"


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


def _build(client: Client) -> Any:
    body = {
        "name": client.options["--product-name"],
        "environment": client.options["--environment"],
        "environmentType": client.options["--environment-type"].upper(),
        "fileContent": base64.b64encode(client.compose.encode()).decode(),
        "release": "--release" in client.options,
        "releaseAsPreferred": "--release-as-preferred" in client.options,
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


def _version(client: Client) -> Any:
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
    "secret list": _secrets,
    "instance list": _instances,
    "instance describe": _deployment,
    "build": _build,
    "service-plan describe-version": _version,
    "upgrade list": _upgrades,
    "upgrade status detail": _upgrade_instances,
    "upgrade status": _upgrade_status,
    "upgrade": _upgrade,
}
"""Command -> what it prints, or None for nothing; of two that begin alike the longer comes first."""

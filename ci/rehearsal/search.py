"""The search of the fleet API, and the list of upgrades.

A query is `KIND:TEXT`; the result is everything of that kind whose identifier or name contains the text. That the real
API matches this way is assumed: omctl compares whole identifiers itself, and searches `resourceinstance:i` for all.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from . import responses_fleet as fleet
from .models import ApiError, Plan
from .responses_v1 import Json
from .state import State


class Kind(StrEnum):
    """What can be searched."""

    SERVICE = "service"
    PLAN = "serviceplan"
    INSTANCE = "resourceinstance"
    UPGRADE = "upgradepath"


_RESULTS = {
    Kind.SERVICE: "serviceResults",
    Kind.PLAN: "servicePlanResults",
    Kind.INSTANCE: "resourceInstanceResults",
    Kind.UPGRADE: "upgradePathResults",
}
"""SDK: the field of a SearchInventoryResult that has the records of a kind."""

_FIELDS = {
    "instanceId": "id",
    "serviceName": "serviceName",
    "environmentName": "serviceEnvironmentName",
    "productTierName": "productTierName",
    "productTierVersion": "productTierVersion",
    "resourceName": "resourceName",
    "cloudProvider": "cloudProvider",
    "regionCode": "regionCode",
    "status": "status",
    "subscriptionId": "subscriptionId",
}
"""SDK: condition of a ResourceInstanceFilterGroup -> field of the ResourceInstanceSearchRecord that it is about."""

_UPGRADE_FIELDS = {
    "sourceProductTierVersion": "sourceVersion",
    "targetProductTierVersion": "targetVersion",
    "status": "status",
    "type": "type",
}
"""SDK: query parameter of ListUpgradePaths -> field of the UpgradePath that it is about."""

_PAGE_SIZE = 10
"""Upgrades on a page if the request gives no size: assumed, from the SDK's example."""


def search(state: State, request: Mapping[str, Any]) -> Json:  # Any: JSON
    """inventory-api#SearchInventory: one list for each kind; only that of the requested kind has records.

    Raises:
        ApiError: 400, the kind is unknown.
    """
    name, _, text = str(request.get("query", "")).partition(":")
    if name not in list(Kind):
        message = f"the stand-in cannot search for {name!r}; known kinds: {', '.join(Kind)}"
        raise ApiError(400, "bad_request", message)
    records = _records(state, Kind(name))
    if name == Kind.INSTANCE:
        groups = ((request.get("filters") or {}).get("resourceInstance") or {}).get("predicates") or []
        records = [record for record in records if not groups or any(_matches(record, group) for group in groups)]
    found = [record for record in records if _contains(record, text.lower())]
    return {field: found if kind == name else [] for kind, field in _RESULTS.items()}


def _records(state: State, kind: Kind) -> list[Json]:
    if kind is Kind.SERVICE:
        products = {plan.service_id: plan.product for plan in state.plans}
        return [{"id": service_id, "name": name, "description": ""} for service_id, name in products.items()]
    if kind is Kind.PLAN:
        return [fleet.plan_record(plan, version) for plan in state.plans for version in plan.newest_first()]
    if kind is Kind.INSTANCE:
        return [fleet.instance_record(state.plan(instance.plan_id), instance) for instance in state.instances]
    return [fleet.upgrade_record(state.plan(upgrade.plan_id), upgrade) for upgrade in state.upgrades]


def _contains(record: Json, text: str) -> bool:
    return text in str(record["id"]).lower() or text in str(record.get("name", "")).lower()


def _matches(record: Json, group: Mapping[str, str]) -> bool:
    return all(str(record.get(_FIELDS.get(key, key), "")).lower() == value.lower() for key, value in group.items())


def list_upgrades(state: State, plan: Plan, query: Mapping[str, str]) -> Json:
    """SDK: ListUpgradePathsResult, one page of a plan's upgrades.

    Assumed: the newest comes first, conditions compare whole fields, and the token of a page is a number.

    Raises:
        ApiError: 400, the token or the size of the page is not a number.
    """
    start, size = _number(query, "nextPageToken", 0), _number(query, "pageSize", _PAGE_SIZE)
    records = [fleet.upgrade_path(state, plan, each) for each in reversed(state.upgrades) if each.plan_id == plan.id]
    wanted = {field: query[key] for key, field in _UPGRADE_FIELDS.items() if query.get(key)}
    found = [record for record in records if all(record[field] == value for field, value in wanted.items())]
    end = start + max(size, 1)
    return {"upgradePaths": found[start:end], **({"nextPageToken": str(end)} if end < len(found) else {})}


def _number(query: Mapping[str, str], key: str, default: int) -> int:
    value = query.get(key) or str(default)
    if not value.isdecimal():
        raise ApiError(400, "bad_request", f"Invalid request: {key} is {value!r}, not a number")
    return int(value)

"""The search of the fleet API: `KIND:TEXT`, answered with all of that kind whose identifier or name holds the text.

That the real one matches so is assumed; omctl compares whole identifiers itself, and asks `resourceinstance:i` for all.
And its list of upgrade paths, a page at a time.
"""

from collections.abc import Mapping
from typing import Any

from . import answers_fleet as fleet
from .answers_v1 import Json
from .things import Plan, Refusal
from .world import World

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
"""SDK: what a ResourceInstanceFilterGroup asks, and the field of a ResourceInstanceSearchRecord that holds it."""

_UPGRADE_FIELDS = {
    "sourceProductTierVersion": "sourceVersion",
    "targetProductTierVersion": "targetVersion",
    "status": "status",
    "type": "type",
}
"""SDK: what a list of upgrade paths may be asked for, and the field of an UpgradePath that holds it."""

_PAGE = 10
"""How many upgrade paths a page has where none is asked for: assumed, from the SDK's example."""


def search(world: World, wish: dict[str, Any]) -> Json:
    """inventory-api#SearchInventory: one list a kind, all but one of them empty."""
    kind, _, text = str(wish.get("query", "")).partition(":")
    found: dict[str, list[Json]] = {
        "serviceResults": [],
        "servicePlanResults": [],
        "resourceInstanceResults": [],
        "upgradePathResults": [],
    }
    if kind == "service":
        products = {plan.service_id: plan.product for plan in world.plans}
        records: list[Json] = [{"id": key, "name": name, "description": ""} for key, name in products.items()]
        found["serviceResults"] = _holding(text, records)
    elif kind == "serviceplan":
        records = [fleet.plan_record(plan, version) for plan in world.plans for version in plan.newest_first()]
        found["servicePlanResults"] = _holding(text, records)
    elif kind == "resourceinstance":
        records = [fleet.instance_record(world.plan(instance.plan_id), instance) for instance in world.instances]
        groups = ((wish.get("filters") or {}).get("resourceInstance") or {}).get("predicates") or []
        kept = [record for record in records if not groups or any(_fits(record, group) for group in groups)]
        found["resourceInstanceResults"] = _holding(text, kept)
    elif kind == "upgradepath":
        records = [fleet.upgrade_record(world.plan(upgrade.plan_id), upgrade) for upgrade in world.upgrades]
        found["upgradePathResults"] = _holding(text, records)
    else:
        raise Refusal(
            400,
            "bad_request",
            f"the stand-in finds no {kind!r}; it knows service, serviceplan, resourceinstance, upgradepath",
        )
    return dict(found)


def _holding(text: str, records: list[Json]) -> list[Json]:
    wanted = text.lower()
    return [
        record
        for record in records
        if wanted in str(record["id"]).lower() or wanted in str(record.get("name", "")).lower()
    ]


def _fits(record: Json, group: dict[str, str]) -> bool:
    return all(str(record.get(_FIELDS.get(key, key), "")).lower() == value.lower() for key, value in group.items())


def list_upgrades(world: World, plan: Plan, query: Mapping[str, str]) -> Json:
    """SDK: ListUpgradePathsResult. The newest first, whole fields compared, and a number as the token: all assumed."""
    start, size = _number(query, "nextPageToken", 0), _number(query, "pageSize", _PAGE)
    records = [fleet.upgrade_path(world, plan, each) for each in reversed(world.upgrades) if each.plan_id == plan.id]
    wanted = {field: query[key] for key, field in _UPGRADE_FIELDS.items() if query.get(key)}
    kept = [record for record in records if all(record[field] == value for field, value in wanted.items())]
    end = start + max(size, 1)
    return {"upgradePaths": kept[start:end], **({"nextPageToken": str(end)} if end < len(kept) else {})}


def _number(query: Mapping[str, str], key: str, default: int) -> int:
    value = query.get(key) or str(default)
    if not value.isdecimal():
        raise Refusal(400, "bad_request", f"Invalid request: {key} is {value!r}, and no number")
    return int(value)

"""The operations of the API's part `fleet`: searches, instances, upgrades. Each docstring has the SDK's name."""

from collections.abc import Mapping

from . import responses_fleet as fleet
from . import rules
from .request import Outcome, Request
from .search import list_upgrades, search
from .state import State


def search_inventory(state: State, request: Request, _: Mapping[str, str]) -> Outcome:
    """inventory-api#SearchInventory."""
    return state, search(state, request.json())


def describe_instance(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#DescribeResourceInstance."""
    instance = state.instance(at["instance"])
    return state, fleet.instance_detail(state.plan(instance.plan_id), instance)


def create_upgrade(state: State, request: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#CreateUpgradePath."""
    given = request.json()
    state, upgrade = rules.start_upgrade(
        state,
        at["plan"],
        source=given.get("sourceVersion", ""),
        target=given.get("targetVersion", ""),
        instances=tuple((given.get("upgradeFilters") or {}).get("INSTANCE_IDS", ())),
        notify=bool(given.get("notifyCustomer")),
    )
    return state, fleet.upgrade_path(state, state.plan(at["plan"]), upgrade)


def describe_upgrade(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#DescribeUpgradePath; the one request that moves an upgrade forward."""
    state, upgrade = rules.poll(state, at["upgrade"])
    return state, fleet.upgrade_path(state, state.plan(upgrade.plan_id), upgrade)


def list_upgrade_paths(state: State, request: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#ListUpgradePaths; it moves no upgrade forward."""
    return state, list_upgrades(state, state.plan(at["plan"]), request.query)


def list_upgrade_instances(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#ListEligibleInstancesPerUpgrade."""
    upgrade = state.upgrade(at["upgrade"])
    return state, fleet.eligible(state, state.plan(upgrade.plan_id), upgrade)

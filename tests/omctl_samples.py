"""Responses of omctl as the code reads them, and the reader of each command."""

from collections.abc import Callable
from typing import Any

from fakes import SETTINGS

from ci.core.omctl import plan_responses, responses, upgrade_responses
from ci.core.omctl.model import Completed, PlanVersion, ServicePlan, Upgrade

VERSION = PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "Dev")
PLAN = ServicePlan("Shop", "Dev", "Shop Plan", "s-1", "pt-1")
LISTED_PLAN = {
    "plan_id": "pt-1",
    "plan_name": "Shop Plan",
    "service_id": "s-1",
    "service_name": "Shop",
    "environment": "Dev",
}
LISTED_VERSION = {**LISTED_PLAN, "version": "2.0", "release_description": "1.2.0", "version_set_status": "Preferred"}
LISTED_ENVIRONMENT = {"environment_name": "Dev", "environment_type": "DEV", "service_name": "Shop"}
BUILT = {"service_id": "s-1", "plan_id": "pt-1", "plan_name": "Shop Plan", "version": "2.0", "environment": "Dev"}
UPGRADE = {"upgrade_id": "u-1", "source_version": "1.0", "target_version": "2.0", "instance_ids": "instance-1"}
DEPLOYED = {"instanceId": "instance-1", "serviceId": "s-1", "productTierId": "pt-1", "tierVersion": "1.0"}
PATH = {"upgradePathId": "u-1", "targetVersion": "2.0", "status": "IN_PROGRESS", "totalCount": 1}
ROW = {"upgrade_id": "u-1", "instance_id": "instance-1", "upgrade_status": "IN_PROGRESS"}

READERS: dict[str, Callable[[Completed], Any]] = {
    "build": lambda response: plan_responses.read_build(response, SETTINGS),
    "service-plan describe-version": lambda response: plan_responses.read_version(response, VERSION),
    "service-plan list": plan_responses.read_plans,
    "service-plan list-versions": lambda response: plan_responses.read_versions(response, PLAN),
    "environment list": responses.read_environments,
    "secret list": responses.read_secrets,
    "instance list": responses.read_instances,
    "upgrade": lambda response: upgrade_responses.read_upgrade(response, "instance-1", "2.0"),
    "upgrade status": lambda response: upgrade_responses.read_upgrade_status(
        response, Upgrade("u-1", "2.0", "SCHEDULED")
    ),
    "instance describe": lambda response: responses.read_deployment(response, "instance-1"),
    "upgrade list": upgrade_responses.read_upgrades,
    "upgrade status detail": lambda response: upgrade_responses.read_upgrade_row(response, "instance-1"),
}

"""Models as JSON in the shapes of the SDK's package `fleet` (omnistrate-sdk-go v0.0.120): instances and upgrades.

Each function names its SDK type.
"""

from .models import Instance, Plan, Upgrade, UpgradeStatus, Version, identifier
from .responses_v1 import WHEN, Json, released_at
from .state import State


def plan_record(plan: Plan, version: Version) -> Json:
    """SDK: ServicePlanSearchRecord; a search for plans returns one for each version (`service-plan list-versions`)."""
    return {
        "id": plan.id,
        "name": plan.name,
        "description": "",
        "serviceId": plan.service_id,
        "serviceName": plan.product,
        "serviceEnvironmentId": plan.environment_id,
        "serviceEnvironmentName": plan.environment,
        "serviceEnvironmentType": plan.environment_type,
        "deploymentType": "OMNISTRATE_HOSTED",
        "tenancyType": "OMNISTRATE_DEDICATED_TENANCY",
        "version": version.name,
        "releasedAt": released_at(version.number),
        "versionSetStatus": plan.status_of(version),
        **({"versionName": version.description} if version.description else {}),
    }


def instance_record(plan: Plan, instance: Instance) -> Json:
    """SDK: ResourceInstanceSearchRecord (`instance list`; `upgrade` and `instance describe` search first, too)."""
    return {
        "id": instance.id,
        "description": "",
        "cloudProvider": "aws",
        "regionCode": "us-east-1",
        "resourceName": "omnistrateroot",
        "productTierId": plan.id,
        "productTierName": plan.name,
        "productTierVersion": instance.version,
        "serviceId": plan.service_id,
        "serviceName": plan.product,
        "serviceEnvironmentId": plan.environment_id,
        "serviceEnvironmentName": plan.environment,
        "serviceEnvironmentType": plan.environment_type,
        "status": instance.status,
        "statusDescription": "",
        "subscriptionId": identifier("sub", instance.id),
    }


def instance_detail(plan: Plan, instance: Instance) -> Json:
    """SDK: ResourceInstance; `instance describe --deployment-status` shows the images from its summaries."""
    version = plan.version(instance.version)
    summaries = [
        {
            "resourceId": plan.resource_id(each.name),
            "resourceName": each.name,
            "version": version.name,
            "latestVersion": plan.versions[-1].name,
            "genericResourceDeploymentConfiguration": {"Image": each.image},
        }
        for each in version.compose_file.services
    ]
    return {
        "serviceId": plan.service_id,
        "serviceName": plan.product,
        "serviceEnvName": plan.environment,
        "environmentId": plan.environment_id,
        "productTierId": plan.id,
        "productTierName": plan.name,
        "productTierType": "OMNISTRATE_DEDICATED_TENANCY",
        "serviceModelId": identifier("sm", plan.id),
        "serviceModelName": plan.name,
        "serviceModelType": "OMNISTRATE_HOSTED",
        "tierVersion": version.name,
        "tierVersionStatus": plan.status_of(version),
        "tierVersionReleasedAt": released_at(version.number),
        "tierVersionReleasedByUserId": "user-standin",
        "tierVersionReleasedByUserName": "Rehearsal",
        "cloudProvider": "aws",
        "subscriptionId": identifier("sub", instance.id),
        "subscriptionOwnerName": "Rehearsal",
        "organizationId": "org-standin",
        "organizationName": "Rehearsal",
        "adopted": False,
        "defaultSubscription": True,
        "input_params": {},
        "instanceDebugCommands": [],
        "integrationsStatus": [],
        "consumptionResourceInstanceResult": {
            "id": instance.id,
            "status": instance.status,
            "tierVersion": version.name,
            "region": "us-east-1",
            "cloud_provider": "aws",
            "created_at": WHEN,
            "last_modified_at": WHEN,
        },
        "resourceVersionSummaries": summaries,
    }


def upgrade_record(plan: Plan, upgrade: Upgrade) -> Json:
    """SDK: UpgradePathSearchRecord."""
    return {
        "id": upgrade.id,
        "notifyCustomer": upgrade.notify_customer,
        "productTierID": plan.id,
        "productTierName": plan.name,
        "serviceEnvironmentId": plan.environment_id,
        "serviceEnvironmentName": plan.environment,
        "serviceId": plan.service_id,
        "serviceName": plan.product,
        "status": upgrade.status,
    }


def upgrade_path(state: State, plan: Plan, upgrade: Upgrade) -> Json:
    """SDK: UpgradePath; `omctl upgrade status` shows its counts and its status, but not why it failed."""
    total = len(upgrade.instances)
    failed = sum(instance_status(state, upgrade, each) is UpgradeStatus.FAILED for each in upgrade.instances)
    return {
        "upgradePathId": upgrade.id,
        "productTierId": plan.id,
        "serviceId": plan.service_id,
        "status": upgrade.status,
        "sourceVersion": upgrade.source,
        "sourceVersionName": plan.version(upgrade.source).description,
        "targetVersion": upgrade.target,
        "targetVersionName": plan.version(upgrade.target).description,
        "type": "Major",
        "totalCount": total,
        "pendingCount": 0,
        "skippedCount": 0,
        "scheduledCount": total if upgrade.status is UpgradeStatus.SCHEDULED else 0,
        "inProgressCount": total if upgrade.status is UpgradeStatus.IN_PROGRESS else 0,
        "completedCount": total - failed if upgrade.ended else 0,
        "failedCount": failed + len(upgrade.ineligible),
        "failedInstanceReasons": {name: {"reason": reason} for name, reason in upgrade.ineligible},
        "notifyCustomer": upgrade.notify_customer,
        "createdAt": WHEN,
        "updatedAt": WHEN,
        "releasedAt": WHEN,
    }


def instance_status(state: State, upgrade: Upgrade, instance_id: str) -> UpgradeStatus:
    """The status of one instance in an upgrade.

    If one instance fails, the upgrade as a whole has failed, but the others are COMPLETE.
    """
    failed_as_a_whole = upgrade.status is UpgradeStatus.FAILED and instance_id not in state.seed.fail_upgrades_of
    return UpgradeStatus.COMPLETE if failed_as_a_whole else upgrade.status


def eligible(state: State, plan: Plan, upgrade: Upgrade) -> Json:
    """SDK: ListEligibleInstancesPerUpgradeResult (`upgrade status detail`)."""
    ended = {"upgradeEndTime": WHEN} if upgrade.ended else {}
    rows = [
        {
            "instanceId": each,
            "status": instance_status(state, upgrade, each),
            "cloudProviderName": "aws",
            "cloudProviderRegion": "us-east-1",
            "createdAt": WHEN,
            "updatedAt": WHEN,
            "upgradeStartTime": WHEN,
            **ended,
            "lifecycleStatus": state.instance(each).status,
            "orgName": "Rehearsal",
            "resourceName": "omnistrateroot",
            "workflowID": f"submit-update-{each}",
        }
        for each in upgrade.instances
    ]
    return {"upgradePathId": upgrade.id, "productTierId": plan.id, "serviceId": plan.service_id, "instances": rows}

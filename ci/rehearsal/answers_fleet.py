"""Values in the shapes of the SDK's `fleet` package (omnistrate-sdk-go v0.0.120): searches, instances, upgrades."""

from .answers_v1 import WHEN, Json, released_at
from .things import Instance, Plan, Upgrade, Version, identifier
from .world import World


def plan_record(plan: Plan, version: Version) -> Json:
    """SDK: ServicePlanSearchRecord: a search for plans gives one for each version (`service-plan list-versions`)."""
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
    """SDK: ResourceInstanceSearchRecord (`instance list`, and what `upgrade` and `instance describe` ask first)."""
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
    """SDK: ResourceInstance. What runs stands in the summaries (`instance describe --deployment-status` shows it)."""
    version = plan.version(instance.version)
    summaries = [
        {
            "resourceId": plan.resource_id(each.name),
            "resourceName": each.name,
            "version": version.name,
            "latestVersion": plan.versions[-1].name,
            "genericResourceDeploymentConfiguration": {"Image": each.image},
        }
        for each in version.compose.services
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


def upgrade_path(world: World, plan: Plan, upgrade: Upgrade) -> Json:
    """SDK: UpgradePath; omctl's `upgrade status` shows its counts and its status, not why it failed."""
    total = len(upgrade.instances)
    failed = sum(instance_status(world, upgrade, each) == "FAILED" for each in upgrade.instances)
    done = upgrade.ended
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
        "scheduledCount": total if upgrade.status == "SCHEDULED" else 0,
        "inProgressCount": total if upgrade.status == "IN_PROGRESS" else 0,
        "completedCount": total - failed if done else 0,
        "failedCount": failed + len(upgrade.refused),
        "failedInstanceReasons": {name: {"reason": reason} for name, reason in upgrade.refused},
        "notifyCustomer": upgrade.notify_customer,
        "createdAt": WHEN,
        "updatedAt": WHEN,
        "releasedAt": WHEN,
    }


def instance_status(world: World, upgrade: Upgrade, instance_id: str) -> str:
    """How far one instance of an upgrade is: a path fails as a whole if one of its instances does."""
    return "COMPLETE" if upgrade.ended and instance_id not in world.seed.fail_upgrades_of else upgrade.status


def eligible(world: World, plan: Plan, upgrade: Upgrade) -> Json:
    """SDK: ListEligibleInstancesPerUpgradeResult (`upgrade status detail`)."""
    ended = {"upgradeEndTime": WHEN} if upgrade.ended else {}
    rows = [
        {
            "instanceId": each,
            "status": instance_status(world, upgrade, each),
            "cloudProviderName": "aws",
            "cloudProviderRegion": "us-east-1",
            "createdAt": WHEN,
            "updatedAt": WHEN,
            "upgradeStartTime": WHEN,
            **ended,
            "lifecycleStatus": world.instance(each).status,
            "orgName": "Rehearsal",
            "resourceName": "omnistrateroot",
            "workflowID": f"submit-update-{each}",
        }
        for each in upgrade.instances
    ]
    return {"upgradePathId": upgrade.id, "productTierId": plan.id, "serviceId": plan.service_id, "instances": rows}

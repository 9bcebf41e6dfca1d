"""Models as JSON in the shapes of the SDK's package `v1` (omnistrate-sdk-go v0.0.120): plans, versions, secrets.

Each function names its SDK type. All fields that the SDK requires are present, since omctl refuses a response without
them, even those that it never uses.
"""

from http import HTTPStatus

from .models import Plan, Version, identifier
from .state import State

Json = dict[str, object]
WHEN = "2026-01-01T00:00:00Z"
"""The only time that the stand-in knows: it has no clock."""


def released_at(number: int) -> str:
    """A time of release that increases with the version's number, since omctl sorts versions by it."""
    return f"2026-01-01T{number // 60 % 24:02d}:{number % 60:02d}:00Z"


def error(name: str, message: str, status: int) -> Json:
    """SDK: Error."""
    return {
        "name": name,
        "id": "standin",
        "message": message,
        "fault": status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        "temporary": False,
        "timeout": False,
    }


def user() -> Json:
    """SDK: DescribeUserResult."""
    return {"id": "user-standin", "email": "rehearsal@example.invalid", "name": "Rehearsal", "orgName": "Rehearsal"}


def service(state: State, service_id: str) -> Json | None:
    """SDK: DescribeServiceResult, a product with its environments and plans; None if it has no plan."""
    plans = [plan for plan in state.plans if plan.service_id == service_id]
    if not plans:
        return None
    environments: dict[str, Json] = {}
    for plan in plans:
        own = [_service_plan(other) for other in plans if other.environment_id == plan.environment_id]
        environments[plan.environment_id] = {**environment(plan), "servicePlans": own}
    name = plans[0].product
    return {
        "id": service_id,
        "key": name.lower(),
        "name": name,
        "description": "",
        "createdAt": WHEN,
        "serviceProviderID": "sp-standin",
        "serviceProviderName": "Rehearsal",
        "serviceEnvironments": list(environments.values()),
    }


def services(state: State) -> Json:
    """SDK: ListServiceResult, all products; omctl v1.10.5 reads its first page only, and the stand-in has one."""
    found = {plan.service_id: service(state, plan.service_id) for plan in state.plans}
    return {"ids": list(found), "services": list(found.values())}


def _service_plan(plan: Plan) -> Json:
    return {
        "productTierID": plan.id,
        "name": plan.name,
        "description": "",
        "modelType": "OMNISTRATE_HOSTED",
        "tierType": "OMNISTRATE_DEDICATED_TENANCY",
    }


def environment(plan: Plan) -> Json:
    """SDK: DescribeServiceEnvironmentResult, and ServiceEnvironment inside a service."""
    return {
        "id": plan.environment_id,
        "key": plan.environment.lower(),
        "name": plan.environment,
        "type": plan.environment_type,
        "serviceId": plan.service_id,
        "description": "",
        "visibility": "PRIVATE",
        "deploymentConfigId": "dc-standin",
    }


def product_tier(plan: Plan) -> Json:
    """SDK: DescribeProductTierResult; the source of `plan_name` in the output of `omctl build`."""
    return {
        "id": plan.id,
        "key": plan.name.lower(),
        "name": plan.name,
        "serviceId": plan.service_id,
        "serviceModelId": identifier("sm", plan.id),
        "tierType": "OMNISTRATE_DEDICATED_TENANCY",
        "description": "",
        "planDescription": "",
        "documentation": "",
        "support": "",
        "pricing": {},
        "isDisabled": False,
        "enableDeletionProtection": False,
    }


def version_set(plan: Plan, version: Version) -> Json:
    """SDK: TierVersionSet; its `name` is the description that the build was given."""
    when = released_at(version.number)
    resources = [
        {"id": plan.resource_id(each.name), "name": each.name, "description": "", "isExternal": False}
        for each in version.compose_file.services
    ]
    return {
        "productTierId": plan.id,
        "serviceId": plan.service_id,
        "serviceModelId": identifier("sm", plan.id),
        "version": version.name,
        "baseVersion": version.name,
        "type": "Major",
        "status": plan.status_of(version),
        "createdAt": when,
        "updatedAt": when,
        "releasedAt": when,
        "features": {},
        "enabledFeatures": [],
        "resources": resources,
        **({"name": version.description} if version.description else {}),
    }


def resource(plan: Plan, version: Version, resource_id: str) -> Json | None:
    """SDK: DescribeResourceResult; None if the version has no such resource.

    No field has the image of a service. That of a sidecar is in a capability, whose shape is assumed.
    """
    for each in version.compose_file.services:
        if plan.resource_id(each.name) == resource_id:
            sidecars = {name: {"imageNameWithTag": image} for name, image in each.sidecars}
            capabilities = [{"capability": "SIDECARS", "configuration": sidecars}] if sidecars else []
            return {
                "id": resource_id,
                "key": each.name,
                "name": each.name,
                "description": "",
                "resourceType": "Generic",
                "serviceId": plan.service_id,
                "productTierId": plan.id,
                "imageConfigId": identifier("ic", resource_id),
                "internal": False,
                "isDeprecated": False,
                "capabilities": capabilities,
            }
    return None


def secrets(environment_type: str, names: tuple[str, ...]) -> Json:
    """SDK: ListSecretsResult. The real API sends the values as well; the stand-in keeps none."""
    kind = environment_type.upper()
    return {"secrets": [{"environmentType": kind, "name": name, "value": "no-value-in-the-standin"} for name in names]}

"""The state as JSON: requests, plans, instances, upgrades; no keys, tokens, secrets or contents of config files."""

from .models import Instance, Plan, Upgrade
from .responses_v1 import Json
from .state import State


def as_json(state: State) -> Json:
    """The body of `GET /_standin/state`."""
    return {
        "requests": dict(state.requests),
        "unknown_requests": list(state.unknown_requests),
        "plans": [_plan(plan) for plan in state.plans],
        "instances": [_instance(state.plan(instance.plan_id), instance) for instance in state.instances],
        "upgrades": [_upgrade(upgrade) for upgrade in state.upgrades],
    }


def _plan(plan: Plan) -> Json:
    return {
        "product": plan.product,
        "environment": plan.environment,
        "environment_type": plan.environment_type,
        "plan": plan.name,
        "plan_id": plan.id,
        "service_id": plan.service_id,
        "preferred": plan.preferred,
        "draft": plan.draft,
        "versions": [
            {
                "version": version.name,
                "description": version.description,
                "status": plan.status_of(version),
                "compose": version.compose,
                "images": {each.name: each.image for each in version.compose_file.services},
                "sidecars": {each.name: dict(each.sidecars) for each in version.compose_file.services if each.sidecars},
                "configs": list(version.configs),
            }
            for version in plan.versions
        ],
    }


def _instance(plan: Plan, instance: Instance) -> Json:
    return {
        "id": instance.id,
        "product": plan.product,
        "environment": plan.environment,
        "plan": plan.name,
        "version": instance.version,
        "status": instance.status,
    }


def _upgrade(upgrade: Upgrade) -> Json:
    return {
        "id": upgrade.id,
        "plan_id": upgrade.plan_id,
        "source_version": upgrade.source,
        "target_version": upgrade.target,
        "instances": list(upgrade.instances),
        "ineligible": dict(upgrade.ineligible),
        "status": upgrade.status,
        "polls": upgrade.polls,
    }

"""What the stand-in tells of itself: every request and what came of it, without any key, token, secret or file."""

from .answers_v1 import Json
from .things import Instance, Plan, Upgrade
from .world import World


def state(world: World) -> Json:
    """`GET /_standin/state`: how often each request came, unknown ones apart; the plans, instances and upgrades."""
    return {
        "calls": dict(world.calls),
        "unknown_calls": list(world.unknown_calls),
        "plans": [_plan(plan) for plan in world.plans],
        "instances": [_instance(world.plan(instance.plan_id), instance) for instance in world.instances],
        "upgrades": [_upgrade(upgrade) for upgrade in world.upgrades],
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
                "compose": version.text,
                "images": {each.name: each.image for each in version.compose.services},
                "sidecars": {each.name: dict(each.sidecars) for each in version.compose.services if each.sidecars},
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
        "refused": dict(upgrade.refused),
        "status": upgrade.status,
        "looks": upgrade.looks,
    }

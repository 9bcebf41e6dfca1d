"""What the stand-in decides: builds, the preferred version, upgrades. Functions over values, no clock.

Rules come from the sources of omctl v1.10.5 and its SDK where they say something. Where these are silent on what the
real platform does, the rule is marked "assumed".
"""

from dataclasses import replace

from .compose_text import ComposeText, read
from .things import BuildWish, Instance, Plan, Refusal, Upgrade, Version
from .world import World

ENVIRONMENT_TYPES = ("DEV", "QA", "STAGING", "CANARY", "PROD", "PRIVATE")
"""`omctl build` names them in its help, and leaves it to the API to refuse another."""


def build(world: World, wish: BuildWish) -> tuple[World, Plan, bool]:
    """`omctl build`: the plan, and whether a version was made (SDK: isNewServicePlanVersionCreated).

    Releasing what the latest version holds already makes no version unless forced: assumed, from that answer and the
    flag `--force-create-service-plan-version`. The latest keeps its description, and becomes preferred if asked.
    """
    compose = read(wish.text)
    check(world, wish, compose)
    fresh = Plan(wish.product, wish.environment, wish.environment_type, compose.plan_name or wish.product)
    plan = next((known for known in world.plans if known.id == fresh.id), fresh)
    if wish.dry_run:
        return (world if plan in world.plans else replace(world, simulated=(*world.simulated, plan))), plan, False
    plan = replace(plan, draft=wish.text)
    if not (wish.release or wish.preferred):
        return world.with_plan(plan), plan, False
    latest = plan.versions[-1] if plan.versions else None
    new = latest is None or wish.force_new or (latest.text, latest.configs) != (wish.text, wish.configs)
    if new:
        version = Version(len(plan.versions) + 1, wish.text, wish.description, wish.configs)
        plan = replace(plan, versions=(*plan.versions, version))
    if wish.preferred:
        plan = replace(plan, preferred=plan.versions[-1].name)
    return world.with_plan(plan), plan, new


def check(world: World, wish: BuildWish, compose: ComposeText) -> None:
    """Refuse what the platform would. Its wording is not public; that a missing secret names its services is known.

    omctl itself refuses what is no YAML, has a bad type or a key twice (compose-go); a file without services passes.
    """
    if world.seed.refuse_builds:
        raise Refusal(400, "bad_request", world.seed.refuse_builds)
    if not wish.product:
        raise Refusal(
            400, "invalid_length", 'length of body.name must be greater or equal than 1 but got value "" (len=0)'
        )
    if wish.environment_type not in ENVIRONMENT_TYPES:
        known = ", ".join(ENVIRONMENT_TYPES)
        raise Refusal(
            400, "invalid_enum_value", f"environmentType must be one of {known}, not {wish.environment_type!r}"
        )
    if not compose.services:
        raise Refusal(400, "bad_request", "Invalid request: no services found (the stand-in reads block style only)")
    built = [service.name for service in compose.services if service.has_build]
    if built:
        raise Refusal(400, "bad_request", f"Invalid request: build is not supported, give an image: {', '.join(built)}")
    bare = [service.name for service in compose.services if not service.image]
    if bare:
        raise Refusal(400, "bad_request", f"Invalid request: no image: {', '.join(bare)}")
    there = world.seed.secret_names(wish.environment_type)
    missing = [f"{name} (used by {', '.join(by)})" for name, by in compose.secret_users if name not in there]
    if missing:
        raise Refusal(
            400, "bad_request", f"Invalid request: secret not found in {wish.environment_type}: {'; '.join(missing)}"
        )


def promote(world: World, plan_id: str, version: str) -> tuple[World, Plan, Version]:
    """`omctl service-plan set-default`: another version becomes the preferred one."""
    plan = world.plan(plan_id)
    plan = replace(plan, preferred=plan.version(version).name)
    return world.with_plan(plan), plan, plan.version(version)


def start_upgrade(
    world: World, plan_id: str, *, source: str, target: str, instances: tuple[str, ...], notify: bool = False
) -> tuple[World, Upgrade]:
    """`omctl upgrade`: schedule. omctl compares the versions before it asks; here an equal one is refused once more.

    An instance with an upgrade under way is not eligible: the path is made nonetheless and names it, as the SDK's
    UpgradePath.failedInstanceReasons describes. With no instance left it is FAILED from the start (assumed).
    """
    plan = world.plan(plan_id)
    plan.version(source)
    if plan.version(target).name == source:
        raise Refusal(400, "bad_request", f"Invalid request: source version {source} is the same as target version")
    for instance_id in instances:
        if world.instance(instance_id).plan_id != plan_id:
            raise Refusal(
                400, "bad_request", f"Invalid request: instance {instance_id!r} is not of product tier {plan_id!r}"
            )
    busy = {name: other.id for other in world.upgrades if not other.ended for name in other.instances}
    refused = [
        (name, f"instance has a pending upgrade on upgrade path {busy[name]}") for name in instances if name in busy
    ]
    eligible = tuple(name for name in instances if name not in busy)
    number = len(world.upgrades) + 1
    status = "SCHEDULED" if eligible else "FAILED"
    upgrade = Upgrade(f"upgrade-{number:010d}", plan_id, source, target, eligible, tuple(refused), 0, status, notify)
    return world.with_upgrade(upgrade), upgrade


def look(world: World, upgrade_id: str) -> tuple[World, Upgrade]:
    """`omctl upgrade status`: each look moves it on. SCHEDULED once, IN_PROGRESS as often as seeded, then its end."""
    upgrade = world.upgrade(upgrade_id)
    if upgrade.ended:
        return world, upgrade
    looks = upgrade.looks + 1
    fails = any(instance in world.seed.fail_upgrades_of for instance in upgrade.instances)
    steps = ("SCHEDULED", *("IN_PROGRESS",) * world.seed.in_progress_queries, "FAILED" if fails else "COMPLETE")
    upgrade = replace(upgrade, looks=looks, status=steps[looks - 1])
    world = world.with_upgrade(upgrade)
    for instance_id in upgrade.instances:
        world = world.with_instance(after(world, upgrade, world.instance(instance_id)))
    return world, upgrade


def after(world: World, upgrade: Upgrade, instance: Instance) -> Instance:
    """An instance as its upgrade leaves it: a failed one stays on its version (assumed)."""
    if upgrade.ended and instance.id in world.seed.fail_upgrades_of:
        return replace(instance, status="FAILED")
    if upgrade.ended:
        return replace(instance, version=upgrade.target, status="RUNNING")
    return replace(instance, status="DEPLOYING" if upgrade.status == "IN_PROGRESS" else instance.status)

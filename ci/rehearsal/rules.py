"""How operations change the state: builds, the preferred version, upgrades. Pure functions without a clock.

The rules come from the sources of omctl v1.10.5 and of its SDK where these are clear. A rule of the real platform that
neither source shows is marked "assumed".
"""

from dataclasses import replace
from enum import StrEnum

from .compose_file import ComposeFile, read
from .models import ApiError, BuildRequest, Instance, InstanceStatus, Plan, Upgrade, UpgradeStatus, Version
from .state import State


class EnvironmentType(StrEnum):
    """The environment types; `omctl build` lists them in its help and leaves it to the API to refuse others."""

    DEV = "DEV"
    QA = "QA"
    STAGING = "STAGING"
    CANARY = "CANARY"
    PROD = "PROD"
    PRIVATE = "PRIVATE"


def build(state: State, request: BuildRequest) -> tuple[State, Plan, bool]:
    """`omctl build`: the plan, and whether a version was created (SDK: isNewServicePlanVersionCreated).

    A release of what the latest version contains creates no version unless forced (assumed: the response's flag and
    `--force-create-service-plan-version` suggest it). The latest version then keeps its description, and becomes the
    preferred one if requested.

    Raises:
        ApiError: the platform would refuse the build.
    """
    compose = read(request.compose)
    check_build(state, request, compose)
    fresh = Plan(request.product, request.environment, request.environment_type, compose.plan_name or request.product)
    plan = next((known for known in state.plans if known.id == fresh.id), fresh)
    if request.dry_run:
        known = plan in state.plans
        return (state if known else replace(state, simulated=(*state.simulated, plan))), plan, False
    plan = replace(plan, draft=request.compose)
    if not (request.release or request.preferred):
        return state.with_plan(plan), plan, False
    latest = plan.versions[-1] if plan.versions else None
    changed = latest is None or (latest.compose, latest.configs) != (request.compose, request.configs)
    created = changed or request.force_new
    if created:
        version = Version(len(plan.versions) + 1, request.compose, request.description, request.configs)
        plan = replace(plan, versions=(*plan.versions, version))
    if request.preferred:
        plan = replace(plan, preferred=plan.versions[-1].name)
    return state.with_plan(plan), plan, created


def check_build(state: State, request: BuildRequest, compose: ComposeFile) -> None:
    """Refuse a build that the platform would refuse; the wording is assumed, except that of a missing secret.

    What is not valid YAML, has a wrong type or a duplicate key never gets here: omctl itself refuses it (compose-go).

    Raises:
        ApiError: 400, with the reason.
    """
    kind = request.environment_type
    if state.seed.refuse_builds:
        raise ApiError(400, "bad_request", state.seed.refuse_builds)
    if not request.product:
        message = 'length of body.name must be greater or equal than 1 but got value "" (len=0)'
        raise ApiError(400, "invalid_length", message)
    if kind not in list(EnvironmentType):
        message = f"environmentType must be one of {', '.join(EnvironmentType)}, not {kind!r}"
        raise ApiError(400, "invalid_enum_value", message)
    if not compose.services:
        raise _invalid("no services found (the stand-in reads block style only)")
    if built := [service.name for service in compose.services if service.has_build]:
        raise _invalid(f"build is not supported, give an image: {', '.join(built)}")
    if without := [service.name for service in compose.services if not service.image]:
        raise _invalid(f"no image: {', '.join(without)}")
    known = state.seed.secret_names(kind)
    if missing := [f"{name} (used by {', '.join(by)})" for name, by in compose.secret_users if name not in known]:
        raise _invalid(f"secret not found in {kind}: {'; '.join(missing)}")


def promote(state: State, plan_id: str, version: str) -> tuple[State, Plan, Version]:
    """`omctl service-plan set-default`: make another version the preferred one.

    Raises:
        ApiError: there is no such plan or version.
    """
    plan = state.plan(plan_id)
    plan = replace(plan, preferred=plan.version(version).name)
    return state.with_plan(plan), plan, plan.version(version)


def start_upgrade(
    state: State, plan_id: str, *, source: str, target: str, instances: tuple[str, ...], notify: bool = False
) -> tuple[State, Upgrade]:
    """`omctl upgrade`: schedule an upgrade.

    An instance that another upgrade still has to change is not eligible. The upgrade is created nonetheless and names
    the instance with the reason (SDK: UpgradePath.failedInstanceReasons). Without any eligible instance it is FAILED
    from the start (assumed).

    Raises:
        ApiError: an instance or a version does not exist, or source and target are equal; omctl itself compares these
            two before it sends the request.
    """
    plan = state.plan(plan_id)
    plan.version(source)
    if plan.version(target).name == source:
        raise _invalid(f"source version {source} is the same as target version")
    for name in instances:
        if state.instance(name).plan_id != plan_id:
            raise _invalid(f"instance {name!r} is not of product tier {plan_id!r}")
    busy = {name: other.id for other in state.upgrades if not other.ended for name in other.instances}
    ineligible = tuple(
        (name, f"instance has a pending upgrade on upgrade path {busy[name]}") for name in instances if name in busy
    )
    eligible = tuple(name for name in instances if name not in busy)
    upgrade = Upgrade(
        id=f"upgrade-{len(state.upgrades) + 1:010d}",
        plan_id=plan_id,
        source=source,
        target=target,
        instances=eligible,
        ineligible=ineligible,
        status=UpgradeStatus.SCHEDULED if eligible else UpgradeStatus.FAILED,
        notify_customer=notify,
    )
    return state.with_upgrade(upgrade), upgrade


def poll(state: State, upgrade_id: str) -> tuple[State, Upgrade]:
    """`omctl upgrade status`: return an upgrade's status, which each request moves one step forward.

    The steps are SCHEDULED once, IN_PROGRESS as often as the seed says, then the end.

    Raises:
        ApiError: there is no such upgrade.
    """
    upgrade = state.upgrade(upgrade_id)
    if upgrade.ended:
        return state, upgrade
    fails = any(instance in state.seed.fail_upgrades_of for instance in upgrade.instances)
    steps = (
        UpgradeStatus.SCHEDULED,
        *(UpgradeStatus.IN_PROGRESS,) * state.seed.in_progress_polls,
        UpgradeStatus.FAILED if fails else UpgradeStatus.COMPLETE,
    )
    upgrade = replace(upgrade, polls=upgrade.polls + 1, status=steps[upgrade.polls])
    state = state.with_upgrade(upgrade)
    for instance_id in upgrade.instances:
        state = state.with_instance(_upgraded(state, upgrade, state.instance(instance_id)))
    return state, upgrade


def _upgraded(state: State, upgrade: Upgrade, instance: Instance) -> Instance:
    """The instance after a poll of its upgrade; if its upgrade fails, it keeps its version (assumed)."""
    if upgrade.ended and instance.id in state.seed.fail_upgrades_of:
        return replace(instance, status=InstanceStatus.FAILED)
    if upgrade.ended:
        return replace(instance, version=upgrade.target, status=InstanceStatus.RUNNING)
    if upgrade.status == UpgradeStatus.IN_PROGRESS:
        return replace(instance, status=InstanceStatus.DEPLOYING)
    return instance


def _invalid(message: str) -> ApiError:
    return ApiError(400, "bad_request", f"Invalid request: {message}")

"""Which environment and which instance a release may change: decided by what Omnistrate itself says of them."""

from collections.abc import Iterator, Sequence

from ci.core.omctl.model import Environment, Instance, InstanceStatus
from ci.core.settings.product import EnvironmentType, Settings
from ci.errors import Problem

_HINT = "`omctl environment list` shows the environments and their types; set `environment` and `environment_type`"
UNFIT = (InstanceStatus.STOPPED, InstanceStatus.STOPPING, InstanceStatus.CANCELLED, InstanceStatus.DELETING)
"""The statuses with which an upgrade can't be seen to succeed: the instance does not run after it."""


def environment_problems(settings: Settings, environments: Sequence[Environment]) -> Iterator[Problem]:
    """A problem if a release would change an environment of another type than dev, or of another than the settings'.

    An environment that does not exist yet is created by the first build, with the type of the settings.
    """
    if settings.environment_type != EnvironmentType.DEV:
        yield Problem(
            what="A release changes environments of type dev only",
            value=f"environment_type is {settings.environment_type}",
            expected=f"environment_type {EnvironmentType.DEV}",
            hint="release to the dev environment; other instances are upgraded by `dagger call upgrade --instance …`",
        )
    own = (settings.product_name.casefold(), settings.environment.casefold())
    for one in environments:
        if (one.product.casefold(), one.name.casefold()) == own and one.type != settings.environment_type:
            yield Problem(
                what=f"The environment {one.name} of {one.product} is of another type than the settings say",
                value=f"Omnistrate: {one.type or 'no type'}; environment_type: {settings.environment_type}",
                expected=f"an environment of type {EnvironmentType.DEV}, since a release changes no other",
                hint=f"{_HINT} in [tool.slipway], or give --environment and --environment-type",
            )


def dev_instance(settings: Settings, plan_name: str, instances: Sequence[Instance]) -> Instance | Problem | None:
    """The instance that a release upgrades; a problem if it is not clear which, or not one of the plan.

    None if the plan has no instance in the environment; those of other plans are never upgraded by a release.
    """
    own = [one for one in instances if one.plan.casefold() == plan_name.casefold()]
    if settings.instance:
        named = next((one for one in instances if one.instance_id == settings.instance), None)
        if named is None:
            what = f"The instance of the settings is not in {settings.environment}"
        elif named not in own:
            what = f"The instance of the settings is of the plan {named.plan or '(no name)'}, and not of {plan_name}"
        else:
            return unfit(named.instance_id, named.status) or named
    elif len(own) == 1:
        return unfit(own[0].instance_id, own[0].status) or own[0]
    elif not own:
        return None
    else:
        what = f"{settings.environment} has {len(own)} instances of the plan, and the settings name none of them"
    known = ", ".join(one.instance_id for one in own) or "none"
    return Problem(
        what=what,
        value=settings.instance,
        expected=f"an instance of the plan {plan_name}: {known}",
        hint="set `instance` in [tool.slipway], or give --instance",
    )


def unfit(instance_id: str, status: str) -> Problem | None:
    """A problem if an instance has a status with which an upgrade can't be seen to succeed."""
    if status not in UNFIT:
        return None
    return Problem(
        what=f"The instance {instance_id} does not run, so an upgrade of it can't be seen to succeed",
        value=f"status {status}",
        expected=f"{InstanceStatus.RUNNING}, or a status that an upgrade ends, such as {InstanceStatus.FAILED}",
        hint=f"start it with `omctl instance start {instance_id}`, then run the same call again",
    )


def note(instance: Instance | None, plan_name: str, instances: Sequence[Instance]) -> str:
    """What is to be known of the instance before the release; empty if there is nothing."""
    if instance is None:
        others = ", ".join(f"{one.instance_id} is of {one.plan or '(no name)'}" for one in instances)
        return f"no instance of the plan {plan_name} to upgrade" + (f" ({others})" if others else "")
    if instance.status == InstanceStatus.RUNNING:
        return ""
    return f"{instance.instance_id} has the status {instance.status or 'unknown'} before the release"

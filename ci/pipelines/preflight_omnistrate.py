"""The checks of Omnistrate before the first build: the environment's secrets, and the instance to upgrade."""

from ci.core.omctl import commands
from ci.core.omctl.model import Instance
from ci.core.omctl.responses import read_instances, read_secrets
from ci.core.release.plan import Plan
from ci.core.settings.product import EnvironmentType
from ci.errors import ConfigurationError, Problem, SlipwayError
from ci.pipelines.ports import Omctl


async def check_omnistrate(plan: Plan, omctl: Omctl) -> tuple[Instance | None, list[Problem]]:
    """The instance to upgrade, None if there is none, and all problems found."""
    problems: list[Problem] = []
    instance = None
    try:
        secrets = read_secrets(await omctl.run(commands.secrets_arguments(plan.settings)))
        problems += _missing_secrets(plan, secrets)
        instances = read_instances(await omctl.run(commands.instances_arguments(plan.settings)))
        instance = _dev_instance(plan, instances)
    except SlipwayError as error:
        problems += error.problems
    return instance, problems


def _missing_secrets(plan: Plan, existing: frozenset[str]) -> list[Problem]:
    settings = plan.settings
    return [
        Problem(
            what=f"The environment lacks the secret `{name}` of {', '.join(dict.fromkeys(s for s, _ in uses))}",
            value=f"environment type {settings.environment_type}",
            file=settings.compose_file,
            line=uses[0][1],
            expected="every secret that the compose file names",
            hint=f"omctl secret set {settings.environment_type} {name} VALUE",
        )
        for name, uses in plan.secrets.items()
        if name not in existing
    ]


def _dev_instance(plan: Plan, instances: tuple[Instance, ...]) -> Instance | None:
    """The instance that a release upgrades: only in an environment of type dev, and only if it is clear which one.

    Raises:
        ConfigurationError: the setting `instance` names another one, or none of several.
    """
    settings = plan.settings
    if settings.environment_type != EnvironmentType.DEV:
        return None
    candidates = [one for one in instances if settings.instance in ("", one.instance_id)]
    if len(candidates) == 1:
        return candidates[0]
    if settings.instance:
        what = f"The instance of the settings is not in {settings.environment}"
    elif not candidates:
        return None
    else:
        what = f"{settings.environment} has {len(candidates)} instances, and the settings name none of them"
    known = ", ".join(one.instance_id for one in instances) or "none"
    raise ConfigurationError(
        Problem(
            what=what,
            value=settings.instance,
            expected=f"one of: {known}",
            hint="set `instance` in [tool.slipway], or give --instance",
        )
    )

"""The checks of Omnistrate before the first build: the environment's type and secrets, the instance to upgrade."""

from dataclasses import dataclass

from ci.core.omctl import commands
from ci.core.omctl.dev_instance import dev_instance, environment_problems, note
from ci.core.omctl.model import Instance
from ci.core.omctl.responses import read_environments, read_instances, read_secrets
from ci.core.release.plan import Plan
from ci.errors import Problem, SlipwayError
from ci.pipelines.omctl_runs import read
from ci.pipelines.ports import Clock, Omctl


@dataclass(frozen=True)
class Omnistrate:
    """What was found: the instance to upgrade, None if there is none, and what is to be known of it."""

    instance: Instance | None
    note: str


async def check_omnistrate(plan: Plan, omctl: Omctl, clock: Clock) -> tuple[Omnistrate, list[Problem]]:
    """What was found, and all problems."""
    settings = plan.settings
    problems: list[Problem] = []
    instance, said = None, ""
    try:
        environments = await read(omctl, commands.environments_arguments(), read_environments, clock, settings)
        problems += environment_problems(settings, environments)
        secrets = await read(omctl, commands.secrets_arguments(settings), read_secrets, clock, settings)
        problems += _missing_secrets(plan, secrets)
        instances = await read(omctl, commands.instances_arguments(settings), read_instances, clock, settings)
        plan_name = plan.plan_name or settings.product_name
        found = dev_instance(settings, plan_name, instances)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            instance, said = found, note(found, plan_name, instances)
    except SlipwayError as error:
        problems += error.problems
    return Omnistrate(instance, said), problems


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

"""The step that makes this commit's plan version the preferred one, if the build did not."""

from ci.core.omctl import commands
from ci.core.omctl.model import ListedVersion, ServicePlan
from ci.core.omctl.plan_responses import read_versions
from ci.core.release.plan import Plan
from ci.core.release.report import Results
from ci.errors import OmnistrateError, OutcomeUnknownError, Problem
from ci.pipelines.omctl_runs import read
from ci.pipelines.plan_version import Made
from ci.pipelines.ports import Clock, Omctl
from ci.pipelines.run import Done


async def set_preferred(plan: Plan, made: Made, omctl: Omctl, clock: Clock) -> Done[None]:
    """Make the version the preferred one, unless it is; never if another release has done so with its own meanwhile.

    Raises:
        OutcomeUnknownError: whether it is the preferred one is not known.
        OmnistrateError: it is not.
    """
    version = made.version
    if made.preferred:
        return Done(None, f"{version.version}, since it was made", Results(preferred=made.result))
    now = await _preferred(plan, made, omctl, clock)
    if now not in ("", made.preferred_before, version.version):
        raise OmnistrateError(
            Problem(
                what=f"Another release has made its plan version the preferred one, and {version.version} is not",
                value=now,
                expected=f"{made.preferred_before or 'none'} as before, or {version.version}",
                hint="if this commit is to be the preferred one, run the same call again",
            )
        )
    problems: tuple[Problem, ...] = ()
    if now != version.version:
        arguments = commands.set_preferred_arguments(version.service_id, version.plan_id, version.version)
        response = await omctl.run(arguments)
        try:
            read_versions(response, _plan(made))
        except OmnistrateError as error:  # its answer may be lost: what is listed now decides
            problems = error.problems
        try:
            now = await _preferred(plan, made, omctl, clock)
        except OmnistrateError as error:
            raise OutcomeUnknownError(_unknown(made), *problems, *error.problems) from error
    if now == version.version:
        return Done(None, version.version, Results(preferred=made.result))
    raise OmnistrateError(*problems or [_still(made, now)])


async def _preferred(plan: Plan, made: Made, omctl: Omctl, clock: Clock) -> str:
    """The preferred version now; empty if none is."""
    of = _plan(made)
    versions: tuple[ListedVersion, ...] = await read(
        omctl, commands.versions_arguments(of), lambda response: read_versions(response, of), clock, plan.settings
    )
    return next((one.version for one in versions if one.preferred), "")


def _plan(made: Made) -> ServicePlan:
    version = made.version
    return ServicePlan("", version.environment, version.plan_name, version.service_id, version.plan_id)


def _still(made: Made, now: str) -> Problem:
    return Problem(
        what=f"Plan version {made.version.version} was not made the preferred one",
        value=now or "none is",
        expected=made.version.version,
        hint=f"run the same call again, or `{_command(made)}`",
    )


def _unknown(made: Made) -> Problem:
    listing = commands.shown(commands.versions_arguments(_plan(made)))
    return Problem(
        what=f"Whether plan version {made.version.version} is the preferred one is not known",
        value="the responses did not come",
        expected="a list of the versions that shows it as the preferred one",
        hint=f"`{listing}` shows it; then run the same call again, or `{_command(made)}`",
    )


def _command(made: Made) -> str:
    version = made.version
    return commands.shown(commands.set_preferred_arguments(version.service_id, version.plan_id, version.version))

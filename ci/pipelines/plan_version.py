"""The step that makes a plan version of the pinned compose file."""

from ci.core.omctl import commands
from ci.core.omctl.model import PlanVersion
from ci.core.omctl.responses import check_preferred, read_plan_version
from ci.core.release.plan import Plan
from ci.core.release.report import Results
from ci.pipelines.ports import Omctl
from ci.pipelines.run import Done


async def create_plan_version(plan: Plan, omctl: Omctl) -> Done[PlanVersion]:
    """Make a plan version, and verify that it is the preferred one.

    An unchanged spec gives the version that exists already.

    Raises:
        OmnistrateError: omctl failed, or the version is not the preferred one.
    """
    response = await omctl.run(commands.build_arguments(plan.settings, plan.description))
    version = read_plan_version(response, plan.settings)
    check_preferred(await omctl.run(commands.describe_version_arguments(version)), version)
    return Done(version, version.version, Results(plan_version=version))

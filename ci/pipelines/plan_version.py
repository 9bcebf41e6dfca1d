"""The step that makes a plan version of the pinned compose file, once for each commit.

A version is recognised by its description, which begins with VERSION and sha tag: omctl shows no images of a version,
and the version that `omctl build` names is the plan's latest, which may be another commit's (docs/omctl.md, "Build").
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ci.core.omctl import commands
from ci.core.omctl.model import ListedVersion, PlanVersion, ServicePlan
from ci.core.omctl.parse import uncertain
from ci.core.omctl.plan_responses import read_build, read_plans, read_version, read_versions
from ci.core.release.plan import Plan
from ci.core.release.report import PreferredResult, Results
from ci.errors import OmnistrateError, OutcomeUnknownError, Problem, SlipwayError
from ci.pipelines.omctl_runs import ATTEMPTS, read
from ci.pipelines.ports import Clock, Omctl
from ci.pipelines.run import Done, Failed


@dataclass(frozen=True)
class Made:
    """A plan version of this commit: whether it is the preferred one, and which version was it before this step."""

    version: PlanVersion
    preferred: bool
    preferred_before: str
    """Empty if none was."""

    @property
    def result(self) -> PreferredResult:
        """What the report says when this version is the preferred one."""
        before, version = self.preferred_before, self.version
        if before in ("", version.version):
            return PreferredResult(version.version, before)
        back = commands.set_preferred_arguments(version.service_id, version.plan_id, before)
        return PreferredResult(version.version, before, commands.shown(back).removesuffix(" --output json"))

    @property
    def results(self) -> Results:
        """What the report says of this version now."""
        return Results(plan_version=self.version, preferred=self.result if self.preferred else None)


async def create_plan_version(plan: Plan, omctl: Omctl, clock: Clock) -> Done[Made] | Failed:
    """Make a plan version, unless there is one of this commit, and verify it.

    Raises:
        OutcomeUnknownError: whether one was made is not known.
        OmnistrateError: none was made.
    """
    existing = await _versions(plan, omctl, clock)
    before = next((one.version for _, one in existing if one.preferred), "")
    found, detail = _own(plan, existing), "exists already"
    if found is None:
        found, detail = await _build(plan, omctl, clock), "made"
    version, listed = found
    arguments = commands.describe_version_arguments(version)
    try:
        described = await read(omctl, arguments, lambda response: read_version(response, version), clock, plan.settings)
    except SlipwayError as error:
        return Failed(error.problems, Made(version, listed.preferred, before).results)
    if not plan.describes(described.description):
        return Failed((_not_ours(plan, version, described.description),))
    made = Made(version, described.preferred, before)
    return Done(made, f"{version.version} {detail}", made.results)


Listed = Sequence[tuple[ServicePlan, ListedVersion]]
Found = tuple[PlanVersion, ListedVersion]


async def _versions(plan: Plan, omctl: Omctl, clock: Clock) -> Listed:
    """The versions of the plan, the newest first; none before its first release."""
    settings, wanted = plan.settings, names(plan)
    plans = await read(omctl, commands.plans_arguments(), read_plans, clock, settings)
    found = next((one for one in plans if _names(one) == wanted), None)
    if found is None:
        return []
    arguments = commands.versions_arguments(found)
    versions = await read(omctl, arguments, lambda response: read_versions(response, found), clock, settings)
    return [(found, one) for one in versions]


def names(plan: Plan) -> tuple[str, str, str]:
    """Product, environment and service plan, as they are compared: omctl compares names without regard to case."""
    own = (plan.settings.product_name, plan.settings.environment, plan.plan_name or plan.settings.product_name)
    return own[0].casefold(), own[1].casefold(), own[2].casefold()


def _names(one: ServicePlan) -> tuple[str, str, str]:
    return one.product.casefold(), one.environment.casefold(), one.name.casefold()


def _own(plan: Plan, listed: Listed) -> Found | None:
    """The newest version of this commit."""
    for of, one in listed:
        if plan.describes(one.description):
            return PlanVersion(of.service_id, of.plan_id, of.name, one.version, of.environment), one
    return None


async def _build(plan: Plan, omctl: Omctl, clock: Clock) -> Found:
    """Run `omctl build`; where its response does not show this commit's version, look that up."""
    sure = False
    problems: tuple[Problem, ...] = ()
    try:
        response = await omctl.run(commands.build_arguments(plan.settings, plan.description))
        sure = not uncertain(response)
        built = read_build(response, plan.settings)
        if plan.describes(built.listed.description):
            return built.version, built.listed
        problems, sure = (_not_ours(plan, built.version, built.listed.description),), not built.new
    except OmnistrateError as error:
        problems = error.problems
    looked_up: Listed | None = None
    for attempt in range(ATTEMPTS):
        try:
            looked_up = await _versions(plan, omctl, clock)
        except OmnistrateError as error:
            problems, looked_up = (*problems, *error.problems), None
        if looked_up and (own := _own(plan, looked_up)):
            return own
        if sure or attempt + 1 == ATTEMPTS:
            break
        await clock.sleep(plan.settings.poll_seconds)
    if sure and looked_up is not None:
        raise OmnistrateError(*problems)
    raise OutcomeUnknownError(_unknown(plan), *problems)


def _not_ours(plan: Plan, version: PlanVersion, description: str) -> Problem:
    ids = f"--service-id {version.service_id} --plan-id {version.plan_id}"
    return Problem(
        what=f"The plan's latest version, {version.version}, is not one of this commit, and no version of it is listed",
        value=description[:200] or "a version without a description",
        expected=f"a version whose description begins with {plan.title}",
        hint="if another release has made it, run the same call again; if it was made from this commit by hand, give "
        f"it this description: omctl service-plan update {ids} --version {version.version} --name '{plan.title}'",
    )


def _unknown(plan: Plan) -> Problem:
    product, environment, name = plan.settings.product_name, plan.settings.environment, plan.plan_name
    command = f"omctl service-plan list-versions '{product}' '{name or product}' --environment '{environment}'"
    return Problem(
        what="Whether a plan version was made is not known: its response did not come, and none was found",
        value=plan.title,
        expected="a version whose description begins so, or a refusal",
        hint=f"`{command} --output json` lists the versions; the same call looks there first, and makes none twice",
    )

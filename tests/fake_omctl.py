"""omctl as a fake that is recorded, and whose outputs can be replaced; its commands are those of `ci.simulation`."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ci.core.omctl.model import Completed
from ci.rehearsal.models import InstanceStatus, Plan, Upgrade, UpgradeStatus, Version
from ci.rehearsal.rules import EnvironmentType
from ci.rehearsal.seed import Seed, SeedInstance
from ci.rehearsal.state import State, initial_state
from ci.simulation.omctl import SimulatedOmctl, command_name

PLAN = Plan(product="Shop", environment="Dev", environment_type="DEV", name="Shop Plan")
API_KEY = "om_fake"


def omnistrate(
    *,
    secrets: tuple[str, ...] = ("dbPassword", "queuePassword"),
    instances: Mapping[str, str] | None = None,
    versions: int = 1,
    in_progress_polls: int = 0,
    fail_upgrades_of: tuple[str, ...] = (),
    upgrades: Iterable[Upgrade] = (),
    statuses: Mapping[str, InstanceStatus] | None = None,
    others: tuple[SeedInstance, ...] = (),
) -> State:
    """The state of an Omnistrate with one plan of the small product.

    `instances` has a version for each instance, `{"instance-dev": "1.0"}` by default. The plan has versions up to the
    highest of these, and at least `versions`; the last one is the preferred one. The secrets are in every environment
    type. An upgrade takes two polls and `in_progress_polls` more; those of the instances `fail_upgrades_of` fail.
    `statuses` has the instances that are not RUNNING, `others` instances of other plans or environments.
    """
    running = {"instance-dev": "1.0"} if instances is None else instances
    seed = Seed(
        api_keys=(API_KEY,),
        secrets=tuple((kind, secrets) for kind in EnvironmentType),
        instances=(
            *(SeedInstance(name, PLAN.product, plan=PLAN.name, version=version) for name, version in running.items()),
            *others,
        ),
        in_progress_polls=in_progress_polls,
        fail_upgrades_of=fail_upgrades_of,
    )
    state = replace(initial_state(seed), upgrades=tuple(upgrades))
    for name, status in (statuses or {}).items():
        state = state.with_instance(replace(state.instance(name), status=status))
    for plan in state.plans:
        more = (Version(number, "", "seeded") for number in range(len(plan.versions) + 1, versions + 1))
        released = (*plan.versions, *more)
        state = state.with_plan(replace(plan, versions=released, preferred=released[-1].name))
    return state


def upgrade_id(number: int) -> str:
    """The identifier of the first, second, … upgrade."""
    return f"upgrade-{number:010d}"


def an_upgrade(
    number: int,
    target: str,
    *,
    instances: tuple[str, ...] = ("instance-dev",),
    status: UpgradeStatus = UpgradeStatus.IN_PROGRESS,
    source: str = "1.0",
) -> Upgrade:
    """An upgrade that exists before a test begins."""
    return Upgrade(upgrade_id(number), PLAN.id, source, target, instances, status=status)


@dataclass
class FakeOmctl:
    """An omctl whose API is a `State` of the stand-in.

    `compose` is the content of every file given with `--file`. `responses` replaces the output of a command, by its
    name in COMMANDS: one item for each run, the last one for all later runs. `note` is awaited with `omctl COMMAND`
    before a command runs. `runs` has the argument lists so far.
    """

    note: Callable[[str], Awaitable[None]]
    state: State = field(default_factory=omnistrate)
    responses: Mapping[str, list[Completed]] = field(default_factory=dict)
    compose: str = ""
    runs: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def scheduled(self) -> list[tuple[str, ...]]:
        """The argument lists that scheduled an upgrade."""
        return [run for run in self.runs if run[0] == "upgrade" and run[1] not in {"list", "status"}]

    @property
    def versions(self) -> dict[str, str]:
        """Instance -> the plan version that it runs."""
        return {instance.id: instance.version for instance in self.state.instances}

    def with_compose(self, text: str) -> "FakeOmctl":
        """See `ci.pipelines.ports.Omctl`; the same object, which keeps the state."""
        self.compose = text
        return self

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """See `ci.pipelines.ports.Omctl`."""
        name = command_name(arguments)
        self.runs.append(arguments)
        await self.note(f"omctl {name}")
        if canned := self.responses.get(name):
            return canned.pop(0) if len(canned) > 1 else canned[0]
        omctl = SimulatedOmctl(self.state, API_KEY, self.compose)
        completed = omctl.completed(arguments)
        self.state = omctl.state
        return completed

"""The whole state of the stand-in as one immutable value, and the state at the start."""

from dataclasses import dataclass, replace
from typing import Self

from .models import ApiError, Instance, Plan, Upgrade, Version
from .seed import Seed


@dataclass(frozen=True)
class State:
    """Everything that the stand-in knows.

    `simulated` has the plans of dry runs, `requests` how often each request came, `faults` how many faults are due.
    """

    seed: Seed
    plans: tuple[Plan, ...] = ()
    simulated: tuple[Plan, ...] = ()
    instances: tuple[Instance, ...] = ()
    upgrades: tuple[Upgrade, ...] = ()
    requests: tuple[tuple[str, int], ...] = ()
    unknown_requests: tuple[str, ...] = ()
    faults: tuple[tuple[str, int], ...] = ()

    def plan(self, plan_id: str) -> Plan:
        """The plan with an identifier, that of a dry run included: omctl describes the plan after a dry run.

        Raises:
            ApiError: 404, there is none.
        """
        for plan in (*self.plans, *self.simulated):
            if plan.id == plan_id:
                return plan
        raise ApiError(404, "not_found", f"product tier {plan_id!r} not found")

    def instance(self, instance_id: str) -> Instance:
        """The instance with an identifier.

        Raises:
            ApiError: 404, there is none.
        """
        for instance in self.instances:
            if instance.id == instance_id:
                return instance
        raise ApiError(404, "not_found", f"instance {instance_id!r} not found")

    def upgrade(self, upgrade_id: str) -> Upgrade:
        """The upgrade with an identifier.

        Raises:
            ApiError: 404, there is none.
        """
        for upgrade in self.upgrades:
            if upgrade.id == upgrade_id:
                return upgrade
        raise ApiError(404, "not_found", f"upgrade path {upgrade_id!r} not found")

    def with_plan(self, plan: Plan) -> Self:
        """A copy in which the plan is added, or replaces the one with its identifier."""
        return replace(self, plans=(*(other for other in self.plans if other.id != plan.id), plan))

    def with_instance(self, instance: Instance) -> Self:
        """A copy in which the instance replaces the one with its identifier."""
        updated = tuple(instance if other.id == instance.id else other for other in self.instances)
        return replace(self, instances=updated)

    def with_upgrade(self, upgrade: Upgrade) -> Self:
        """A copy in which the upgrade is added, or replaces the one with its identifier."""
        known = any(other.id == upgrade.id for other in self.upgrades)
        updated = tuple(upgrade if other.id == upgrade.id else other for other in self.upgrades)
        return replace(self, upgrades=updated if known else (*updated, upgrade))


def initial_state(seed: Seed) -> State:
    """The state of a seed: each instance with its product, environment, plan and all versions up to its own."""
    state = State(seed, faults=seed.http_503_times)
    for each in seed.instances:
        plan = Plan(each.product, each.environment, each.environment_type, each.plan)
        plan = next((other for other in state.plans if other.id == plan.id), plan)
        missing = range(len(plan.versions) + 1, each.version_number + 1)
        versions = (*plan.versions, *(Version(number, "", "seeded") for number in missing))
        state = state.with_plan(replace(plan, versions=versions, preferred=versions[-1].name))
        state = replace(state, instances=(*state.instances, Instance(each.id, plan.id, each.version)))
    return state

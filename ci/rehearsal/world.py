"""The stand-in's whole state as one value, and how a seed begins it."""

from dataclasses import dataclass, replace
from typing import Self

from .seed import Seed
from .things import Instance, Plan, Refusal, Upgrade, Version


@dataclass(frozen=True)
class World:
    """Everything the stand-in knows."""

    seed: Seed
    plans: tuple[Plan, ...] = ()
    simulated: tuple[Plan, ...] = ()
    instances: tuple[Instance, ...] = ()
    upgrades: tuple[Upgrade, ...] = ()
    calls: tuple[tuple[str, int], ...] = ()
    unknown_calls: tuple[str, ...] = ()
    faults: tuple[tuple[str, int], ...] = ()

    def plan(self, plan_id: str) -> Plan:
        """A plan by its identifier; one that a dry run only simulated counts, since omctl describes it afterwards."""
        for plan in (*self.plans, *self.simulated):
            if plan.id == plan_id:
                return plan
        raise Refusal(404, "not_found", f"product tier {plan_id!r} not found")

    def instance(self, instance_id: str) -> Instance:
        """An instance by its identifier."""
        for instance in self.instances:
            if instance.id == instance_id:
                return instance
        raise Refusal(404, "not_found", f"instance {instance_id!r} not found")

    def upgrade(self, upgrade_id: str) -> Upgrade:
        """An upgrade path by its identifier."""
        for upgrade in self.upgrades:
            if upgrade.id == upgrade_id:
                return upgrade
        raise Refusal(404, "not_found", f"upgrade path {upgrade_id!r} not found")

    def with_plan(self, plan: Plan) -> Self:
        """With one plan more, or in its new state."""
        return replace(self, plans=(*(other for other in self.plans if other.id != plan.id), plan))

    def with_instance(self, instance: Instance) -> Self:
        """With one instance in its new state."""
        return replace(
            self, instances=tuple(instance if other.id == instance.id else other for other in self.instances)
        )

    def with_upgrade(self, upgrade: Upgrade) -> Self:
        """With one upgrade more, or in its new state."""
        known = any(other.id == upgrade.id for other in self.upgrades)
        kept = tuple(upgrade if other.id == upgrade.id else other for other in self.upgrades)
        return replace(self, upgrades=kept if known else (*kept, upgrade))


def begin(seed: Seed) -> World:
    """The world of a seed: each instance with its product, environment, plan and the versions up to its own."""
    world = World(seed, faults=seed.http_503_times)
    for each in seed.instances:
        plan = Plan(each.product, each.environment, each.environment_type.upper(), each.plan)
        plan = next((other for other in world.plans if other.id == plan.id), plan)
        wanted = int(each.version.removesuffix(".0"))
        missing = range(len(plan.versions) + 1, wanted + 1)
        versions = (*plan.versions, *(Version(number, "", "seeded") for number in missing))
        world = world.with_plan(replace(plan, versions=versions, preferred=versions[-1].name))
        world = replace(world, instances=(*world.instances, Instance(each.id, plan.id, each.version)))
    return world

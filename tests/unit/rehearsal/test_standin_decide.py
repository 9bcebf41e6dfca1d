"""Builds, the preferred version and upgrades: what the stand-in decides."""

from dataclasses import replace

import pytest

from ci.rehearsal import decide
from ci.rehearsal.seed import Seed, SeedInstance
from ci.rehearsal.things import BuildWish, Plan, Refusal
from ci.rehearsal.world import World, begin

TEXT = 'services:\n  initdb:\n    image: a:sha-1\n    environment:\n      P: "{{ $secrets.falkordbPassword }}"\n'
SEED = Seed(secrets=(("DEV", ("falkordbPassword",)),), instances=(SeedInstance("i", "P", plan="P"),))
WISH = BuildWish("P", "Dev", "DEV", TEXT, preferred=True, description="one")


def built(world: World, wish: BuildWish) -> tuple[World, Plan]:
    world, plan, _ = decide.build(world, wish)
    return world, plan


def test_a_release_is_the_next_version_and_preferred() -> None:
    world, plan, new = decide.build(begin(SEED), WISH)
    assert new
    assert [(version.name, version.description) for version in plan.versions] == [("1.0", "seeded"), ("2.0", "one")]
    assert plan.preferred == "2.0"
    assert world.plan(plan.id) == plan


@pytest.mark.parametrize(
    ("change", "versions", "preferred"),
    [
        ({}, ["1.0", "2.0"], "2.0"),
        ({"description": "another"}, ["1.0", "2.0"], "2.0"),
        ({"force_new": True}, ["1.0", "2.0", "3.0"], "3.0"),
        ({"text": TEXT + "# more\n"}, ["1.0", "2.0", "3.0"], "3.0"),
        ({"configs": ("ca.pem",)}, ["1.0", "2.0", "3.0"], "3.0"),
        ({"text": TEXT + "# more\n", "preferred": False, "release": True}, ["1.0", "2.0", "3.0"], "2.0"),
        ({"text": TEXT + "# more\n", "preferred": False}, ["1.0", "2.0"], "2.0"),
        ({"text": TEXT + "# more\n", "dry_run": True}, ["1.0", "2.0"], "2.0"),
        ({"environment": "Other"}, ["1.0"], "1.0"),
    ],
)
def test_what_a_second_build_makes(change: dict[str, object], versions: list[str], preferred: str) -> None:
    world, _ = built(begin(SEED), WISH)
    _, plan = built(world, replace(WISH, **change))  # type: ignore[arg-type]  # a table of any field
    assert ([version.name for version in plan.versions], plan.preferred) == (versions, preferred)


def test_an_unchanged_release_keeps_its_description() -> None:
    world, _ = built(begin(SEED), WISH)
    _, plan, new = decide.build(world, replace(WISH, description="again"))
    assert (new, plan.versions[-1].description) == (False, "one")


def test_a_dry_run_of_a_new_product_leaves_nothing_but_can_be_described() -> None:
    world, plan = built(begin(SEED), replace(WISH, product="New", dry_run=True))
    assert world.plans == begin(SEED).plans
    assert world.plan(plan.id).product == "New"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"environment": "Prod", "environment_type": "PROD"},
            r"not found in PROD: falkordbPassword \(used by initdb\)",
        ),
        ({"text": TEXT + "  b:\n    build: .\n"}, "give an image: b"),
        ({"text": TEXT + "  b:\n    command: x\n"}, "no image: b"),
        ({"text": "x-a: 1\n"}, "no services found"),
        ({"product": ""}, "length of body.name"),
        ({"environment_type": "DVE"}, "environmentType must be one of DEV, .* not 'DVE'"),
    ],
)
def test_what_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(Refusal, match=said) as refusal:
        decide.build(begin(SEED), replace(WISH, **change))  # type: ignore[arg-type]  # a table of any field
    assert refusal.value.status == 400


def test_builds_are_refused_on_demand() -> None:
    with pytest.raises(Refusal, match="no more plans"):
        decide.build(begin(replace(SEED, refuse_builds="no more plans")), WISH)


def upgraded(seed: Seed, times: int) -> tuple[World, list[str]]:
    world, plan = built(begin(seed), WISH)
    world, upgrade = decide.start_upgrade(world, plan.id, source="1.0", target="2.0", instances=("i",))
    seen = [upgrade.status]
    for _ in range(times):
        world, upgrade = decide.look(world, upgrade.id)
        seen.append(upgrade.status)
    return world, seen


def test_looks_alone_move_an_upgrade_on() -> None:
    world, seen = upgraded(SEED, 5)
    assert seen == ["SCHEDULED", "SCHEDULED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE", "COMPLETE"]
    assert (world.instance("i").version, world.instance("i").status) == ("2.0", "RUNNING")


def test_an_instance_stays_where_it_was_until_the_end() -> None:
    world, _ = upgraded(SEED, 2)
    assert (world.instance("i").version, world.instance("i").status) == ("1.0", "DEPLOYING")


def test_a_seeded_failure_ends_failed_and_moves_nothing() -> None:
    world, seen = upgraded(replace(SEED, fail_upgrades_of=("i",), in_progress_queries=0), 2)
    assert seen == ["SCHEDULED", "SCHEDULED", "FAILED"]
    assert (world.instance("i").version, world.instance("i").status) == ("1.0", "FAILED")


def test_an_instance_with_an_upgrade_under_way_is_not_eligible() -> None:
    world, _ = upgraded(SEED, 1)
    _, second = decide.start_upgrade(world, world.plans[0].id, source="1.0", target="2.0", instances=("i",))
    assert (second.status, second.instances) == ("FAILED", ())
    assert second.refused == (("i", "instance has a pending upgrade on upgrade path upgrade-0000000001"),)


@pytest.mark.parametrize(
    ("target", "instance", "said"),
    [
        ("1.0", "i", "source version 1.0 is the same as target version"),
        ("9.0", "i", "Version set not found"),
        ("2.0", "nobody", "instance 'nobody' not found"),
        ("2.0", "elsewhere", "instance 'elsewhere' is not of product tier"),
    ],
)
def test_upgrades_that_are_refused(target: str, instance: str, said: str) -> None:
    seed = replace(SEED, instances=(*SEED.instances, SeedInstance("elsewhere", "Q", plan="Q")))
    world, plan = built(begin(seed), WISH)
    with pytest.raises(Refusal, match=said):
        decide.start_upgrade(world, plan.id, source="1.0", target=target, instances=(instance,))


def test_promote_moves_the_preferred_version_back() -> None:
    world, plan = built(begin(SEED), WISH)
    world, _, _ = decide.promote(world, plan.id, "1.0")
    assert world.plan(plan.id).preferred == "1.0"

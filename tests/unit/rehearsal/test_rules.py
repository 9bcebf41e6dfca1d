"""Builds, the preferred version and upgrades: how they change the state."""

from dataclasses import replace

import pytest

from ci.rehearsal import rules
from ci.rehearsal.models import ApiError, BuildRequest, Plan
from ci.rehearsal.seed import Seed, SeedInstance
from ci.rehearsal.state import State, initial_state

COMPOSE = 'services:\n  initdb:\n    image: a:sha-1\n    environment:\n      P: "{{ $secrets.falkordbPassword }}"\n'
SEED = Seed(secrets=(("DEV", ("falkordbPassword",)),), instances=(SeedInstance("i", "P", plan="P"),))
REQUEST = BuildRequest("P", "Dev", "DEV", COMPOSE, preferred=True, description="one")


def built(state: State, request: BuildRequest) -> tuple[State, Plan]:
    state, plan, _ = rules.build(state, request)
    return state, plan


def test_a_release_is_the_next_version_and_preferred() -> None:
    state, plan, created = rules.build(initial_state(SEED), REQUEST)
    assert created
    assert [(version.name, version.description) for version in plan.versions] == [("1.0", "seeded"), ("2.0", "one")]
    assert plan.preferred == "2.0"
    assert state.plan(plan.id) == plan


@pytest.mark.parametrize(
    ("change", "versions", "preferred"),
    [
        ({}, ["1.0", "2.0"], "2.0"),
        ({"description": "another"}, ["1.0", "2.0"], "2.0"),
        ({"force_new": True}, ["1.0", "2.0", "3.0"], "3.0"),
        ({"compose": COMPOSE + "# more\n"}, ["1.0", "2.0", "3.0"], "3.0"),
        ({"configs": ("ca.pem",)}, ["1.0", "2.0", "3.0"], "3.0"),
        ({"compose": COMPOSE + "# more\n", "preferred": False, "release": True}, ["1.0", "2.0", "3.0"], "2.0"),
        ({"compose": COMPOSE + "# more\n", "preferred": False}, ["1.0", "2.0"], "2.0"),
        ({"compose": COMPOSE + "# more\n", "dry_run": True}, ["1.0", "2.0"], "2.0"),
        ({"environment": "Other"}, ["1.0"], "1.0"),
    ],
)
def test_versions_after_a_second_build(change: dict[str, object], versions: list[str], preferred: str) -> None:
    state, _ = built(initial_state(SEED), REQUEST)
    _, plan = built(state, replace(REQUEST, **change))  # type: ignore[arg-type]  # a table of any field
    assert ([version.name for version in plan.versions], plan.preferred) == (versions, preferred)


def test_an_unchanged_release_keeps_its_description() -> None:
    state, _ = built(initial_state(SEED), REQUEST)
    _, plan, created = rules.build(state, replace(REQUEST, description="again"))
    assert (created, plan.versions[-1].description) == (False, "one")


def test_a_dry_run_of_a_new_product_creates_nothing_but_can_be_described() -> None:
    state, plan = built(initial_state(SEED), replace(REQUEST, product="New", dry_run=True))
    assert state.plans == initial_state(SEED).plans
    assert state.plan(plan.id).product == "New"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"environment": "Prod", "environment_type": "PROD"},
            r"not found in PROD: falkordbPassword \(used by initdb\)",
        ),
        ({"compose": COMPOSE + "  b:\n    build: .\n"}, "give an image: b"),
        ({"compose": COMPOSE + "  b:\n    command: x\n"}, "no image: b"),
        ({"compose": "x-a: 1\n"}, "no services found"),
        ({"product": ""}, "length of body.name"),
        ({"environment_type": "DVE"}, "environmentType must be one of DEV, .* not 'DVE'"),
    ],
)
def test_builds_that_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ApiError, match=message) as error:
        rules.build(initial_state(SEED), replace(REQUEST, **change))  # type: ignore[arg-type]  # a table of any field
    assert error.value.status == 400


def test_a_seed_may_refuse_every_build() -> None:
    with pytest.raises(ApiError, match="no more plans"):
        rules.build(initial_state(replace(SEED, refuse_builds="no more plans")), REQUEST)


def upgraded(seed: Seed, polls: int) -> tuple[State, list[str]]:
    state, plan = built(initial_state(seed), REQUEST)
    state, upgrade = rules.start_upgrade(state, plan.id, source="1.0", target="2.0", instances=("i",))
    statuses: list[str] = [upgrade.status]
    for _ in range(polls):
        state, upgrade = rules.poll(state, upgrade.id)
        statuses.append(upgrade.status)
    return state, statuses


def test_polls_alone_move_an_upgrade_forward() -> None:
    state, statuses = upgraded(SEED, 5)
    assert statuses == ["SCHEDULED", "SCHEDULED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE", "COMPLETE"]
    assert (state.instance("i").version, state.instance("i").status) == ("2.0", "RUNNING")


def test_an_instance_keeps_its_version_until_the_upgrade_ends() -> None:
    state, _ = upgraded(SEED, 2)
    assert (state.instance("i").version, state.instance("i").status) == ("1.0", "DEPLOYING")


def test_a_seeded_failure_ends_as_failed_and_changes_no_version() -> None:
    state, statuses = upgraded(replace(SEED, fail_upgrades_of=("i",), in_progress_polls=0), 2)
    assert statuses == ["SCHEDULED", "SCHEDULED", "FAILED"]
    assert (state.instance("i").version, state.instance("i").status) == ("1.0", "FAILED")


def test_an_instance_with_a_pending_upgrade_is_not_eligible() -> None:
    state, _ = upgraded(SEED, 1)
    _, second = rules.start_upgrade(state, state.plans[0].id, source="1.0", target="2.0", instances=("i",))
    assert (second.status, second.instances) == ("FAILED", ())
    assert second.ineligible == (("i", "instance has a pending upgrade on upgrade path upgrade-0000000001"),)


@pytest.mark.parametrize(
    ("target", "instance", "message"),
    [
        ("1.0", "i", "source version 1.0 is the same as target version"),
        ("9.0", "i", "Version set not found"),
        ("2.0", "nobody", "instance 'nobody' not found"),
        ("2.0", "elsewhere", "instance 'elsewhere' is not of product tier"),
    ],
)
def test_upgrades_that_are_refused(target: str, instance: str, message: str) -> None:
    seed = replace(SEED, instances=(*SEED.instances, SeedInstance("elsewhere", "Q", plan="Q")))
    state, plan = built(initial_state(seed), REQUEST)
    with pytest.raises(ApiError, match=message):
        rules.start_upgrade(state, plan.id, source="1.0", target=target, instances=(instance,))


def test_the_preferred_version_can_be_moved_back() -> None:
    state, plan = built(initial_state(SEED), REQUEST)
    state, _, _ = rules.promote(state, plan.id, "1.0")
    assert state.plan(plan.id).preferred == "1.0"

"""A rehearsal: its plan, and what its stand-in API starts with."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from fakes import COMPOSE, SETTINGS, small_plan

from ci.core.release.rehearsal import REHEARSAL_KEY, rehearsal_plan, rehearsal_seed
from ci.rehearsal.seed import SeedInstance, parse


def test_a_rehearsal_does_not_wait_between_polls() -> None:
    plan = small_plan()
    changed = rehearsal_plan(plan)
    assert changed.settings.poll_seconds == 1
    assert replace(changed, settings=plan.settings) == plan


@pytest.mark.parametrize(
    ("changed", "instance"),
    [
        ({}, SeedInstance("instance-rehearsal", "Shop", "Dev", "DEV", "Shop Plan", "1.0")),
        ({"instance": "instance-7"}, SeedInstance("instance-7", "Shop", "Dev", "DEV", "Shop Plan", "1.0")),
        (
            {"environment": "QA", "environment_type": "qa"},
            SeedInstance("instance-rehearsal", "Shop", "QA", "QA", "Shop Plan", "1.0"),
        ),
    ],
)
def test_the_stand_in_starts_with_what_the_plan_needs(changed: Mapping[str, str], instance: SeedInstance) -> None:
    settings = replace(SETTINGS, **changed)  # type: ignore[arg-type]  # strings, all of them
    seed = parse(json.dumps(rehearsal_seed(small_plan(settings))))
    assert seed.api_keys == (REHEARSAL_KEY,)
    assert seed.secret_names(settings.environment_type) == ("dbPassword", "queuePassword")
    assert seed.instances == (instance,)


def test_a_plan_without_a_name_is_seeded_with_that_of_the_product() -> None:
    seed = parse(json.dumps(rehearsal_seed(small_plan(compose=COMPOSE.partition("\n")[2].partition("\n")[2]))))
    assert seed.instances[0].plan == "Shop"

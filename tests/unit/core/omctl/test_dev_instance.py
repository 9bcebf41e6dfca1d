"""Which environment and which instance a release may change."""

from dataclasses import replace

import pytest
from fakes import SETTINGS

from ci.core.omctl.dev_instance import UNFIT, dev_instance, environment_problems, note, unfit
from ci.core.omctl.model import Environment, Instance
from ci.core.settings.product import EnvironmentType
from ci.errors import Problem

DEV = Environment("Shop", "Dev", "dev")
ONE = Instance("i-1", "Dev", "1.0", "RUNNING", "Shop Plan")
TWO = replace(ONE, instance_id="i-2")
OTHER = replace(ONE, instance_id="i-3", plan="Other Plan")


@pytest.mark.parametrize(
    ("environments", "values"),
    [
        ([], []),
        ([DEV], []),
        ([replace(DEV, product="Other", type="prod"), replace(DEV, name="Production", type="prod")], []),
        ([replace(DEV, type="prod")], ["Omnistrate: prod; environment_type: dev"]),
        ([replace(DEV, name="DEV", product="shop", type="prod")], ["Omnistrate: prod; environment_type: dev"]),
        ([replace(DEV, type="staging")], ["Omnistrate: staging; environment_type: dev"]),
        ([replace(DEV, type="")], ["Omnistrate: no type; environment_type: dev"]),
        ([DEV, replace(DEV, type="prod")], ["Omnistrate: prod; environment_type: dev"]),
    ],
)
def test_only_an_environment_of_type_dev_is_changed(environments: list[Environment], values: list[str]) -> None:
    assert [problem.value for problem in environment_problems(SETTINGS, environments)] == values


@pytest.mark.parametrize("kind", [kind for kind in EnvironmentType if kind != EnvironmentType.DEV])
def test_no_other_type_is_released_to_even_if_it_is_the_real_one(kind: EnvironmentType) -> None:
    settings = replace(SETTINGS, environment_type=kind)
    problems = [*environment_problems(settings, [replace(DEV, type=kind)])]
    assert [problem.what for problem in problems] == ["A release changes environments of type dev only"]


@pytest.mark.parametrize(
    ("instance", "instances", "expected"),
    [
        ("", [], None),
        ("", [ONE], ONE),
        ("", [ONE, OTHER], ONE),
        ("", [OTHER], None),
        ("i-2", [ONE, TWO, OTHER], TWO),
        ("", [replace(ONE, plan="shop plan")], replace(ONE, plan="shop plan")),
        ("", [ONE, TWO], "Dev has 2 instances of the plan, and the settings name none of them"),
        ("i-9", [ONE], "The instance of the settings is not in Dev"),
        ("i-3", [ONE, OTHER], "The instance of the settings is of the plan Other Plan, and not of Shop Plan"),
        ("i-1", [replace(ONE, plan="")], "The instance of the settings is of the plan (no name), and not of Shop Plan"),
        (
            "",
            [replace(ONE, status="STOPPED")],
            "The instance i-1 does not run, so an upgrade of it can't be seen to succeed",
        ),
    ],
)
def test_the_instance_of_a_release_is_clear_and_of_its_plan(
    instance: str, instances: list[Instance], expected: Instance | str | None
) -> None:
    found = dev_instance(replace(SETTINGS, instance=instance), "Shop Plan", instances)
    assert (found.what if isinstance(found, Problem) else found) == expected


@pytest.mark.parametrize("status", ["RUNNING", "FAILED", "DEPLOYING", "ANYTHING_NEW", *UNFIT])
def test_a_status_is_a_problem_only_if_the_instance_does_not_run_after_an_upgrade(status: str) -> None:
    assert (unfit("i-1", status) is not None) == (status in UNFIT)


@pytest.mark.parametrize(
    ("instance", "instances", "expected"),
    [
        (ONE, [ONE], ""),
        (replace(ONE, status="FAILED"), [ONE], "i-1 has the status FAILED before the release"),
        (replace(ONE, status=""), [ONE], "i-1 has the status unknown before the release"),
        (None, [], "no instance of the plan Shop Plan to upgrade"),
        (None, [OTHER], "no instance of the plan Shop Plan to upgrade (i-3 is of Other Plan)"),
    ],
)
def test_what_is_to_be_known_before_the_release(
    instance: Instance | None, instances: list[Instance], expected: str
) -> None:
    assert note(instance, "Shop Plan", instances) == expected

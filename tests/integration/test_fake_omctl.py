"""The fake omctl of the unit tests prints what the real omctl prints, for every command that the code runs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from fake_omctl import API_KEY, PLAN, FakeOmctl
from fakes import SETTINGS, small_plan
from real_omctl import real_omctl

from ci.core.omctl import commands
from ci.core.omctl.model import Completed, Deployment, PlanVersion, ServicePlan
from ci.core.settings.product import Preferred
from ci.rehearsal.seed import parse
from ci.rehearsal.state import initial_state
from ci.simulation.omctl_commands import COMMANDS

pytestmark = pytest.mark.integration
SEED: dict[str, Any] = {
    "api_keys": [API_KEY],
    "secrets": {"DEV": ["dbPassword", "queuePassword"]},
    "instances": [
        {"id": "instance-dev", "product": PLAN.product, "plan": PLAN.name},
        {"id": "instance-dev-2", "product": PLAN.product, "plan": PLAN.name, "version": "2.0"},
        {"id": "instance-of-another", "product": "Other"},
    ],
    "in_progress_polls": 1,
}
SECRETS, INSTANCES = commands.secrets_arguments(SETTINGS), commands.instances_arguments(SETTINGS)
BUILD = commands.build_arguments(SETTINGS, "1.2.0: things")
BUILD_ONLY = commands.build_arguments(replace(SETTINGS, preferred=Preferred.AFTER_DEV), "1.2.0: things")
DEPLOYMENT = Deployment(PLAN.service_id, PLAN.id, "1.0")
LIST = commands.upgrades_arguments(DEPLOYMENT)
FIRST, SECOND = "upgrade-0000000001", "upgrade-0000000002"


def describe_version(version: str, service_id: str = PLAN.service_id) -> tuple[str, ...]:
    return commands.describe_version_arguments(PlanVersion(service_id, PLAN.id, PLAN.name, version, "Dev"))


ENVIRONMENTS, PLANS = commands.environments_arguments(), commands.plans_arguments()
THE_PLAN = ServicePlan(PLAN.product, "Dev", PLAN.name, PLAN.service_id, PLAN.id)
VERSIONS = commands.versions_arguments(THE_PLAN)


def set_preferred(version: str, plan_id: str = PLAN.id) -> tuple[str, ...]:
    return commands.set_preferred_arguments(PLAN.service_id, plan_id, version)


SEQUENCES: dict[str, list[tuple[str, ...]]] = {
    "a release and an upgrade": [
        *(ENVIRONMENTS, SECRETS, INSTANCES, PLANS, VERSIONS, BUILD, VERSIONS, describe_version("3.0"), BUILD),
        *(commands.deployment_arguments("instance-dev"), LIST),
        *(commands.upgrade_arguments("instance-dev", "3.0"), LIST, commands.upgrade_instances_arguments(FIRST)),
        *(commands.upgrade_status_arguments(FIRST),) * 4,
        *(commands.upgrade_instances_arguments(FIRST), commands.deployment_arguments("instance-dev"), INSTANCES),
        commands.upgrade_arguments("instance-dev", "3.0"),
    ],
    "a second upgrade beside the first": [
        *(commands.upgrade_arguments("instance-dev", "2.0"), commands.upgrade_arguments("instance-dev", "2.0")),
        *(LIST, commands.upgrade_instances_arguments(SECOND), commands.upgrade_status_arguments(SECOND)),
    ],
    "more upgrades than one page has": [
        *(commands.upgrade_arguments("instance-dev", "2.0"),) * 12,
        *(LIST, commands.upgrades_arguments(DEPLOYMENT, "10")),
    ],
    "a version that is made the preferred one later": [
        *(BUILD_ONLY, VERSIONS, describe_version("3.0"), set_preferred("3.0"), describe_version("3.0"), VERSIONS),
        *(set_preferred("1.0"), VERSIONS),
    ],
    "what does not exist": [
        *(set_preferred("9.0"), set_preferred("1.0", "pt-1")),
        commands.versions_arguments(replace(THE_PLAN, plan_id="pt-1")),
        commands.versions_arguments(replace(THE_PLAN, service_id="s-1")),
        commands.upgrade_arguments("instance-dev", "9.0"),
        commands.upgrade_arguments("instance-dev", "1.0"),
        commands.upgrade_arguments("instance-de", "2.0"),
        commands.deployment_arguments("instance-de"),
        commands.upgrade_status_arguments("upgrade-0"),
        commands.upgrade_instances_arguments("upgrade-0"),
        describe_version("9.0"),
        describe_version("2.0", "s-1"),
        commands.upgrades_arguments(Deployment("s-1", "pt-1", "1.0")),
    ],
}
SEEDS: dict[str, dict[str, Any]] = {
    "builds are refused": {"refuse_builds": "quota of plans reached"},
    "secrets are missing": {"secrets": {}},
    "there is no instance": {"instances": []},
    "an upgrade fails": {"fail_upgrades_of": ["instance-dev"]},
    "the API has a fault": {"http_503_times": {"PUT": 1, "GET /2022-09-01-00/environmentType": 1}},
}


def comparable(done: Completed) -> tuple[int, Any, str]:
    """Exit code, the JSON on stdout, and stderr without the flags that follow an error of `upgrade list`."""
    printed = json.loads(done.stdout) if done.stdout else None
    return done.exit_code, printed, done.stderr.partition("Usage:")[0].strip()


def assert_the_same(folder: Path, seed: dict[str, Any], sequence: list[tuple[str, ...]]) -> None:
    async def nothing(_: str) -> None:
        await anyio.lowlevel.checkpoint()

    compose = small_plan().pinned.text
    fake = FakeOmctl(nothing, initial_state(parse(json.dumps(seed))), compose=compose)
    with real_omctl(folder, seed, compose, API_KEY) as real:
        for arguments in sequence:
            done = anyio.run(fake.run, arguments)
            assert comparable(done) == comparable(real.run(*arguments)), " ".join(arguments)
        assert real.state()["unknown_requests"] == []


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_fake_prints_what_the_real_omctl_prints(name: str, tmp_path: Path) -> None:
    assert_the_same(tmp_path, SEED, SEQUENCES[name])


@pytest.mark.parametrize("name", SEEDS)
def test_the_fake_fails_as_the_real_omctl_fails(name: str, tmp_path: Path) -> None:
    upgrade = (commands.upgrade_arguments("instance-dev", "2.0"), *(commands.upgrade_status_arguments(FIRST),) * 3)
    sequence = [
        ENVIRONMENTS,
        SECRETS,
        INSTANCES,
        PLANS,
        VERSIONS,
        BUILD,
        SECRETS,
        *upgrade,
        commands.upgrade_instances_arguments(FIRST),
        LIST,
    ]
    assert_the_same(tmp_path, SEED | SEEDS[name], sequence)


def test_every_command_that_the_code_runs_is_compared() -> None:
    compared = {name for sequence in SEQUENCES.values() for arguments in sequence for name in [command_of(arguments)]}
    used = {command_of(arguments) for arguments in commands.commands(SETTINGS, "")}
    assert used == compared == set(COMMANDS)


def command_of(arguments: tuple[str, ...]) -> str:
    return next(name for name in COMMANDS if " ".join(arguments).startswith(f"{name} "))

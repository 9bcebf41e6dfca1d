"""omctl's argument lists, and how a plan shows them."""

from dataclasses import replace

import pytest
from fakes import SETTINGS
from omctl_samples import PLAN

from ci.core.omctl import commands as omctl
from ci.core.omctl.model import Deployment, PlanVersion
from ci.core.settings.product import Preferred, Settings

VERSION = PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "Dev")
AFTER_DEV = replace(SETTINGS, preferred=Preferred.AFTER_DEV)
DEPLOYMENT = Deployment("s-1", "pt-1", "1.0")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            omctl.build_arguments(SETTINGS, "- Things\n- More"),
            (
                "build --file docker-compose.omni.yaml --spec-type DockerCompose --product-name Shop --environment Dev "
                "--environment-type dev --release-as-preferred --release-description DESCRIPTION --output json"
            ),
        ),
        (
            omctl.describe_version_arguments(VERSION),
            "service-plan describe-version --service-id s-1 --plan-id pt-1 --version 2.0 --output json",
        ),
        (omctl.environments_arguments(), "environment list --output json"),
        (omctl.plans_arguments(), "service-plan list --output json"),
        (
            omctl.versions_arguments(PLAN),
            "service-plan list-versions --service-id s-1 --plan-id pt-1 --output json",
        ),
        (
            omctl.set_preferred_arguments("s-1", "pt-1", "2.0"),
            "service-plan set-default --service-id s-1 --plan-id pt-1 --version 2.0 --output json",
        ),
        (
            omctl.build_arguments(AFTER_DEV, "- Things\n- More"),
            (
                "build --file docker-compose.omni.yaml --spec-type DockerCompose --product-name Shop --environment Dev "
                "--environment-type dev --release --release-description DESCRIPTION --output json"
            ),
        ),
        (omctl.secrets_arguments(SETTINGS), "secret list dev --output json"),
        (
            omctl.instances_arguments(SETTINGS),
            "instance list --filter service:Shop,environment:Dev --output json",
        ),
        (
            omctl.deployment_arguments("instance-1"),
            "instance describe instance-1 --deployment-status --output json",
        ),
        (
            omctl.upgrades_arguments(DEPLOYMENT),
            "upgrade list --service-id s-1 --product-tier-id pt-1 --output json",
        ),
        (
            omctl.upgrades_arguments(DEPLOYMENT, "token"),
            "upgrade list --service-id s-1 --product-tier-id pt-1 --next-page-token token --output json",
        ),
        (omctl.upgrade_instances_arguments("u-1"), "upgrade status detail u-1 --output json"),
        (omctl.upgrade_arguments("instance-1", "2.0"), "upgrade instance-1 --version 2.0 --output json"),
        (omctl.upgrade_status_arguments("u-1"), "upgrade status u-1 --output json"),
    ],
)
def test_argument_lists(arguments: tuple[str, ...], expected: str) -> None:
    assert list(arguments) == ["- Things\n- More" if word == "DESCRIPTION" else word for word in expected.split()]


def test_no_command_of_a_release_has_a_key_or_a_moving_version() -> None:
    words = {word for command in omctl.commands(SETTINGS, "text") for word in command}
    assert not words & {"--api-key", "latest", "preferred", "--scheduled-date"}
    assert all(command[-2:] == ("--output", "json") for command in omctl.commands(SETTINGS, "text"))


UPGRADE = ["instance describe", "upgrade list", "upgrade status", "upgrade INSTANCE", "upgrade status"]


@pytest.mark.parametrize(
    ("settings", "last"),
    [(SETTINGS, ["service-plan set-default", *UPGRADE]), (AFTER_DEV, [*UPGRADE, "service-plan set-default"])],
)
def test_the_commands_are_in_the_order_of_a_release(settings: Settings, last: list[str]) -> None:
    assert [" ".join(command[:2]) for command in omctl.commands(settings, "text")] == [
        "environment list",
        "secret list",
        "instance list",
        "service-plan list",
        "service-plan list-versions",
        "build --file",
        "service-plan describe-version",
        *last,
    ]


@pytest.mark.parametrize(("seconds", "timeout"), [(300, "240"), (10, "8"), (1, "1")])
def test_a_request_of_omctl_ends_before_its_run_is_stopped_and_is_not_sent_again(seconds: int, timeout: str) -> None:
    found = omctl.environment(seconds)
    assert (found["OMNISTRATE_CLIENT_TIMEOUT_IN_SECONDS"], found["OMNISTRATE_RETRY_MAX"]) == (timeout, "0")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("upgrade", "instance-1"), "omctl upgrade instance-1"),
        (("build", "--product-name", "My Shop"), "omctl build --product-name 'My Shop'"),
        (("build", "--release-description", "- One\n- Two"), "omctl build --release-description '- One…'"),
    ],
)
def test_a_command_is_shown_on_one_line(arguments: tuple[str, ...], text: str) -> None:
    assert omctl.shown(arguments) == text

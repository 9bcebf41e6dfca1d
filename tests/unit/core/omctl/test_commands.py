"""omctl's argument lists, and how a plan shows them."""

import pytest
from fakes import SETTINGS

from ci.core.omctl import commands as omctl
from ci.core.omctl.model import Deployment, PlanVersion

VERSION = PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "Dev")
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


def test_the_commands_are_in_the_order_of_a_release() -> None:
    found = [" ".join(command[:2]) for command in omctl.commands(SETTINGS, "text")]
    assert found == [
        "secret list",
        "instance list",
        "build --file",
        "service-plan describe-version",
        "instance describe",
        "upgrade list",
        "upgrade status",
        "upgrade INSTANCE",
        "upgrade status",
    ]


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

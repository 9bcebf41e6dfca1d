"""omctl's argument lists, and how its answers are read: nothing is believed for its exit code alone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fakes import SETTINGS, said

from ci.core import omctl
from ci.core.omctl import Completed, Instance, PlanVersion, Upgrade
from ci.errors import OmnistrateError

VERSION = PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "Dev")
BUILT = {"service_id": "s-1", "plan_id": "pt-1", "plan_name": "Shop Plan", "version": "2.0", "environment": "Dev"}
UPGRADE = {"upgrade_id": "u-1", "source_version": "1.0", "target_version": "2.0", "instance_ids": "instance-1"}

READERS: dict[str, Callable[[Completed], Any]] = {
    "build": lambda answer: omctl.read_plan_version(answer, SETTINGS),
    "service-plan describe-version": lambda answer: omctl.check_preferred(answer, VERSION),
    "secret list": omctl.read_secrets,
    "instance list": omctl.read_instances,
    "upgrade": lambda answer: omctl.read_upgrade(answer, "instance-1", "2.0"),
    "upgrade status": lambda answer: omctl.read_upgrade_status(answer, "u-1"),
}


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
        (omctl.instance_arguments("instance-1"), "instance list --filter instance_id:instance-1 --output json"),
        (omctl.upgrade_arguments("instance-1", "2.0"), "upgrade instance-1 --version 2.0 --output json"),
        (omctl.upgrade_status_arguments("u-1"), "upgrade status u-1 --output json"),
    ],
)
def test_argument_lists(arguments: tuple[str, ...], expected: str) -> None:
    assert list(arguments) == ["- Things\n- More" if word == "DESCRIPTION" else word for word in expected.split()]


def test_no_command_of_a_release_takes_a_key_or_a_moving_version() -> None:
    words = {word for command in omctl.commands(SETTINGS, "text") for word in command}
    assert not words & {"--api-key", "latest", "preferred", "--scheduled-date"}
    assert all(command[-2:] == ("--output", "json") for command in omctl.commands(SETTINGS, "text"))


def test_the_commands_come_in_the_order_of_a_release() -> None:
    found = [" ".join(command[:2]) for command in omctl.commands(SETTINGS, "text")]
    assert found == [
        "secret list",
        "instance list",
        "build --file",
        "service-plan describe-version",
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


@pytest.mark.parametrize(
    ("reader", "answer", "expected"),
    [
        ("build", BUILT, VERSION),
        ("build", {**BUILT, "environment": "QA"}, PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "QA")),
        (
            "build",
            {"service_id": "s-1", "plan_id": "pt-1", "version": "2.0"},
            PlanVersion("s-1", "pt-1", "", "2.0", "Dev"),
        ),
        ("service-plan describe-version", {"version": "2.0", "version_set_status": "Preferred"}, None),
        ("service-plan describe-version", {"version": "2.0", "version_set_status": "PREFERRED"}, None),
        ("secret list", {"secrets": [{"name": "a"}, {"name": "b"}]}, frozenset({"a", "b"})),
        ("secret list", [{"name": "a"}], frozenset({"a"})),
        ("secret list", {"secrets": []}, frozenset()),
        ("secret list", {"secrets": None}, frozenset()),
        (
            "instance list",
            [{"instance_id": "instance-1", "environment": "Dev", "version": "1.0", "status": "RUNNING", "more": 1}],
            (Instance("instance-1", "Dev", "1.0", "RUNNING"),),
        ),
        ("instance list", {"instance_id": "instance-1"}, (Instance("instance-1", "", "", ""),)),
        ("instance list", [], ()),
        ("instance list", None, ()),
        ("upgrade", [UPGRADE], Upgrade("u-1", "SCHEDULED")),
        ("upgrade", UPGRADE, Upgrade("u-1", "SCHEDULED")),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-0, instance-1"}], Upgrade("u-1", "SCHEDULED")),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-9"}, UPGRADE], Upgrade("u-1", "SCHEDULED")),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "IN_PROGRESS", "failed": 0}],
            Upgrade("u-1", "IN_PROGRESS"),
        ),
        ("upgrade status", [{"upgrade_id": "u-1", "status": "COMPLETE", "failed": 0}], Upgrade("u-1", "COMPLETE")),
        ("upgrade status", [{"upgrade_id": "u-1", "status": "COMPLETE", "failed": 1}], Upgrade("u-1", "FAILED")),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "IN_PROGRESS", "failed": 1}],
            Upgrade("u-1", "IN_PROGRESS"),
        ),
        ("upgrade status", [{"upgrade_id": "u-1", "status": "COMPLETE"}], Upgrade("u-1", "COMPLETE")),
    ],
)
def test_good_answers(reader: str, answer: object, expected: object) -> None:
    assert READERS[reader](said(answer)) == expected


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "stdout",
    [
        "",
        "  \n",
        "Error: instance-1 not found",
        "{",
        '"text"',
        "1",
        "[1]",
        "[[]]",
        "true",
        "false",
        "0",
        '""',
        "{}",
        '{"error": "boom"}',
    ],
)
def test_an_answer_that_is_not_what_its_command_promises_is_an_error_whatever_the_exit_code(
    reader: str, stdout: str
) -> None:
    with pytest.raises(OmnistrateError) as caught:
        READERS[reader](Completed(0, stdout, ""))
    (problem,) = caught.value.problems
    assert problem.what == f"omctl {reader} answered what was not expected"
    assert problem.value == (stdout.strip() or "(nothing)")
    assert problem.right
    assert problem.do


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("stdout", ["", json.dumps(BUILT), json.dumps([UPGRADE]), "[]"])
def test_a_failing_exit_code_is_an_error_whatever_was_printed(reader: str, stdout: str) -> None:
    with pytest.raises(OmnistrateError, match="failed with exit code 1") as caught:
        READERS[reader](Completed(1, stdout, "Error: no such thing"))
    assert caught.value.problems[0].value.startswith("Error: no such thing")


@pytest.mark.parametrize(
    ("reader", "answer"),
    [
        ("build", {**BUILT, "version": ""}),
        ("build", {**BUILT, "version": None}),
        ("build", {**BUILT, "plan_id": ""}),
        ("build", {**BUILT, "service_id": ""}),
        ("build", [BUILT]),
        ("service-plan describe-version", {"version": "2.0", "version_set_status": "Active"}),
        ("service-plan describe-version", {"version": "2.0"}),
        ("service-plan describe-version", {"version": "1.0", "version_set_status": "Preferred"}),
        ("secret list", {"secrets": ["a"]}),
        ("secret list", {"secrets": [{"key": "a"}]}),
        ("secret list", {"secrets": "a"}),
        ("secret list", {}),
        ("instance list", [{"id": "instance-1"}]),
        ("instance list", [{"instance_id": ""}]),
        ("instance list", [{"instance_id": "instance-1"}, {"error": "boom"}]),
        ("upgrade", []),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-10"}]),
        ("upgrade", [{**UPGRADE, "instance_ids": ""}]),
        ("upgrade", [{**UPGRADE, "upgrade_id": ""}]),
        ("upgrade", [{**UPGRADE, "target_version": "3.0"}]),
        ("upgrade", [{**UPGRADE, "target_version": None}]),
        ("upgrade status", []),
        ("upgrade status", [{"upgrade_id": "u-2", "status": "COMPLETE"}]),
        ("upgrade status", [{"upgrade_id": "u-1", "status": ""}]),
        ("upgrade status", [{"upgrade_id": "u-1"}]),
    ],
)
def test_an_answer_that_lacks_what_matters_is_an_error(reader: str, answer: object) -> None:
    with pytest.raises(OmnistrateError, match="answered what was not expected"):
        READERS[reader](said(answer))


@pytest.mark.parametrize("exit_code", [0, 1])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_instance_that_has_the_version_already_needs_no_upgrade(exit_code: int, stream: str) -> None:
    text = "Error:  source version 2.0 is the same as target version for instance-1\n"
    answer = Completed(exit_code, text, "") if stream == "stdout" else Completed(exit_code, "", text)
    assert omctl.read_upgrade(answer, "instance-1", "2.0") is None


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        ("SCHEDULED", False),
        ("IN_PROGRESS", False),
        ("VERIFYING", False),
        ("PAUSED", False),
        ("COMPLETE", True),
        ("COMPLETED", True),
        ("FAILED", True),
        ("CANCELLED", True),
        ("SKIPPED", True),
    ],
)
def test_which_status_is_an_end(status: str, ended: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Upgrade("u-1", status).ended is ended


@pytest.mark.parametrize(
    ("said_by_omctl", "advice"),
    [
        ("Error: OMNISTRATE_API_KEY signin-exchange failed: unauthorized", "OMNISTRATE_API_KEY"),
        ("not logged in and no TTY available for interactive login", "OMNISTRATE_API_KEY"),
        ("please run omctl login", "OMNISTRATE_API_KEY"),
        ("secret not found in PROD: falkordbPassword (used by initdb)", "omctl secret set"),
        ("503 Service Unavailable", "run the same call again"),
        ("dial tcp: lookup api: no such host", "run the same call again"),
        ("services.a.image must be a string", "mend what omctl says"),
    ],
)
def test_the_advice_fits_what_omctl_says(said_by_omctl: str, advice: str) -> None:
    with pytest.raises(OmnistrateError) as caught:
        omctl.read_secrets(Completed(1, "", said_by_omctl))
    assert advice in caught.value.problems[0].do


def test_what_omctl_said_is_told_without_colours_and_only_its_end() -> None:
    lines = [f"line {number}" for number in range(50)]
    with pytest.raises(OmnistrateError) as caught:
        omctl.read_secrets(Completed(1, "", "\n".join(lines) + "\n\x1b[31mError: \x1b[0mno\n"))
    assert caught.value.problems[0].value.splitlines() == [*lines[31:], "Error: no"]

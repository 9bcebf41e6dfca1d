"""How omctl's answers are read: nothing is believed for its exit code alone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fakes import SETTINGS, said

from ci.core.omctl import responses as answers
from ci.core.omctl.commands import Completed, Deployment, Instance, PlanVersion, Upgrade
from ci.errors import OmnistrateError

VERSION = PlanVersion("s-1", "pt-1", "Shop Plan", "2.0", "Dev")
BUILT = {"service_id": "s-1", "plan_id": "pt-1", "plan_name": "Shop Plan", "version": "2.0", "environment": "Dev"}
UPGRADE = {"upgrade_id": "u-1", "source_version": "1.0", "target_version": "2.0", "instance_ids": "instance-1"}
DEPLOYED = {"instanceId": "instance-1", "serviceId": "s-1", "productTierId": "pt-1", "tierVersion": "1.0"}
PATH = {"upgradePathId": "u-1", "targetVersion": "2.0", "status": "IN_PROGRESS", "totalCount": 1}
ROW = {"upgrade_id": "u-1", "instance_id": "instance-1", "upgrade_status": "IN_PROGRESS"}

READERS: dict[str, Callable[[Completed], Any]] = {
    "build": lambda answer: answers.read_plan_version(answer, SETTINGS),
    "service-plan describe-version": lambda answer: answers.check_preferred(answer, VERSION),
    "secret list": answers.read_secrets,
    "instance list": answers.read_instances,
    "upgrade": lambda answer: answers.read_upgrade(answer, "instance-1", "2.0"),
    "upgrade status": lambda answer: answers.read_upgrade_status(answer, Upgrade("u-1", "2.0", "SCHEDULED")),
    "instance describe": lambda answer: answers.read_deployment(answer, "instance-1"),
    "upgrade list": answers.read_upgrades,
    "upgrade status detail": answers.read_upgrade_instances,
}


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
        ("upgrade", [UPGRADE], Upgrade("u-1", "2.0", "SCHEDULED")),
        ("upgrade", UPGRADE, Upgrade("u-1", "2.0", "SCHEDULED")),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-0, instance-1"}], Upgrade("u-1", "2.0", "SCHEDULED")),
        ("upgrade", [{**UPGRADE, "instance_ids": "instance-9"}, UPGRADE], Upgrade("u-1", "2.0", "SCHEDULED")),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "IN_PROGRESS", "failed": 0}],
            Upgrade("u-1", "2.0", "IN_PROGRESS"),
        ),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "COMPLETE", "failed": 0}],
            Upgrade("u-1", "2.0", "COMPLETE"),
        ),
        ("upgrade status", [{"upgrade_id": "u-1", "status": "COMPLETE", "failed": 1}], Upgrade("u-1", "2.0", "FAILED")),
        (
            "upgrade status",
            [{"upgrade_id": "u-1", "status": "IN_PROGRESS", "failed": 1}],
            Upgrade("u-1", "2.0", "IN_PROGRESS"),
        ),
        ("upgrade status", [{"upgrade_id": "u-1", "status": "COMPLETE"}], Upgrade("u-1", "2.0", "COMPLETE")),
        ("instance describe", DEPLOYED, Deployment("s-1", "pt-1", "1.0")),
        ("instance describe", {**DEPLOYED, "resourceDeploymentStatus": None}, Deployment("s-1", "pt-1", "1.0")),
        ("upgrade list", [{"upgradePaths": [PATH]}], ((Upgrade("u-1", "2.0", "IN_PROGRESS"),), "")),
        ("upgrade list", {"upgradePaths": [PATH]}, ((Upgrade("u-1", "2.0", "IN_PROGRESS"),), "")),
        (
            "upgrade list",
            [{"upgradePaths": [PATH, {**PATH, "upgradePathId": "u-2", "status": "FAILED"}], "nextPageToken": "t"}],
            ((Upgrade("u-1", "2.0", "IN_PROGRESS"), Upgrade("u-2", "2.0", "FAILED")), "t"),
        ),
        ("upgrade list", [{"upgradePaths": [], "nextPageToken": "t"}], ((), "t")),
        ("upgrade list", [{"upgradePaths": [], "nextPageToken": None}], ((), "")),
        ("upgrade list", [{"upgradePaths": [], "nextPageToken": ""}], ((), "")),
        ("upgrade list", [{"upgradePaths": None}], ((), "")),
        ("upgrade status detail", [ROW], frozenset({"instance-1"})),
        ("upgrade status detail", ROW, frozenset({"instance-1"})),
        ("upgrade status detail", [ROW, {**ROW, "instance_id": "i-2"}], frozenset({"instance-1", "i-2"})),
        ("upgrade status detail", [ROW, {**ROW, "instance_id": "i-2", "upgrade_status": "X"}], {"instance-1", "i-2"}),
        *(
            ("upgrade status detail", [ROW, {**ROW, "instance_id": "i-2", "upgrade_status": end}], {"instance-1"})
            for end in ("COMPLETE", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED")
        ),
        ("upgrade status detail", [], frozenset()),
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
    said_beside = "" if stdout else "Error: boom"  # where even this is missing, one reader knows what is meant
    with pytest.raises(OmnistrateError) as caught:
        READERS[reader](Completed(0, stdout, said_beside))
    (problem,) = caught.value.problems
    assert problem.what == f"omctl {reader} answered what was not expected"
    assert problem.value == (stdout.strip() or said_beside or "(nothing)")
    assert problem.expected
    assert problem.hint


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
        ("instance describe", [DEPLOYED]),
        ("instance describe", {**DEPLOYED, "instanceId": "instance-10"}),
        ("instance describe", {**DEPLOYED, "serviceId": ""}),
        ("instance describe", {**DEPLOYED, "productTierId": None}),
        ("instance describe", {**DEPLOYED, "tierVersion": ""}),
        ("upgrade list", []),
        ("upgrade list", None),
        ("upgrade list", [None]),
        ("upgrade list", [{"nextPageToken": "t"}]),
        ("upgrade list", [{"upgradePaths": []}, {"upgradePaths": []}]),
        ("upgrade list", [{"upgradePaths": {"u-1": PATH}}]),
        ("upgrade list", [{"upgradePaths": ["u-1"]}]),
        ("upgrade list", [{"upgradePaths": [PATH, None]}]),
        ("upgrade list", [{"upgradePaths": [{**PATH, "upgradePathId": ""}]}]),
        ("upgrade list", [{"upgradePaths": [{**PATH, "targetVersion": ""}]}]),
        ("upgrade list", [{"upgradePaths": [{**PATH, "status": ""}]}]),
        ("upgrade status detail", [{**ROW, "instance_id": ""}]),
        ("upgrade status detail", [{**ROW, "upgrade_status": ""}]),
        ("upgrade status detail", [ROW, {"upgrade_id": "u-1"}]),
    ],
)
def test_an_answer_that_lacks_what_matters_is_an_error(reader: str, answer: object) -> None:
    with pytest.raises(OmnistrateError, match="answered what was not expected"):
        READERS[reader](said(answer))


@pytest.mark.parametrize("reader", READERS)
def test_no_word_at_all_is_an_error_but_where_omctl_says_so_that_there_is_nothing(reader: str) -> None:
    if reader == "upgrade status detail":
        assert READERS[reader](Completed(0, "", "")) == frozenset()
        return
    with pytest.raises(OmnistrateError, match=r"answered what was not expected(?s:.)*\(nothing\)"):
        READERS[reader](Completed(0, "", ""))


@pytest.mark.parametrize("exit_code", [0, 1])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_instance_that_has_the_version_already_needs_no_upgrade(exit_code: int, stream: str) -> None:
    text = "Error:  source version 2.0 is the same as target version for instance-1\n"
    answer = Completed(exit_code, text, "") if stream == "stdout" else Completed(exit_code, "", text)
    assert answers.read_upgrade(answer, "instance-1", "2.0") is None


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
        answers.read_secrets(Completed(1, "", said_by_omctl))
    assert advice in caught.value.problems[0].hint


def test_what_omctl_said_is_told_without_colours_and_only_its_end() -> None:
    lines = [f"line {number}" for number in range(50)]
    with pytest.raises(OmnistrateError) as caught:
        answers.read_secrets(Completed(1, "", "\n".join(lines) + "\n\x1b[31mError: \x1b[0mno\n"))
    assert caught.value.problems[0].value.splitlines() == [*lines[31:], "Error: no"]


def test_flags_that_omctl_lists_after_an_error_do_not_hide_it() -> None:
    flags = [f"      --flag-{number} string" for number in range(30)]
    error = "\n".join(["Error: not_found", "Detail: no such plan", "Usage:", "  omnistrate-ctl upgrade list", *flags])
    with pytest.raises(OmnistrateError) as caught:
        answers.read_upgrades(Completed(1, "", error))
    assert caught.value.problems[0].value == "Error: not_found\nDetail: no such plan"

"""omctl's output as JSON: nothing is trusted for its exit code alone, and each failure has a hint."""

import json

import pytest
from omctl_samples import BUILT, READERS, UPGRADE

from ci.core.omctl.model import Completed
from ci.core.omctl.parse import OUTPUT_CHARACTERS, uncertain
from ci.core.omctl.responses import read_secrets
from ci.core.omctl.upgrade_responses import read_upgrades
from ci.errors import OmnistrateError


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
def test_a_response_that_is_not_as_its_command_promises_is_an_error_despite_exit_code_0(
    reader: str, stdout: str
) -> None:
    stderr = "" if stdout else "Error: boom"  # with no output at all, one command means that there is nothing
    with pytest.raises(OmnistrateError) as caught:
        READERS[reader](Completed(0, stdout, stderr))
    (problem,) = caught.value.problems
    assert problem.what == f"omctl {reader} responded with something unexpected"
    assert problem.value == (stdout.strip() or stderr or "(no output)")
    assert problem.expected
    assert problem.hint


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("stdout", ["", json.dumps(BUILT), json.dumps([UPGRADE]), "[]"])
def test_a_failing_exit_code_is_an_error_whatever_was_printed(reader: str, stdout: str) -> None:
    with pytest.raises(OmnistrateError, match="failed with exit code 1") as caught:
        READERS[reader](Completed(1, stdout, "Error: no such thing"))
    assert caught.value.problems[0].value.startswith("Error: no such thing")


@pytest.mark.parametrize("reader", READERS)
def test_no_output_at_all_is_an_error_except_for_the_commands_that_print_nothing_for_none(reader: str) -> None:
    if reader in {"upgrade status detail", "service-plan list-versions"}:
        assert not READERS[reader](Completed(0, "", ""))
        return
    with pytest.raises(OmnistrateError, match=r"responded with something unexpected(?s:.)*\(no output\)"):
        READERS[reader](Completed(0, "", ""))


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        ("Error: OMNISTRATE_API_KEY signin-exchange failed: unauthorized", "OMNISTRATE_API_KEY"),
        ("not logged in and no TTY available for interactive login", "OMNISTRATE_API_KEY"),
        ("please run omctl login", "OMNISTRATE_API_KEY"),
        ("secret not found in PROD: falkordbPassword (used by initdb)", "omctl secret set"),
        ("503 Service Unavailable", "run the same call again"),
        ("dial tcp: lookup api: no such host", "run the same call again"),
        ("services.a.image must be a string", "fix what `omctl secret list` reports"),
    ],
)
def test_the_hint_fits_the_output(output: str, hint: str) -> None:
    with pytest.raises(OmnistrateError) as caught:
        read_secrets(Completed(1, "", output))
    assert hint in caught.value.problems[0].hint


def test_the_end_of_the_output_is_shown_without_colours() -> None:
    lines = [f"line {number}" for number in range(50)]
    with pytest.raises(OmnistrateError) as caught:
        read_secrets(Completed(1, "", "\n".join(lines) + "\n\x1b[31mError: \x1b[0mno\n"))
    assert caught.value.problems[0].value.splitlines() == [*lines[31:], "Error: no"]


def test_the_flags_that_omctl_lists_after_an_error_are_not_shown() -> None:
    flags = [f"      --flag-{number} string" for number in range(30)]
    error = "\n".join(["Error: not_found", "Detail: no such plan", "Usage:", "  omnistrate-ctl upgrade list", *flags])
    with pytest.raises(OmnistrateError) as caught:
        read_upgrades(Completed(1, "", error))
    assert caught.value.problems[0].value == "Error: not_found\nDetail: no such plan"


@pytest.mark.parametrize("above", ["Warning: a new version of omctl is available\n", "[WARN] deprecated\n", "\n{\n"])
def test_lines_above_the_json_are_skipped(above: str) -> None:
    assert read_secrets(Completed(0, f'{above}{{\n    "secrets": [{{"name": "a"}}]\n}}\n', "")) == {"a"}


def test_a_long_output_is_cut() -> None:
    with pytest.raises(OmnistrateError) as caught:
        read_secrets(Completed(1, "x" * 5_000_000, "Error: no"))
    assert len(caught.value.problems[0].value) == OUTPUT_CHARACTERS + 1


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (Completed(1, "", "Error:  bad_request\nDetail: quota of plans reached"), False),
        (Completed(1, "", "Error: services.a.image must be a string"), False),
        (Completed(1, "", "Error: version 500.0 not found"), False),
        (Completed(0, "", "Error: instance-1 not found. Please check the instance ID and try again"), False),
        (Completed(1, "", "Error: 502 Bad Gateway\nDetail: <html>"), True),
        (Completed(1, "", "Error: Put https://api: EOF"), True),
        (Completed(1, "", "Error: context deadline exceeded (Client.Timeout exceeded)"), True),
        (Completed(1, "", "read: connection reset by peer"), True),
        (Completed(1, "", "Error: undefined response type"), True),
        (Completed(1, "", ""), True),
        (Completed(0, "", ""), True),
        (Completed(0, "Error: something went wrong", ""), True),
        (Completed(137, "", "Error: quota of plans reached"), True),
        (Completed(124, "", "omctl did not return"), True),
    ],
)
def test_only_a_refusal_with_its_reason_shows_that_nothing_was_done(response: Completed, *, expected: bool) -> None:
    assert uncertain(response) == expected

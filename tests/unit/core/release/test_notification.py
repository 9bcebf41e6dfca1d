"""The message of a release: short, and what a person asks first."""

from dataclasses import replace

from fakes import GIT_SHA, problem
from sample_reports import failed_report, good_report

from ci.core.release.notification import Message, failure_message, release_message
from ci.core.release.report import Step, StepOutcome


def test_a_release_that_is_done_has_its_plan_version_and_its_upgrade() -> None:
    assert release_message(good_report(), ()) == Message(
        "Release 1.2.0 of Shop: done",
        f"commit {GIT_SHA}\nplan version 2.0 of Shop Plan\ninstance instance-dev: upgraded, version 2.0",
        ok=True,
    )


def test_a_failed_one_has_the_first_line_of_each_problem() -> None:
    made = release_message(failed_report(), failed_report().problems)
    assert (made.title, made.ok) == ("Release 1.2.0 of Shop: FAILED", False)
    assert made.body.splitlines()[1:] == [
        "- build and push images: worker: exit code 1",
        "- build and push images: mail: exit code 2",
    ]


def test_an_unknown_outcome_is_not_called_failed_and_a_failed_smoke_is() -> None:
    unknown = replace(failed_report(), steps=(Step("make plan version", StepOutcome.UNKNOWN, 1.0),))
    assert release_message(unknown, unknown.problems).title.endswith(": OUTCOME UNKNOWN")
    assert release_message(good_report(), [problem("`web` failed")]).title.endswith(": FAILED")


def test_a_message_is_short() -> None:
    made = failure_message([problem("x" * 5000)] * 40)
    lines = made.body.splitlines()
    assert (len(lines), lines[-1]) == (6, "and 35 more problems")
    assert max(map(len, lines)) == 302
    assert made.title == "Release: FAILED before its first step"

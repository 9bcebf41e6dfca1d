"""The report for people; tests/golden/reports has complete ones."""

import pytest
from fakes import GIT_SHA, NAMES, digest_of, sha_ref, small_plan, version_ref
from sample_reports import BUILT, VERSION, failed_report, good_report

from ci.core.release.report import Report, Results
from ci.core.release.summary import continuation, summary


def test_the_summary_of_a_release_has_its_steps_images_and_results() -> None:
    lines = summary(good_report()).splitlines()
    assert lines[0] == f"Release 1.2.0 of Shop, commit {GIT_SHA}: done"
    assert "  done     build and push images     61.2 s  3 built" in lines
    assert f"  worker  built    {digest_of('worker')}" in lines
    for name in NAMES:
        assert f"            {sha_ref(name)}" in lines
        assert f"            {version_ref(name)}" in lines
    assert lines[-2:] == ["Plan version 2.0 of plan Shop Plan", "Instance instance-dev: upgraded, version 2.0"]


def test_the_summary_of_a_failed_release_has_every_problem_with_its_step_and_what_was_not_run() -> None:
    text = summary(failed_report())
    assert text.splitlines()[0].endswith(": FAILED")
    for part in (
        "  failed   build and push images      2.0 s  2 problems",
        "  not run  set version tags",
        "  not run  upgrade dev instance",
        "2 problems:\n- build and push images: worker: exit code 1\n",
        "    hint: fix it\n- build and push images: mail: exit code 2\n",
        sha_ref("web"),
    ):
        assert part in text
    assert text.endswith(continuation(failed_report()) + "\n")


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (
            failed_report(),
            "1 of 3 images have their sha tag; no plan version was made.",
        ),
        (
            Report(plan=small_plan(), started="", steps=(), not_run=("build and push images",)),
            "No image was pushed; no plan version was made.",
        ),
        (
            Report(plan=small_plan(), started="", steps=(), results=Results(BUILT, VERSION)),
            "3 of 3 images have their sha tag; plan version 2.0 was made.",
        ),
    ],
)
def test_a_failed_release_says_what_is_done_and_that_the_same_call_continues(report: Report, text: str) -> None:
    assert continuation(report) == f"{text}\nFix the above and run the same call again: it continues from here."

"""The report for people; tests/golden/reports has complete ones."""

from dataclasses import replace

from fakes import GIT_SHA, NAMES, digest_of, sha_ref, version_ref
from sample_reports import failed_report, good_report

from ci.core.release.continuation import continuation
from ci.core.release.report import Step, StepOutcome
from ci.core.release.steps import StepName
from ci.core.release.summary import summary
from ci.core.release.version_tags import CommitRelation, VersionTag


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


def test_an_unknown_outcome_is_a_third_thing() -> None:
    report = replace(failed_report(), steps=(Step(StepName.UPGRADE, StepOutcome.UNKNOWN, 1.0, "1 problem"),))
    lines = summary(report).splitlines()
    assert lines[0].endswith(": OUTCOME UNKNOWN")
    assert "  unknown  upgrade dev instance      1.0 s  1 problem" in lines


def test_where_a_version_tag_came_from_and_what_is_unknown_of_it_are_shown() -> None:
    moved = VersionTag("sha256:1", "f" * 40, CommitRelation.NEWER)
    report = good_report()
    first = replace(report.results.images[0], version_tag_moved_from=moved, unknown=("registry.example/o/x:1",))
    text = summary(replace(report, results=replace(report.results, images=(first,))))
    assert f"the version tag moved here from commit {'f' * 40} (this commit is newer)\n" in text
    assert "registry.example/o/x:1: unknown\n" in text

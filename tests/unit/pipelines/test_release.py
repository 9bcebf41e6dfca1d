"""The order of a release: nothing that moves is changed early, and a repeated call continues or is harmless."""

import json

from fakes import (
    NAMES,
    Stage,
    broken,
    digest_of,
    repository,
    sha_ref,
    version_ref,
)

from ci.core.release.lock import lock
from ci.core.release.report_json import as_json
from ci.core.release.steps import STEPS, StepName
from ci.core.release.summary import summary
from ci.errors import BuildError


def test_a_release_runs_all_its_steps() -> None:
    stage = Stage()
    report = stage.release()
    assert report.problems == ()
    assert [(step.name, step.outcome) for step in report.steps] == [(name, "done") for name in STEPS]
    assert report.not_run == ()
    assert [(one.name, one.action, one.digest) for one in report.results.images] == [
        (name, "built", digest_of(name)) for name in NAMES
    ]
    assert [one.references for one in report.results.images] == [(sha_ref(name), version_ref(name)) for name in NAMES]
    assert report.results.plan_version is not None
    assert report.results.plan_version.version == "2.0"
    assert report.results.upgrade is not None
    assert (report.results.upgrade.instance_id, report.results.upgrade.outcome, report.results.upgrade.version) == (
        "instance-dev",
        "upgraded",
        "2.0",
    )


def test_everything_is_checked_before_the_first_build() -> None:
    stage = Stage()
    stage.release()
    done = stage.effects.done
    checks = [
        *(
            f"{verb} {reference(name)}"
            for name in NAMES
            for verb, reference in (("digest", sha_ref), ("digest", version_ref))
        ),
        *(f"tags {repository(name)}" for name in NAMES),
        *(f"check_push {sha_ref(name).rpartition(':')[0]}" for name in NAMES),
        "omctl environment list",
        "omctl secret list",
        "omctl instance list",
    ]
    first = min(done.index(f"build {name}") for name in NAMES)
    assert sorted(done[:first]) == sorted(checks)


def test_no_version_tag_moves_before_every_sha_tag_exists() -> None:
    stage = Stage()
    stage.release()
    done = stage.effects.of("push", "tag")
    first = {f"push {repository(name)}" for name in NAMES} | {f"tag {sha_ref(name)}" for name in NAMES}
    assert set(done[: len(first)]) == first
    assert sorted(done[len(first) :]) == sorted(f"tag {version_ref(name)}" for name in NAMES)


def test_the_plan_version_is_made_only_when_every_reference_is_verified() -> None:
    stage = Stage()
    stage.release()
    done = stage.effects.done
    tagged = max(done.index(f"tag {version_ref(name)}") for name in NAMES)
    read = done[tagged + 1 : done.index("omctl service-plan list")]
    assert sorted(read) == sorted(f"digest {reference(name)}" for name in NAMES for reference in (sha_ref, version_ref))


def test_a_second_run_of_the_same_release_is_harmless() -> None:
    stage = Stage()
    first = stage.release()
    tags = dict(stage.registry.tags)
    stage.effects.done.clear()
    second = stage.release()
    assert second.problems == ()
    assert stage.effects.of("build", "push") == []
    assert stage.registry.tags == tags
    assert second.results.upgrade is not None
    assert second.results.upgrade.outcome == "up to date"
    assert lock(second)["images"] == lock(first)["images"]
    assert lock(second)["plan_version"] == lock(first)["plan_version"]


def test_a_run_after_a_failed_one_finishes_it() -> None:
    stage = Stage()
    stage.effects.faults["build worker"] = broken("exit code 1", BuildError)
    stage.release()
    stage.effects.faults.clear()
    stage.effects.done.clear()
    report = stage.release()
    assert stage.effects.of("build") == ["build worker"]
    assert report.problems == ()
    assert stage.registry.tags.keys() == {reference(name) for name in NAMES for reference in (sha_ref, version_ref)}


def test_a_release_without_a_build_finishes_images_that_were_published_one_by_one() -> None:
    stage = Stage()
    for name in NAMES:
        stage.publish(name)
    stage.effects.done.clear()
    report = stage.release(skip_build=True)
    assert report.problems == ()
    assert stage.effects.of("build", "push") == []
    assert {version_ref(name) for name in NAMES} <= stage.registry.tags.keys()


def test_a_failed_release_reports_what_was_done_and_what_was_not_run() -> None:
    stage = Stage()
    stage.effects.faults["build mail"] = broken("no space left", BuildError)
    report = stage.release()
    text = summary(report)
    assert "FAILED" in text.splitlines()[0]
    for part in (sha_ref("web"), digest_of("worker"), "no space left", "2 of 3 images have their sha tag"):
        assert part in text
    assert "not run  make plan version" in text
    assert as_json(report)["not_run"] == list(STEPS[2:])


def test_equal_releases_have_equal_locks_whatever_their_duration() -> None:
    first, second = Stage(in_progress_polls=0), Stage(in_progress_polls=4)
    assert json.dumps(lock(first.release())) == json.dumps(lock(second.release()))


def test_a_bug_ends_a_release_with_a_report() -> None:
    stage = Stage()

    def bug() -> None:
        raise ZeroDivisionError("a bug")

    stage.effects.hooks["omctl build"] = bug
    report = stage.release()
    assert [(one.name, one.outcome) for one in report.steps][-1] == (StepName.PLAN_VERSION, "unknown")
    assert "ZeroDivisionError: a bug" in summary(report)
    assert len(report.results.images) == len(NAMES)
    stage.effects.hooks.clear()
    assert stage.release().problems == ()

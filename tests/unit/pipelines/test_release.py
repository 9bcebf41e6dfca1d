"""The story of a release: what comes before what, and that nothing mutable moves early."""

from dataclasses import replace

import pytest
from fakes import NAMES, Stage, broken, digest_of, sha_ref, small_plan, version_ref

from ci.core.release.plan import Plan
from ci.core.release.report import lock
from ci.errors import BuildError
from ci.pipelines.release import STEPS


def test_a_release_goes_through_all_its_steps() -> None:
    stage = Stage()
    report = stage.release()
    assert report.problems == ()
    assert [(step.name, step.outcome) for step in report.steps] == [(name, "done") for name in STEPS]
    assert report.left == ()
    assert [(one.name, one.action, one.digest) for one in report.images] == [
        (name, "built", digest_of(name)) for name in NAMES
    ]
    assert [one.published for one in report.images] == [(sha_ref(name), version_ref(name)) for name in NAMES]
    assert report.plan_version is not None
    assert report.plan_version.version == "2.0"
    assert report.upgrade is not None
    assert (report.upgrade.instance_id, report.upgrade.status, report.upgrade.version) == (
        "instance-dev",
        "upgraded",
        "2.0",
    )


def test_everything_is_looked_at_before_the_first_build() -> None:
    stage = Stage()
    stage.release()
    done = stage.effects.done
    looks = [
        *(f"digest {sha_ref(name)}" for name in NAMES),
        *(f"check_push {sha_ref(name).rpartition(':')[0]}" for name in NAMES),
        "omctl secret list",
        "omctl instance list",
    ]
    first = min(done.index(f"build {name}") for name in NAMES)
    assert sorted(done[:first]) == sorted(looks)


def test_no_version_tag_moves_before_every_sha_tag_is_there() -> None:
    stage = Stage()
    stage.release()
    done = stage.effects.of("push", "tag")
    assert {one.rpartition(":")[2] for one in done[: len(NAMES)]} == {sha_ref("web").rpartition(":")[2]}
    assert sorted(done[len(NAMES) :]) == sorted(f"tag {version_ref(name)}" for name in NAMES)


def test_the_plan_version_is_made_only_when_every_reference_was_read_back() -> None:
    stage = Stage()
    stage.release()
    done = stage.effects.done
    tagged = max(done.index(f"tag {version_ref(name)}") for name in NAMES)
    read = done[tagged + 1 : done.index("omctl build")]
    assert sorted(read) == sorted(f"digest {reference(name)}" for name in NAMES for reference in (sha_ref, version_ref))


def test_both_tags_of_an_image_have_one_digest_which_is_that_of_the_build() -> None:
    stage = Stage()
    stage.release()
    for name in NAMES:
        assert stage.registry.tags[sha_ref(name)] == stage.registry.tags[version_ref(name)] == digest_of(name)


@pytest.mark.parametrize("fault", ["build worker", f"push {sha_ref('worker')}"])
def test_a_failing_image_stops_no_other_and_nothing_is_tagged_with_the_version(fault: str) -> None:
    stage = Stage()
    stage.effects.faults[fault] = broken("exit code 17", BuildError)
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["exit code 17"]
    assert [(one.name, one.action) for one in report.images] == [
        ("web", "built"),
        ("worker", "failed"),
        ("mail", "built"),
    ]
    assert [one.published for one in report.images] == [(sha_ref("web"),), (), (sha_ref("mail"),)]
    assert stage.registry.tags.keys() == {sha_ref("web"), sha_ref("mail")}
    assert "omctl build" not in stage.effects.done
    assert [(step.name, step.outcome, step.detail) for step in report.steps][1:] == [
        ("images", "failed", "1 problem(s)")
    ]
    assert report.left == STEPS[2:]


def test_all_failures_are_reported_in_the_order_of_the_plan() -> None:
    stage = Stage()
    stage.effects.faults["build mail"] = broken("mail: exit code 3", BuildError)
    stage.effects.faults[f"push {sha_ref('web')}"] = broken("web: denied")
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["web: denied", "mail: exit code 3"]


def test_an_image_that_takes_too_long_is_named_and_stops_no_other() -> None:
    plan = small_plan()
    report = Stage().with_sha_tags("mail").release(hurried(plan))
    assert [problem.what for problem in report.problems] == [
        "The image `web` did not finish within 0 s and was stopped",
        "The image `worker` did not finish within 0 s and was stopped",
    ]
    assert [one.action for one in report.images] == ["failed", "failed", "reused"]


def hurried(plan: Plan) -> Plan:
    return replace(plan, settings=replace(plan.settings, build_minutes=0))


def test_a_sha_tag_that_is_there_is_reused_and_not_built() -> None:
    stage = Stage().with_sha_tags("web", "mail")
    report = stage.release()
    assert stage.effects.of("build", "push") == ["build worker", f"push {sha_ref('worker')}"]
    assert [one.action for one in report.images] == ["reused", "built", "reused"]
    assert [step.detail for step in report.steps][:2] == ["2 of 3 images are there already", "1 built, 2 reused"]
    assert report.problems == ()


def test_a_sha_tag_that_appears_while_building_is_not_overwritten() -> None:
    stage = Stage()
    theirs = digest_of("somebody else's")

    def other_run() -> None:
        stage.registry.tags[sha_ref("web")] = theirs

    stage.effects.hooks["build web"] = other_run
    report = stage.release()
    assert f"push {sha_ref('web')}" not in stage.effects.done
    assert stage.registry.tags[sha_ref("web")] == stage.registry.tags[version_ref("web")] == theirs
    assert report.images[0].digest == theirs
    assert report.problems == ()


@pytest.mark.parametrize("found", [None, digest_of("another")])
@pytest.mark.parametrize("reference", [sha_ref("mail"), version_ref("mail")])
def test_a_reference_that_reads_back_otherwise_ends_the_release(reference: str, found: str | None) -> None:
    stage = Stage()

    def moved() -> None:
        stage.registry.tags.pop(reference)
        if found:
            stage.registry.tags[reference] = found

    stage.effects.hooks[f"digest {version_ref('web')}"] = moved
    report = stage.release()
    (problem,) = report.problems
    assert problem.what == f"{reference} has another digest than was pushed"
    assert (problem.value, problem.expected) == (found or "no such tag", digest_of("mail"))
    assert "omctl build" not in stage.effects.done
    assert report.left == ("plan version", "upgrade")
    assert report.images[2].published == (sha_ref("mail"),)


def test_a_reference_that_cannot_be_read_back_is_not_called_another() -> None:
    stage = Stage()
    stage.effects.faults[f"digest {version_ref('mail')}"] = broken("503 Service Unavailable")
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["503 Service Unavailable"]
    assert report.left == ("plan version", "upgrade")
    assert "omctl build" not in stage.effects.done


def test_version_tags_that_are_refused_are_all_reported_and_no_plan_version_is_made() -> None:
    stage = Stage()
    for name in ("web", "mail"):
        stage.effects.faults[f"tag {version_ref(name)}"] = broken(f"{name}: 503")
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["web: 503", "mail: 503"]
    assert report.left == STEPS[3:]
    assert "omctl build" not in stage.effects.done


def test_a_second_run_of_the_same_release_is_harmless() -> None:
    stage = Stage()
    first = stage.release()
    tags = dict(stage.registry.tags)
    stage.effects.done.clear()
    second = stage.release()
    assert second.problems == ()
    assert stage.effects.of("build", "push") == []
    assert stage.registry.tags == tags
    assert second.upgrade is not None
    assert second.upgrade.status == "there already"
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


def test_a_bug_is_not_taken_for_a_failure() -> None:
    stage = Stage()

    def bug() -> None:
        raise ZeroDivisionError("a bug")

    stage.effects.hooks["build web"] = bug
    with pytest.raises(ZeroDivisionError, match="a bug"):
        stage.release()


def test_publish_moves_the_version_tags_when_it_has_all_images() -> None:
    stage = Stage()
    report = stage.publish()
    assert report.problems == ()
    assert [step.name for step in report.steps] == list(STEPS[:4])
    assert stage.registry.tags.keys() == {reference(name) for name in NAMES for reference in (sha_ref, version_ref)}
    assert stage.effects.of("omctl") == []


def test_publish_of_one_image_moves_no_version_tag() -> None:
    stage = Stage()
    report = stage.publish("worker")
    assert report.problems == ()
    assert stage.registry.tags == {sha_ref("worker"): digest_of("worker")}
    assert ([step.name for step in report.steps], report.left) == (["preflight", "images"], ())
    assert [(one.name, one.published) for one in report.images] == [("worker", (sha_ref("worker"),))]


def test_images_published_one_by_one_are_finished_by_a_release_that_builds_nothing() -> None:
    stage = Stage()
    for name in NAMES:
        stage.publish(name)
    stage.effects.done.clear()
    report = stage.release(skip_build=True)
    assert report.problems == ()
    assert stage.effects.of("build", "push") == []
    assert {version_ref(name) for name in NAMES} <= stage.registry.tags.keys()

"""The steps on images: build, push, version tags, verification."""

from collections.abc import Sequence
from dataclasses import replace

import anyio
import pytest
from fakes import (
    NAMES,
    FakeBuilder,
    Stage,
    broken,
    digest_of,
    problem,
    repository,
    sha_ref,
    small_plan,
    version_ref,
)

from ci.core.images.spans import ImageSpan, SpanKind
from ci.core.release.plan import IMAGE, ImagePlan, Plan
from ci.core.release.steps import STEPS, StepName
from ci.errors import BuildError
from ci.pipelines.ports import Builds


def test_both_tags_of_an_image_have_the_digest_of_the_build() -> None:
    stage = Stage()
    stage.release()
    for name in NAMES:
        assert stage.registry.tags[sha_ref(name)] == stage.registry.tags[version_ref(name)] == digest_of(name)


@pytest.mark.parametrize("fault", ["build worker", f"push {repository('worker')}"])
def test_a_failing_image_does_not_stop_the_others_and_no_version_tag_is_set(fault: str) -> None:
    stage = Stage()
    stage.effects.faults[fault] = broken("exit code 17", BuildError)
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["exit code 17"]
    assert [(one.name, one.action) for one in report.results.images] == [
        ("web", "built"),
        ("worker", "failed"),
        ("mail", "built"),
    ]
    assert [one.references for one in report.results.images] == [(sha_ref("web"),), (), (sha_ref("mail"),)]
    assert stage.registry.tags.keys() == {sha_ref("web"), sha_ref("mail")}
    assert "omctl build" not in stage.effects.done
    assert [(step.name, step.outcome, step.detail) for step in report.steps][1:] == [
        (StepName.IMAGES, "failed", "1 problem")
    ]
    assert report.not_run == STEPS[2:]


def test_all_failures_are_reported_in_the_order_of_the_plan() -> None:
    stage = Stage()
    stage.effects.faults["build mail"] = broken("mail: exit code 3", BuildError)
    stage.effects.faults[f"push {repository('web')}"] = broken("web: denied")
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["web: denied", "mail: exit code 3"]


def test_an_image_that_takes_too_long_is_named_and_does_not_stop_the_others() -> None:
    plan = small_plan()
    report = Stage().with_sha_tags("mail").release(hurried(plan))
    assert [problem.what for problem in report.problems] == [
        "The image `web` did not finish in time and was stopped",
        "The image `worker` did not finish in time and was stopped",
    ]
    assert [one.action for one in report.results.images] == ["failed", "failed", "reused"]


def hurried(plan: Plan) -> Plan:
    return replace(plan, settings=replace(plan.settings, build_minutes=0))


def test_an_image_that_has_its_sha_tag_is_reused_and_not_built() -> None:
    stage = Stage().with_sha_tags("web", "mail")
    report = stage.release()
    assert stage.effects.of("build", "push") == ["build worker", f"push {repository('worker')}"]
    assert [one.action for one in report.results.images] == ["reused", "built", "reused"]
    assert [step.detail for step in report.steps][:2] == ["2 of 3 images exist", "1 built, 2 reused"]
    assert report.problems == ()


@pytest.mark.parametrize("moment", ["build web", f"push {repository('web')}", f"look up {sha_ref('web')}"])
def test_a_sha_tag_that_another_run_sets_meanwhile_is_not_overwritten(moment: str) -> None:
    stage = Stage()
    theirs = digest_of("of another run")

    def other_run() -> None:
        if "build web" in stage.effects.done:
            stage.registry.tags[sha_ref("web")] = theirs

    stage.effects.hooks[moment] = other_run
    report = stage.release()
    assert stage.registry.tags[sha_ref("web")] == stage.registry.tags[version_ref("web")] == theirs
    assert (report.results.images[0].digest, report.results.images[0].action) == (theirs, "pushed by another run")
    assert report.steps[1].detail == "2 built, 0 reused, 1 pushed by another run"
    assert report.problems == ()


@pytest.mark.parametrize("moment", ["build web", f"push {repository('web')}"])
def test_a_sha_tag_that_another_product_sets_meanwhile_is_not_used(moment: str) -> None:
    stage = Stage()
    theirs = digest_of("of another product")
    stage.registry.labels_of[theirs] = {IMAGE: "Other: Dockerfile.web"}
    stage.effects.hooks[moment] = lambda: stage.registry.tags.update({sha_ref("web"): theirs})
    report = stage.release()
    assert [problem.what for problem in report.problems] == [
        f"{sha_ref('web')} is the image of another product or Dockerfile of this commit"
    ]
    first = report.results.images[0]
    assert (first.action, first.digest) == ("failed", "")
    assert not {"omctl build", "omctl upgrade"} & set(stage.effects.done)


def test_publish_of_all_images_sets_the_version_tags() -> None:
    stage = Stage()
    report = stage.publish()
    assert report.problems == ()
    assert [step.name for step in report.steps] == list(STEPS[:4])
    assert stage.registry.tags.keys() == {reference(name) for name in NAMES for reference in (sha_ref, version_ref)}
    assert stage.effects.of("omctl") == []


def test_publish_of_one_image_sets_no_version_tag() -> None:
    stage = Stage()
    report = stage.publish("worker")
    assert report.problems == ()
    assert stage.registry.tags == {sha_ref("worker"): digest_of("worker")}
    assert [step.name for step in report.steps] == [StepName.PREFLIGHT, StepName.IMAGES, StepName.VERIFY]
    assert (report.steps[-1].detail, report.not_run) == ("1 sha tags", ())
    assert [(one.name, one.references) for one in report.results.images] == [("worker", (sha_ref("worker"),))]


def gone() -> None:
    raise KeyError("engine")


def test_an_error_that_no_code_expects_ends_one_image_and_the_report_has_all() -> None:
    stage = Stage()
    stage.effects.hooks[f"tag {sha_ref('web')}"] = gone
    report = stage.release()
    (found,) = report.problems
    assert (found.what.partition(" ended")[0], found.value) == ("Building and pushing of `web`", "KeyError: 'engine'")
    assert [one.action for one in report.results.images] == ["failed", "built", "built"]
    assert stage.registry.tags.keys() == {sha_ref("worker"), sha_ref("mail")}


@pytest.mark.parametrize("moment", ["build web", f"push {repository('web')}"])
def test_an_engine_that_is_gone_ends_all_images_and_what_is_there_of_each_is_looked_up(moment: str) -> None:
    stage = Stage()
    theirs = digest_of("of another run")
    stage.registry.tags[sha_ref("mail")] = digest_of("mail")

    def hook() -> None:
        stage.registry.tags[sha_ref("worker")] = theirs
        gone()

    stage.effects.hooks[moment] = hook
    report = stage.release()
    (found,) = report.problems
    assert found.what.startswith("Building and pushing of `web, worker` ended by an error")
    assert [(one.action, one.digest) for one in report.results.images] == [
        ("failed", ""),
        ("failed", theirs),
        ("reused", digest_of("mail")),
    ]


def test_a_builder_that_does_not_end_is_stopped() -> None:
    class Endless(FakeBuilder):
        async def publish(self, images: Sequence[ImagePlan]) -> Builds:
            await anyio.sleep_forever()
            raise AssertionError(images)

    stage = Stage()
    stage.builder = Endless(stage.effects, stage.registry)
    report = stage.release(hurried(small_plan()))
    assert [problem.what for problem in report.problems] == [
        f"The image `{name}` did not finish in time and was stopped" for name in NAMES
    ]


def test_no_builder_is_started_if_every_image_exists() -> None:
    stage = Stage().with_sha_tags(*NAMES)
    stage.builder.publish = gone  # type: ignore[method-assign, assignment]
    assert stage.release().problems == ()


def test_what_went_wrong_beside_the_images_is_a_warning_and_fails_nothing() -> None:
    stage = Stage()
    stage.builder.warnings = (problem("The layer cache was not read", value="403"),)
    report = stage.release()
    assert [one.what for one in report.warnings] == ["The layer cache was not read"]
    assert (report.outcome, report.problems) == ("done", ())


def test_an_image_that_failed_is_looked_up_and_is_unknown_if_that_fails_as_well() -> None:
    stage = Stage()
    reading = {f"digest {sha_ref('web')}": broken("503")}
    stage.effects.hooks[f"tag {sha_ref('web')}"] = lambda: stage.effects.faults.update(reading)
    stage.effects.faults[f"tag {sha_ref('web')}"] = broken("no response")
    report = stage.release()
    assert report.outcome == "unknown"
    assert (report.results.images[0].action, report.results.images[0].unknown) == ("unknown", (sha_ref("web"),))


def test_an_image_that_failed_and_whose_tag_is_there_nonetheless_is_reported_with_its_digest() -> None:
    stage = Stage()
    theirs = digest_of("of another run")
    stage.effects.hooks[f"push {repository('web')}"] = lambda: stage.registry.tags.update({sha_ref("web"): theirs})
    stage.effects.faults[f"push {repository('web')}"] = broken("no response")
    image = stage.release().results.images[0]
    assert (image.action, image.digest, image.references) == ("failed", theirs, (sha_ref("web"),))


def test_the_report_has_what_was_done_with_an_image_when() -> None:
    stage = Stage()
    spans = (ImageSpan(SpanKind.BUILDING, 0.0, 2.0), ImageSpan(SpanKind.PUSHING, 2.0, 1.0))
    stage.builder.spans["web"] = spans
    images = {one.name: one.spans for one in stage.release().results.images}
    assert images == {"web": spans, "worker": (), "mail": ()}

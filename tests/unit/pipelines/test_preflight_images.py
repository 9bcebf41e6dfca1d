"""What a release checks of the registry before its first effect."""

import pytest
from fakes import NAMES, SHA_TAG, Stage, broken, digest_of, problem, sha_ref
from preflights import assert_no_effect, texts

from ci.core.release.history import History
from ci.core.release.plan import IMAGE
from ci.errors import PublishError


def test_with_the_build_skipped_every_missing_image_is_reported() -> None:
    stage = Stage().with_sha_tags("web")
    report = stage.release(skip_build=True)
    assert texts(report) == [f"The image `{name}` of this commit does not exist" for name in ("worker", "mail")]
    assert report.problems[0].value == sha_ref("worker")
    assert "publish --only worker --sha " + SHA_TAG.removeprefix("sha-") in report.problems[0].hint
    assert_no_effect(stage, report)


def test_with_the_build_skipped_and_all_images_present_the_release_succeeds() -> None:
    stage = Stage().with_sha_tags(*NAMES)
    assert stage.release(skip_build=True).problems == ()
    assert stage.effects.of("build", "push") == []


def test_an_image_that_could_not_be_read_is_not_reported_as_missing() -> None:
    stage = Stage().with_sha_tags("web", "mail")
    stage.effects.faults[f"digest {sha_ref('worker')}"] = broken("502 Bad Gateway")
    report = stage.release(skip_build=True)
    assert texts(report) == ["502 Bad Gateway"]
    assert_no_effect(stage, report)


def test_a_reason_that_many_repositories_share_is_reported_once() -> None:
    stage = Stage()
    for name in NAMES:
        reason = "another" if name == "mail" else "403 denied"
        error = PublishError(problem(f"No pushes to {name}", value=reason))
        stage.effects.faults[f"check_push {sha_ref(name).rpartition(':')[0]}"] = error
    report = stage.release()
    assert [(problem.what, problem.value) for problem in report.problems] == [
        ("No pushes to web\nNo pushes to worker", "403 denied"),
        ("No pushes to mail", "another"),
    ]
    assert_no_effect(stage, report)


def test_a_sha_tag_that_names_another_image_than_was_recorded_is_refused_until_a_person_decides() -> None:
    recorded = History({"web": digest_of("web"), "mail": digest_of("mail"), "gone": digest_of("gone")})
    stage = Stage().with_sha_tags("web", "mail")
    assert stage.release(history=recorded).problems == ()
    foreign = stage.registry.tags[sha_ref("mail")] = digest_of("foreign")
    stage.effects.done.clear()
    for _ in range(2):
        report = stage.release(history=recorded)
        (found,) = report.problems
        assert found.what == f"{sha_ref('mail')} does not name the image that was released from this commit"
        assert foreign in found.value
        assert digest_of("mail") in found.expected
        assert "--accept-images" in found.hint
        assert stage.effects.of("build", "push", "tag") == []
    assert stage.publish(history=recorded).problems == report.problems


@pytest.mark.parametrize(
    "theirs", ["Other: Dockerfile.web", "Shop: p2/Dockerfile.web", "Shop: Dockerfile.web, target x"]
)
def test_a_sha_tag_of_another_product_or_dockerfile_is_refused_before_any_effect(theirs: str) -> None:
    stage = Stage().with_sha_tags("web", "mail")
    stage.registry.labels_of[digest_of("web")] = {IMAGE: theirs}
    for report in (stage.release(), stage.release(skip_build=True)):
        found = report.problems[0]
        assert found.what == f"{sha_ref('web')} is the image of another product or Dockerfile of this commit"
        assert (found.value, found.expected) == (f"its label {IMAGE} is `{theirs}`", "`Shop: Dockerfile.web`")
        assert "image_prefix" in found.hint
        assert_no_effect(stage, report)
    assert stage.release(history=History(accept_images=True)).problems == ()


@pytest.mark.parametrize("labels", [{}, {IMAGE: "Shop: Dockerfile.web"}])
def test_a_sha_tag_with_the_label_or_from_before_there_was_one_is_reused(labels: dict[str, str]) -> None:
    stage = Stage().with_sha_tags(*NAMES)
    stage.registry.labels_of[digest_of("web")] = labels
    assert stage.release(skip_build=True).problems == ()


def test_labels_that_can_t_be_read_are_a_problem() -> None:
    stage = Stage().with_sha_tags(*NAMES)
    stage.effects.faults[f"labels {sha_ref('web').rpartition(':')[0]}@{digest_of('web')}"] = broken("502 Bad Gateway")
    report = stage.release(skip_build=True)
    assert texts(report) == ["502 Bad Gateway"]
    assert_no_effect(stage, report)

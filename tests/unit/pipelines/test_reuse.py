"""Images whose inputs did not change are not built again, and the report says why each was or was not."""

from dataclasses import replace
from datetime import timedelta

import anyio
import pytest
from fakes import SETTINGS, broken, digest_of, repository, version_ref
from reuse_fakes import FakeHashedTree, ReuseStage, by_name

from ci.core.release.lock import lock
from ci.core.release.plan import INPUTS
from ci.core.release.planned_images import PlannedAction, PlannedImage
from ci.core.release.report import ImageAction
from ci.core.release.summary import summary
from ci.errors import BuildError
from ci.pipelines.reuse import Reuse
from ci.pipelines.reuse_ports import ReusePorts

A, B, C = ("a" * 40, "b" * 40, "c" * 40)
NO_DAYS = replace(SETTINGS, reuse_days=0)


def inputs_tags(stage: ReuseStage, name: str) -> dict[str, str]:
    """The inputs tags of an image, without the hash."""
    start = f"{repository(name)}:inputs-"
    return {key[len(start) + 64 :]: digest for key, digest in stage.registry.tags.items() if key.startswith(start)}


def sha(name: str, commit: str) -> str:
    return f"{repository(name)}:sha-{commit * 40}"


def test_what_did_not_change_gets_the_sha_tag_of_the_new_commit_and_is_not_built() -> None:
    stage = ReuseStage()
    first = stage.release_commit("a")
    assert stage.built() == ["mail", "web", "worker"]
    assert {one.reason for one in first.results.images} == {"first time"}
    second = stage.release_commit("b", web="2", VERSION="1.2.0 ")
    assert stage.built() == ["web"]
    assert stage.registry.tags[sha("mail", "b")] == stage.registry.tags[sha("mail", "a")]
    assert stage.registry.tags[sha("web", "b")] != stage.registry.tags[sha("web", "a")]
    found = by_name(second)
    assert (found["mail"].action, found["mail"].reason) == (ImageAction.REUSED, "built in aaaaaaa, 0 days old")
    assert (found["web"].action, found["web"].reason) == (ImageAction.BUILT, "web changed since aaaaaaa")
    assert (found["mail"].built_in, found["web"].built_in) == (A, B)
    assert [(one["name"], one["built_in"]) for one in lock(second)["images"]] == [
        ("mail", A),
        ("web", B),
        ("worker", A),
    ]
    assert "built in aaaaaaa, 0 days old" in summary(second)


def test_without_a_change_no_builder_is_asked_and_each_image_costs_one_tag() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    report = stage.release_commit("b")
    assert stage.built() == []
    assert report.results.images[0].action is ImageAction.REUSED
    tags = [one for one in stage.effects.of("tag") if ":sha-" in one]
    assert len(tags) == 3
    assert len(stage.effects.of("tag")) == 3  # the version tags name these images already


def test_each_base_image_is_resolved_once_and_the_tree_is_hashed_once() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    assert (stage.effects.done.count("resolve base"), stage.effects.done.count("entries")) == (1, 1)


def test_an_image_is_built_from_the_base_images_that_were_hashed_and_says_its_inputs() -> None:
    stage = ReuseStage()
    report = stage.release_commit("a")
    web = by_name(report)["web"]
    assert stage.registry.labels_of[web.digest][INPUTS] == web.inputs
    assert f"{repository('web')}:inputs-{web.inputs}" in stage.registry.tags


def test_a_base_image_that_moved_is_the_reason() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    stage.bases.digests["base"] = digest_of("newer")
    report = stage.release_commit("b", mail="2")
    assert stage.built() == ["mail", "web", "worker"]
    assert by_name(report)["web"].reason == "base image base moved since aaaaaaa"
    assert by_name(report)["mail"].reason == "mail changed since aaaaaaa, and 1 more"


def test_a_base_image_that_cannot_be_resolved_makes_an_image_that_is_built_each_time() -> None:
    stage = ReuseStage()
    stage.bases.digests.clear()
    for commit in "ab":
        report = stage.release_commit(commit)
        assert by_name(report)["web"].reason == "the digest of the base image base is not known"
        assert (by_name(report)["web"].built_in, by_name(report)["web"].inputs) == (commit * 40, "")
        assert stage.built() == ["mail", "web", "worker"]
    assert lock(stage.release_commit("b"))["images"] == lock(report)["images"]
    assert inputs_tags(stage, "web") == {}


def test_a_tree_that_cannot_be_hashed_ends_no_release() -> None:
    stage = ReuseStage()
    stage.effects.faults["entries"] = broken("no python", BuildError)
    report = stage.release_commit("a")
    assert report.problems == ()
    assert by_name(report)["web"].reason.startswith("the source tree could not be hashed: no python")


def test_an_image_goes_back_to_what_it_was() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    stage.release_commit("b", web="2")
    report = stage.release_commit("c", web="1")
    assert stage.built() == []
    assert stage.registry.tags[sha("web", "c")] == stage.registry.tags[sha("web", "a")]
    assert by_name(report)["web"].built_in == A


def test_the_same_commit_again_tells_where_its_images_were_built() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    first = stage.release_commit("b", web="2")
    again = stage.release_commit("b")
    assert lock(again)["images"] == lock(first)["images"]
    assert by_name(again)["web"].reason == "its sha tag exists"
    assert "entries" not in stage.effects.done  # nothing is built, so that nothing is hashed


def test_an_image_that_is_too_old_is_built_in_its_place_and_then_reused() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    stage.clock.time += timedelta(days=29)
    stage.release_commit("b")
    assert stage.built() == []
    stage.clock.time += timedelta(days=2)
    report = stage.release_commit("c")
    assert stage.built() == ["mail", "web", "worker"]
    assert by_name(report)["web"].reason == "older than 30 days"
    assert stage.release_commit("d").problems == ()
    assert stage.built() == []
    old, new = stage.registry.tags[sha("web", "a")], stage.registry.tags[sha("web", "c")]
    assert inputs_tags(stage, "web") == {"": old, ".2": new}
    assert stage.registry.tags[sha("web", "d")] == new


def test_nothing_is_reused_without_days() -> None:
    stage = ReuseStage()
    for commit in "ab":
        report = stage.release_commit(commit, settings=NO_DAYS)
        assert by_name(report)["web"].reason == "the setting `reuse_days` is 0"
        assert stage.built() == ["mail", "web", "worker"]
    assert inputs_tags(stage, "web") == {}


def test_an_image_is_rebuilt_on_request_and_that_one_is_reused_from_then_on() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    report = stage.release_commit("b", rebuild=["web"])
    assert stage.built() == ["web"]
    assert by_name(report)["web"].reason == "--rebuild was given"
    stage.release_commit("c")
    assert stage.built() == []
    assert stage.registry.tags[sha("web", "c")] == stage.registry.tags[sha("web", "b")]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (None, "which no release has recorded: it was pushed by hand"),
        ("other", "which was built from other inputs"),
        ("{}", "whose inputs document can't be read"),
        ("no time", "of which is not known when it was built"),
        ("future", "of which is not known when it was built"),
    ],
)
def test_an_inputs_tag_that_is_not_to_be_trusted_is_left_as_it_is_and_the_image_built(
    document: str | None, reason: str
) -> None:
    stage = ReuseStage()
    web = by_name(stage.release_commit("a"))["web"]
    tag = f"{repository('web')}:inputs-{web.inputs}"
    pushed = digest_of("pushed by hand")
    stage.registry.tags[tag] = pushed
    if document:
        text = stage.documents.by_digest[repository("web"), web.digest].replace(web.digest, pushed)
        changed = {
            "other": text.replace(web.inputs, "0" * 64),
            "no time": text.replace("2026-", "no time "),
            "future": text.replace("2026-", "2027-"),
        }
        stage.documents.by_digest[repository("web"), pushed] = changed.get(document, document)
    report = stage.release_commit("b")
    assert stage.built() == ["web"]
    assert reason in by_name(report)["web"].reason
    assert pushed in by_name(report)["web"].reason
    assert stage.registry.tags[tag] == pushed
    stage.release_commit("c")
    assert stage.built() == []
    assert stage.registry.tags[sha("web", "c")] == stage.registry.tags[sha("web", "b")]


def test_an_inputs_tag_that_is_gone_is_told_and_set_again() -> None:
    stage = ReuseStage()
    web = by_name(stage.release_commit("a"))["web"]
    del stage.registry.tags[f"{repository('web')}:inputs-{web.inputs}"]
    report = stage.release_commit("b")
    assert stage.built() == ["web"]
    assert by_name(report)["web"].reason.startswith("nothing changed since aaaaaaa, but no image has the tag inputs-")
    assert inputs_tags(stage, "web").keys() == {""}


@pytest.mark.parametrize("fault", ["digest", "last document of"])
def test_a_registry_that_forbids_the_look_up_makes_images_that_are_built(fault: str) -> None:
    stage = ReuseStage()
    web = by_name(stage.release_commit("a"))["web"]
    name = f"digest {repository('web')}:inputs-{web.inputs}" if fault == "digest" else f"{fault} {repository('web')}"
    if fault != "digest":
        stage.texts["web"] = "2"
    stage.effects.faults[name] = broken("403")
    report = stage.release_commit("b")
    assert report.problems == ()
    assert stage.built() == ["web"]
    assert by_name(report)["web"].reason.startswith("the look-up of its inputs failed: 403")


def test_an_image_whose_document_is_not_written_gets_no_inputs_tag_and_a_warning() -> None:
    stage = ReuseStage()
    stage.effects.faults[f"write document of {repository('web')}"] = broken("403")
    report = stage.release_commit("a")
    assert (report.problems, [one.what for one in report.warnings]) == ((), ["403"])
    assert inputs_tags(stage, "web") == {}
    assert by_name(report)["web"].built_in == A


def test_an_image_that_cannot_be_tagged_is_built_instead() -> None:
    """Such as one whose layers were collected as garbage, while its manifest is there."""
    stage = ReuseStage()
    stage.release_commit("a")
    name = f"tag {sha('web', 'b')}"

    def fail_once() -> None:
        stage.effects.faults.pop(name, None) if "build web" in stage.effects.done else None

    stage.effects.faults[name] = broken("manifest blob unknown")
    stage.effects.hooks[name] = fail_once
    report = stage.release_commit("b")
    assert report.problems == ()
    assert stage.built() == ["web"]
    assert by_name(report)["web"].reason.startswith("one that was built before could not be used")
    assert inputs_tags(stage, "web").keys() == {"", ".2"}


def test_a_sha_tag_that_another_run_sets_meanwhile_is_kept() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    other = digest_of("another run's")

    def overtake() -> None:
        stage.registry.tags.setdefault(sha("web", "b"), other)

    stage.effects.hooks[f"look up {sha('web', 'b')}"] = overtake
    report = stage.release_commit("b")
    assert (by_name(report)["web"].action, by_name(report)["web"].digest) == (ImageAction.PUSHED_ELSEWHERE, other)
    assert stage.built() == []


@pytest.mark.parametrize("recorded", [True, False])
def test_of_two_runs_that_build_the_same_inputs_both_use_the_image_of_the_first(*, recorded: bool) -> None:
    stage = ReuseStage()
    other = digest_of("another run's")

    def overtake() -> None:
        stage.registry.tags[f"{repository('web')}:inputs-{hash_}"] = other
        if recorded:
            own, text = next(item for item in stage.documents.by_digest.items() if item[0][0] == repository("web"))
            changed = text.replace(own[1], other).replace(A, B)
            stage.documents.by_digest[repository("web"), other] = changed

    hash_ = by_name(ReuseStage().release_commit("a"))["web"].inputs
    stage.effects.hooks[f"look up {repository('web')}:inputs-{hash_}"] = overtake
    report = stage.release_commit("a")
    found = by_name(report)["web"]
    if recorded:
        assert (found.action, found.digest, found.built_in) == (ImageAction.PUSHED_ELSEWHERE, other, B)
        assert report.warnings == ()
    else:
        assert (found.action, found.built_in) == (ImageAction.BUILT, A)
        assert [one.value for one in report.warnings] == [other]
    assert stage.registry.tags[sha("web", "a")] == found.digest


def test_a_release_that_builds_nothing_reuses_what_did_not_change() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    report = stage.release_commit("b", skip_build=True, VERSION="1.2.0 ")
    assert report.problems == ()
    assert {one.action for one in report.results.images} == {ImageAction.REUSED}
    assert stage.registry.tags[sha("web", "b")] == stage.registry.tags[sha("web", "a")]
    report = stage.release_commit("c", skip_build=True, web="2")
    assert [one.what for one in report.problems] == ["The image `web` of this commit does not exist"]
    assert report.problems[0].value == f"{sha('web', 'c')} (web changed since aaaaaaa)"
    assert sha("mail", "c") not in stage.registry.tags


def test_an_image_that_cannot_be_tagged_is_not_built_where_nothing_may_be() -> None:
    stage = ReuseStage()
    stage.release_commit("a")
    stage.effects.faults[f"tag {sha('web', 'b')}"] = broken("manifest blob unknown")
    report = stage.release_commit("b", skip_build=True)
    assert [one.what for one in report.problems] == ["manifest blob unknown"]
    assert stage.built() == []
    assert {name: one.action for name, one in by_name(report).items()} == {
        "web": ImageAction.FAILED,
        "worker": ImageAction.REUSED,
        "mail": ImageAction.REUSED,
    }


def test_the_value_of_an_argument_that_looks_like_a_secret_is_kept_nowhere() -> None:
    stage = ReuseStage()
    stage.texts["docker-compose.yaml"] = stage.texts["docker-compose.yaml"].replace(
        "dockerfile: Dockerfile.web}", "dockerfile: Dockerfile.web, args: {PIP_TOKEN: hunter2hunter2, MODE: fast}}"
    )
    settings = replace(SETTINGS, env_literals=("PIP_TOKEN",))
    stage.release_commit("a", settings=settings)
    texts = " ".join(stage.documents.by_digest.values())
    assert "PIP_TOKEN" in texts
    assert "hunter2hunter2" not in texts
    stage.texts["docker-compose.yaml"] = stage.texts["docker-compose.yaml"].replace("hunter2h", "another2")
    report = stage.release_commit("b", settings=settings)
    assert by_name(report)["web"].reason == "something changed whose value is not kept since aaaaaaa"
    assert by_name(report)["mail"].action is ImageAction.REUSED


def test_a_bad_commit_that_was_reverted_does_not_come_back_when_its_release_is_repeated() -> None:
    """The version tag names an image that was built in the commit before both: its label alone would allow it."""
    stage = ReuseStage()
    stage.release_commit("a")
    stage.release_commit("b", web="bad")
    stage.release_commit("c", web="1")
    good = stage.registry.tags[version_ref("web")]
    report = stage.release_commit("b", web="bad")
    assert "would go back to an older commit" in report.problems[0].what
    assert C in str(report.problems[0].value)
    assert stage.registry.tags[version_ref("web")] == good


def planned(stage: ReuseStage, commit: str) -> dict[str, PlannedImage]:
    """What the plan of a commit says, and that it changes nothing."""
    tags = dict(stage.registry.tags)
    tree = FakeHashedTree(stage.effects, stage.texts)
    ports = ReusePorts(tree, stage.bases, stage.documents)
    found = anyio.run(Reuse(stage.plan(commit), stage.clock, stage.registry, ports).planned)
    assert stage.registry.tags == tags
    return {one.image.name: one for one in found}


def test_a_plan_says_what_the_release_then_does() -> None:
    stage = ReuseStage()
    assert {one.reasons for one in planned(stage, "a").values()} == {("first time",)}
    stage.release_commit("a")
    stage.texts["web"] = stage.texts["mail"] = "2"
    stage.bases.digests["base"] = digest_of("newer")
    stage.texts["Dockerfile.worker"] = "FROM scratch\nCOPY worker /\n"
    stage.release_commit("b")
    stage.texts["mail"] = "3"
    found = planned(stage, "c")
    assert {name: (one.action, one.reasons) for name, one in found.items()} == {
        "web": (PlannedAction.REUSE, ("built in bbbbbbb, 0 days old",)),
        "worker": (PlannedAction.REUSE, ("built in bbbbbbb, 0 days old",)),
        "mail": (PlannedAction.BUILD, ("mail changed since bbbbbbb",)),
    }
    assert by_name(stage.release_commit("c"))["mail"].reason == "mail changed since bbbbbbb"
    found = planned(stage, "c")
    assert {one.action for one in found.values()} == {PlannedAction.EXISTS}
    assert found["web"].reasons == ("its sha tag exists, built in bbbbbbb",)
    assert (found["web"].built_in, found["mail"].built_in) == (B, C)


def test_a_plan_without_access_to_the_registry_says_so() -> None:
    stage = ReuseStage()
    stage.effects.faults |= {f"digest {sha(name, 'a')}": broken("401") for name in ("web", "mail", "worker")}
    found = planned(stage, "a")
    assert {one.action for one in found.values()} == {PlannedAction.UNKNOWN}
    assert all(one.reasons[0].startswith("401") for one in found.values())
    assert not [one for one in stage.effects.of("digest") if ":inputs-" in one]  # it is not asked once more
    assert all(one.image.inputs for one in found.values())

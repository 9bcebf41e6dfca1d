"""The step that sets the version tags: what it refuses, what it moves, and what it says of both."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from fakes import (
    GIT_SHA,
    NAMES,
    SETTINGS,
    Stage,
    broken,
    digest_of,
    problem,
    repository,
    sha_ref,
    small_plan,
    version_ref,
)

from ci.core.release.history import History
from ci.core.release.plan import REVISION
from ci.core.release.steps import STEPS, StepName
from ci.core.release.version_tags import CommitRelation, VersionTag
from ci.errors import TagUnknownError

OTHER = "fedcba9876543210fedcba9876543210fedcba98"
ALLOWED = small_plan(replace(SETTINGS, allow_older=True))


def history(order: Mapping[tuple[str, str], bool | None]) -> History:
    """A history in which `(old, new)` of `order` says whether a commit comes before another."""

    async def is_ancestor(old: str, new: str) -> bool | None:
        return order.get((old, new))

    return History(is_ancestor=is_ancestor)


OURS_FIRST = history({(GIT_SHA, OTHER): True, (OTHER, GIT_SHA): False})
THEIRS_FIRST = history({(GIT_SHA, OTHER): False, (OTHER, GIT_SHA): True})
BRANCHES = history({(GIT_SHA, OTHER): False, (OTHER, GIT_SHA): False})
UNKNOWN = history({})


def released(*names: str, git_sha: str = OTHER, tag: str = "1.2.0") -> Stage:
    """A stage on which images of another commit have the version tag."""
    stage = Stage()
    for name in names:
        digest = digest_of(f"{name} of {git_sha}")
        stage.registry.tags[f"{repository(name)}:{tag}"] = digest
        stage.registry.labels_of[digest] = {REVISION: git_sha} if git_sha else {}
    return stage


def test_all_version_tags_that_are_refused_are_reported_and_no_plan_version_is_made() -> None:
    stage = Stage()
    for name in ("web", "mail"):
        stage.effects.faults[f"tag {version_ref(name)}"] = broken(f"{name}: 503")
    report = stage.release()
    assert [problem.what for problem in report.problems] == ["web: 503", "mail: 503"]
    assert report.not_run == STEPS[3:]
    assert "omctl build" not in stage.effects.done


def test_a_version_tag_does_not_go_back_to_an_older_commit_and_nothing_is_built() -> None:
    stage = released(*NAMES)
    before = dict(stage.registry.tags)
    report = stage.release(history=OURS_FIRST)
    (found,) = report.problems
    assert found.what.splitlines() == [
        f"The version tag {version_ref(name)} would go back to an older commit" for name in NAMES
    ]
    assert found.value == f"from {OTHER} to {GIT_SHA}"
    assert "allow_older" in found.hint
    assert stage.registry.tags == before
    assert stage.effects.of("build", "push", "tag") == []


def test_publish_of_all_images_checks_the_version_tags_and_of_one_image_does_not() -> None:
    assert released(*NAMES).publish(history=OURS_FIRST).not_run == STEPS[1:4]
    assert released(*NAMES).publish("web", history=OURS_FIRST).problems == ()


@pytest.mark.parametrize(
    ("known", "relation"),
    [(THEIRS_FIRST, "newer"), (BRANCHES, "on another branch")],
)
def test_a_version_tag_moves_and_the_report_says_from_which_commit(known: History, relation: str) -> None:
    stage = released("web")
    theirs = stage.registry.tags[version_ref("web")]
    report = stage.release(history=known)
    assert report.problems == ()
    assert stage.registry.tags[version_ref("web")] == digest_of("web")
    assert [one.version_tag_moved_from for one in report.results.images] == [
        VersionTag(theirs, OTHER, CommitRelation(relation)),
        None,
        None,
    ]
    assert report.steps[2].detail == "1.2.0: 3 tags, 1 of them moved"


def test_a_version_tag_does_not_move_where_the_order_of_commits_is_not_known() -> None:
    stage = released(*NAMES)
    before = dict(stage.registry.tags)
    (found,) = stage.release(history=UNKNOWN).problems
    assert found.what.splitlines() == [
        f"Whether the version tag {version_ref(name)} would go back to an older commit is not known" for name in NAMES
    ]
    assert "git fetch --unshallow" in found.hint
    assert stage.registry.tags == before
    allowed = stage.release(ALLOWED, history=UNKNOWN)
    assert allowed.problems == ()
    assert (
        str(allowed.results.images[0].version_tag_moved_from)
        == f"commit {OTHER} (whether this one is newer is unknown)"
    )


def test_with_the_setting_a_version_tag_goes_back_and_a_lower_version_is_released() -> None:
    stage = released(*NAMES)
    stage.registry.tags[f"{repository('web')}:9.0.0"] = digest_of("9.0.0")
    report = stage.release(ALLOWED, history=OURS_FIRST)
    assert report.problems == ()
    assert [one.version_tag_moved_from and str(one.version_tag_moved_from) for one in report.results.images] == [
        f"commit {OTHER} (this commit is older)"
    ] * len(NAMES)


def test_an_image_whose_commit_is_not_known_loses_its_version_tag_and_the_report_has_its_digest() -> None:
    stage = released("web", git_sha="")
    theirs = stage.registry.tags[version_ref("web")]
    moved = stage.release(history=OURS_FIRST).results.images[0].version_tag_moved_from
    assert str(moved) == f"{theirs}, of an unknown commit"


@pytest.mark.parametrize(
    ("tag", "refused"),
    [("1.2.1", True), ("1.10.0", True), ("1.2.0-rc.1", False), ("1.1.9", False), ("latest", False), ("v9", False)],
)
def test_a_version_below_the_highest_released_one_is_refused(tag: str, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    report = released("mail", tag=tag).release(history=THEIRS_FIRST)
    assert bool(report.problems) is refused
    if refused:
        assert report.problems[0].value == f"VERSION is 1.2.0, the highest tag is {tag}"
        assert report.not_run == STEPS[1:]


def test_a_version_tag_that_another_run_sets_after_preflight_is_read_again_and_none_is_moved() -> None:
    stage = Stage()

    def other_run() -> None:
        stage.registry.tags[version_ref("web")] = digest_of("theirs")
        stage.registry.labels_of[digest_of("theirs")] = {REVISION: OTHER}

    stage.effects.hooks[f"push {repository('mail')}"] = other_run
    report = stage.release(history=OURS_FIRST)
    assert [one.what for one in report.problems] == [
        f"The version tag {version_ref('web')} would go back to an older commit"
    ]
    assert report.steps[-1].name == StepName.VERSION_TAGS
    assert {one for one in stage.registry.tags if one.endswith(":1.2.0")} == {version_ref("web")}


def test_the_report_says_which_version_tags_were_set_when_one_is_refused() -> None:
    stage = released("mail")
    stage.effects.faults[f"tag {version_ref('worker')}"] = broken("503")
    report = stage.release(history=THEIRS_FIRST)
    assert [one.references for one in report.results.images] == [
        (sha_ref("web"), version_ref("web")),
        (sha_ref("worker"),),
        (sha_ref("mail"), version_ref("mail")),
    ]
    assert [bool(one.version_tag_moved_from) for one in report.results.images] == [False, False, True]
    assert report.outcome == "failed"


def test_a_version_tag_of_which_is_not_known_whether_it_was_set_is_reported_as_such() -> None:
    stage = Stage()
    stage.effects.faults[f"tag {version_ref('worker')}"] = TagUnknownError(problem("not known"))
    report = stage.release()
    assert report.outcome == "unknown"
    assert [one.unknown for one in report.results.images] == [(), (version_ref("worker"),), ()]


def test_a_version_tag_that_names_the_image_already_is_not_set_again() -> None:
    stage = Stage()
    stage.release()
    stage.effects.done.clear()
    assert stage.release().problems == ()
    assert stage.effects.of("tag") == []


def test_a_version_tag_that_another_run_sets_at_the_same_time_is_an_error_with_both_digests() -> None:
    stage = Stage()

    stage.registry.overtaken = digest_of("theirs")
    report = stage.release()
    assert {(one.value, one.expected) for one in report.problems} == {
        (digest_of("theirs"), digest_of(name)) for name in NAMES
    }

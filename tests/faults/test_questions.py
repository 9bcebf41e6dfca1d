"""The four questions of the fault harness: a good release passes, and each untruth and each wrong move is found."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docker_registry import docker_registry
from faults.claims import leaks
from faults.harness import Run, Stage, stage
from faults.questions import again, moves, truth, verdict
from faults.row import During, End, Row
from faults.scene import Scene
from faults.world import tag

from ci.core.release.summary import summary
from ci.errors import Problem

pytestmark = pytest.mark.integration
ROW = Row(number=0, during=During.IMAGES, request="none", fault="none", scene=Scene(), ends=(End.DONE,))
OTHER = "sha256:" + "7" * 64


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Run]]:
    """A release without a fault, whose truth the tests change."""
    folder = tmp_path_factory.mktemp("questions")
    with (
        docker_registry(folder / "registry", in_memory=True) as host,
        stage(folder / "stage", "questions", host, Scene(), folder) as made,
    ):
        yield made, made.release(faulty=True, seconds=60)


def test_a_release_without_a_fault_passes(tmp_path: Path) -> None:
    with (
        docker_registry(tmp_path / "registry", in_memory=True) as host,
        stage(tmp_path / "stage", "good", host, Scene(), tmp_path) as made,
    ):
        assert verdict(made, ROW) == []
        assert made.world()["instance instance-dev"] == "2.0 RUNNING"


def changed(played: tuple[Stage, Run], **values: str) -> Run:
    """The run in a world in which something is otherwise; an empty value takes it away."""
    _, run = played
    after = {key: value for key, value in {**run.after, **values}.items() if values.get(key) != ""}
    return replace(run, after=after)


def key(played: tuple[Stage, Run], which: int) -> str:
    reference = played[0].plan.images[0].references[which]
    return tag(reference.path, reference.tag)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("value", ["", OTHER])
def test_a_tag_that_is_not_as_reported_is_an_untruth(played: tuple[Stage, Run], which: int, value: str) -> None:
    (found,) = truth(changed(played, **{key(played, which): value}), played[0])
    assert found.startswith(f"true: reported as done: {key(played, which)}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version Shop Plan 2.0", "of another commit"),
        ("preferred Shop Plan", "1.0"),
        ("instance instance-dev", "2.0 FAILED"),
        ("instance instance-dev", "1.0 RUNNING"),
    ],
)
def test_an_omnistrate_that_is_not_as_reported_is_an_untruth(played: tuple[Stage, Run], name: str, value: str) -> None:
    (found,) = truth(changed(played, **{name: value}), played[0])
    assert found.startswith(f"true: reported as done: {name}")


@pytest.mark.parametrize("name", ["tag o/questions-dockerfile.web:9.9", "version Shop Plan 3.0", "upgrade upgrade-7"])
def test_what_happened_and_is_not_reported_is_an_untruth(played: tuple[Stage, Run], name: str) -> None:
    (found,) = truth(changed(played, **{name: OTHER}), played[0])
    assert found.startswith(f"true: happened, and is not reported: {name}")


def test_what_others_did_meanwhile_need_not_be_reported(
    played: tuple[Stage, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played[0], "others", {"version Shop Plan 3.0": OTHER})
    assert truth(changed(played, **{"version Shop Plan 3.0": OTHER}), played[0]) == []


def test_a_sha_tag_that_moved_is_noticed(played: tuple[Stage, Run]) -> None:
    stage_, run = played
    sha_tag = key(played, 0)
    moved = replace(run, before={**run.before, sha_tag: OTHER})
    assert [one.split(":")[0] for one in moves(moved, stage_, ROW)] == ["moved"]
    assert moves(run, stage_, ROW) == []


def test_a_sha_tag_that_another_run_had_set_is_noticed(
    played: tuple[Stage, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage_, run = played
    monkeypatch.setattr(stage_, "others", {key(played, 0): OTHER})
    assert len(moves(run, stage_, ROW)) == 1


def test_a_version_tag_on_a_foreign_image_is_noticed(
    played: tuple[Stage, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played[0], "foreign", {OTHER})
    (found,) = moves(changed(played, **{key(played, 1): OTHER}), played[0], ROW)
    assert "foreign" in found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("instance instance-prod", "2.0 RUNNING"),
        ("instance instance-dev", "9.0 RUNNING"),
        ("upgrade upgrade-9", "2.0 of nothing FAILED"),
    ],
)
def test_what_must_not_move_in_omnistrate_is_noticed(played: tuple[Stage, Run], name: str, value: str) -> None:
    (found,) = moves(changed(played, **{name: value}), played[0], ROW)
    assert found.startswith(f"moved: {name}")


def test_a_second_version_of_one_commit_is_noticed(played: tuple[Stage, Run]) -> None:
    twice = changed(played, **{"version Shop Plan 3.0": played[1].after["version Shop Plan 2.0"]})
    (found,) = moves(twice, played[0], ROW)
    assert "2.0, version Shop Plan 3.0" in found


def test_what_a_row_calls_still_must_not_change_at_all(played: tuple[Stage, Run]) -> None:
    still = moves(played[1], played[0], replace(ROW, still=("instance ",)))
    assert still == ["moved: instance instance-dev went from 1.0 RUNNING to 2.0 RUNNING"]


def test_a_call_that_gave_no_report_is_noticed_unless_it_was_killed(played: tuple[Stage, Run]) -> None:
    stage_, run = played
    assert truth(replace(run, report=None, error="no end after 5 s"), stage_) == ["ended: no end after 5 s"]
    assert truth(replace(run, report=None, cancelled=True), stage_) == []
    assert again(replace(run, report=None, error="no end after 5 s"), stage_, ROW)[0].startswith("again: failed")


def test_a_second_call_that_leaves_a_tag_out_is_noticed(played: tuple[Stage, Run]) -> None:
    assert f"again: there is no {key(played, 1)}" in again(changed(played, **{key(played, 1): ""}), *_of(played))


@pytest.mark.parametrize("name", ["version Shop Plan 2.0", "instance instance-dev"])
def test_a_second_call_that_leaves_omnistrate_as_it_was_is_noticed(played: tuple[Stage, Run], name: str) -> None:
    found = again(changed(played, **{name: "1.0 RUNNING"}), *_of(played))
    assert any(one.startswith(("again: there is no version", "again: the instance")) for one in found)


def _of(played: tuple[Stage, Run]) -> tuple[Stage, Row]:
    return played[0], ROW


def test_a_secret_and_a_body_of_5_mb_in_a_report_are_noticed(played: tuple[Stage, Run]) -> None:
    stage_, run = played
    assert run.report
    for value, finding in (("the key is key-1234", ""), ("x" * 5_000_000, "characters")):
        problem = Problem(what="Something failed", value=value, expected="nothing", hint="none")
        report = replace(run.report, problems=(problem,))
        assert leaks(report, ("key-1234",)) == ["the report holds the secret 'key-1234'"] * (finding == "")
        assert any("characters" in one for one in truth(replace(run, report=report), stage_)) == bool(finding)
    assert "key-1234" not in summary(run.report)

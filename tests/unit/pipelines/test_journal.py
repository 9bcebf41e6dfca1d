"""A run is recorded as it goes on; what goes wrong with that is a warning."""

import anyio
import pytest
from fakes import GIT_SHA, NAMES, FakeRecords, Stage, broken, digest_of, sha_ref, small_plan, version_ref

from ci.core.release.history import History
from ci.core.release.steps import STEPS, StepName
from ci.core.release.summary import summary
from ci.errors import BuildError
from ci.pipelines.journal import Journal
from ci.pipelines.release import release


def test_a_release_is_recorded_before_each_step_and_at_its_end_and_before_its_version_tags_once_more() -> None:
    stage = Stage()
    report = stage.release()
    before = [*STEPS[1:3], *STEPS[2:]]
    assert STEPS[2] == StepName.VERSION_TAGS
    assert [one.failed for one in stage.records.written] == [True] * len(before) + [False]
    for name, record in zip(before, stage.records.written, strict=False):
        assert f"  unknown  {name}" in record.files["summary.txt"]
    assert stage.records.written[-1].files["summary.txt"] == summary(report)
    assert stage.records.written[-1].digests == {name: digest_of(name) for name in NAMES}
    assert len({one.previous for one in stage.records.written}) == len(stage.records.written)


def test_a_failed_release_is_recorded_at_its_end() -> None:
    stage = Stage()
    stage.effects.faults["build mail"] = broken("no space left", BuildError)
    report = stage.release()
    assert stage.records.written[-1].files["summary.txt"] == summary(report)
    assert stage.records.written[-1].digests == {name: digest_of(name) for name in ("web", "worker")}


def test_runs_that_share_the_images_record_all_of_them() -> None:
    stage = Stage()
    for name in NAMES:
        stage.publish(name)
    assert stage.records.written[-1].digests == {name: digest_of(name) for name in NAMES}


def test_a_sha_tag_that_another_has_moved_is_an_error_until_a_person_accepts_it() -> None:
    stage = Stage()
    stage.release()
    stage.registry.tags[sha_ref("web")] = digest_of("another")
    tags = dict(stage.registry.tags)
    for _ in range(2):
        report = stage.release()
        assert "does not name the image that was released" in report.problems[0].what
        assert stage.registry.tags == tags
    assert stage.records.written[-1].digests["web"] == digest_of("web")
    assert stage.release(history=History(accept_images=True)).problems == ()
    assert stage.registry.tags[version_ref("web")] == digest_of("another")
    assert stage.records.written[-1].digests["web"] == digest_of("another")
    assert stage.release().problems == ()


@pytest.mark.parametrize("fault", [broken("403 Forbidden"), KeyError("digest"), TimeoutError()])
def test_a_record_that_can_not_be_kept_is_a_warning(fault: Exception) -> None:
    stage = Stage()
    stage.records.fault = fault
    report = stage.release()
    assert report.problems == ()
    assert report.warnings
    assert "Warnings:" in summary(report)
    assert {"403 Forbidden", "The release record was not read"} & {one.what for one in report.warnings}


def test_a_warning_ends_with_its_cause() -> None:
    stage = Stage()
    stage.records.fault = KeyError("digest")

    def heal() -> None:
        stage.records.fault = None

    stage.effects.hooks["omctl upgrade"] = heal
    report = stage.release()
    assert [one.what for one in report.warnings] == ["The last release was not read"]  # it is not read once more
    assert stage.records.written[-1].files["summary.txt"].splitlines()[0].endswith(": done")


class SlowRecords(FakeRecords):
    """A registry that never answers."""

    async def _called(self) -> None:
        await anyio.sleep_forever()


def test_a_registry_that_never_answers_delays_a_release_by_its_deadline() -> None:
    journal = Journal(SlowRecords(), GIT_SHA, 0.01)
    assert anyio.run(journal.recorded) == {}
    assert [one.value for one in journal.warnings] == ["no end after 0.01 s"]


def moments() -> list[str]:
    """Everything that a release reads or does, after the first look-ups of its preflight."""
    stage = Stage()
    stage.release()
    return list(dict.fromkeys(stage.effects.done))


@pytest.mark.parametrize("moment", moments())
def test_a_release_that_is_cancelled_is_recorded_and_the_same_call_finishes_it(moment: str) -> None:
    stage, plan = Stage(), small_plan()

    async def cancelled() -> bool:
        with anyio.CancelScope() as scope:
            stage.effects.hooks[moment] = scope.cancel
            ports = (stage.builder, stage.registry, stage.omctl, stage.clock)
            await release(plan, *ports, records=stage.records)
        return scope.cancelled_caught

    if anyio.run(cancelled):  # the last one of a release may be done before it is cancelled
        text = stage.records.written[-1].files["summary.txt"]
        assert "OUTCOME UNKNOWN" in text
        assert "The call was cancelled in this step" in text
    stage.effects.hooks.clear()
    report = stage.release()
    assert report.problems == ()
    assert stage.registry.tags == {ref(name): digest_of(name) for name in NAMES for ref in (sha_ref, version_ref)}
    assert report.results.plan_version is not None
    assert report.results.plan_version.version == "2.0"
    assert not stage.records.written[-1].failed


def test_an_interrupt_is_recorded_and_goes_up() -> None:
    stage, plan = Stage(), small_plan()

    def interrupt() -> None:
        raise KeyboardInterrupt

    async def interrupted() -> None:
        ports = (stage.builder, stage.registry, stage.omctl, stage.clock)
        await release(plan, *ports, records=stage.records)

    stage.effects.hooks["omctl build"] = interrupt
    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
        anyio.run(interrupted)
    assert "OUTCOME UNKNOWN" in stage.records.written[-1].files["summary.txt"]

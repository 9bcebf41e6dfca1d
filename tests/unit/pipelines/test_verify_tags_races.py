"""Two runs of a commit that both find a sha tag free: a registry has no compare-and-set, so one of them says so."""

from dataclasses import replace

import anyio
from fakes import Stage, digest_of, sha_ref, version_ref

from ci.core.release.record import Record
from ci.core.release.report import Report
from ci.core.release.steps import STEPS

THEIRS = digest_of("of another run")


def recorded_by_another(stage: Stage) -> Record:
    """The record of another run of the commit that has set the tag of `web`."""
    [record] = stage.records.written[-1:]
    return replace(record, digests={**record.digests, "web": THEIRS})


def others_put_follows(stage: Stage, moment: str) -> None:
    """Let another run set the tag of `web` at a moment after this one has: it had looked it up before."""

    def put() -> None:
        if sha_ref("web") in stage.registry.tags:
            stage.registry.tags[sha_ref("web")] = THEIRS

    stage.effects.hooks[moment] = put


def own_put_follows(stage: Stage) -> None:
    """Let another run set and record the tag of `web` between this one's look-up and its put."""

    def complete() -> None:
        stage.registry.tags[sha_ref("web")] = THEIRS
        stage.records.written.append(recorded_by_another(stage))

    stage.effects.hooks[f"tag {sha_ref('web')}"] = complete


def test_an_image_that_another_run_puts_over_this_ones_before_it_is_read_again_is_used() -> None:
    stage = Stage()
    looked = iter([False, True])

    def put() -> None:
        if next(looked, False):
            stage.registry.tags[sha_ref("web")] = THEIRS

    stage.effects.hooks[f"look up {sha_ref('web')}"] = put
    report = stage.release()
    assert report.problems == ()
    assert (report.results.images[0].digest, report.results.images[0].action) == (THEIRS, "pushed by another run")


def test_an_image_that_another_run_puts_over_this_ones_later_ends_the_release_before_a_version_tag() -> None:
    stage = Stage()
    others_put_follows(stage, f"digest {sha_ref('web')}")
    report = stage.release()
    (problem,) = report.problems
    assert problem.what == f"{sha_ref('web')} has another digest than was pushed"
    assert (problem.value, problem.expected) == (THEIRS, digest_of("web"))
    assert report.not_run == STEPS[3:]
    assert report.results.images[0].references == ()
    assert version_ref("web") not in stage.registry.tags


def test_a_run_that_puts_its_image_over_the_recorded_one_of_another_says_so_and_goes_no_further() -> None:
    stage = Stage()
    own_put_follows(stage)
    report = stage.release()
    says_that_the_recorded_one_is_another(report)
    assert report.not_run == STEPS[3:]
    assert version_ref("web") not in stage.registry.tags
    assert stage.records.written[-1].digests["web"] == THEIRS
    again = stage.release()  # until a person decides
    says_that_the_recorded_one_is_another(again)
    stage.registry.tags[sha_ref("web")] = THEIRS
    assert stage.release().problems == ()


def test_what_a_release_has_verified_counts_for_more_than_what_a_slower_run_has_recorded_over_it() -> None:
    stage = Stage()
    stage.release()
    slower = recorded_by_another(stage)  # it read the records before the release wrote its first one
    stage.records.written.append(slower)
    assert stage.release().problems == ()
    assert stage.records.written[-1].digests["web"] == digest_of("web")
    stage.records.written.append(slower)
    stage.registry.tags[sha_ref("web")] = THEIRS
    (problem,) = stage.release().problems
    assert problem.expected.startswith(digest_of("web"))


def test_a_release_marks_the_images_that_it_has_verified_and_not_those_that_another_run_records_meanwhile() -> None:
    stage = Stage()

    def record() -> None:
        if sha_ref("web") in stage.registry.tags:
            stage.records.written.append(recorded_by_another(stage))

    stage.effects.hooks[f"digest {sha_ref('web')}"] = record
    assert stage.release().problems == ()
    marked = anyio.run(stage.records.released)
    assert marked
    assert marked.record.digests["web"] == digest_of("web")
    assert stage.release().problems == ()


def test_publishing_one_image_finds_the_other_run_as_well() -> None:
    stage = Stage()
    stage.publish("worker")  # for a record
    own_put_follows(stage)
    says_that_the_recorded_one_is_another(stage.publish("web"))


def says_that_the_recorded_one_is_another(report: Report) -> None:
    (problem,) = report.problems
    assert problem.what == f"{sha_ref('web')} does not name the image that was released from this commit"
    assert digest_of("web") in problem.value
    assert problem.expected.startswith(THEIRS)

"""The record of a release: written and read as JSON; what is no record of the commit is not trusted."""

import json
from dataclasses import replace

import pytest
from fakes import GIT_SHA, digest_of, sha_ref
from sample_reports import failed_report, good_report

from ci.core.release.files import FILES, release_files
from ci.core.release.record import Record, named_commit, read_record, record_of, record_text, records_repository
from ci.core.release.report import Step, StepOutcome
from ci.core.release.steps import StepName
from ci.errors import PublishError

OTHER = digest_of("another")
TEXT = record_text(record_of(good_report(), {}, OTHER))


def changed(**values: object) -> str:
    return json.dumps(json.loads(TEXT) | values)


def test_a_record_is_read_as_it_was_written() -> None:
    record = read_record(TEXT, GIT_SHA)
    assert record == record_of(good_report(), {}, OTHER)
    assert record.previous == OTHER
    assert record.files == release_files(good_report())
    assert record.digests == {name: digest_of(name) for name in ("web", "worker", "mail")}
    assert not record.failed


def test_the_record_of_a_run_that_did_not_finish_says_so() -> None:
    record = record_of(failed_report(), {}, "")
    assert record.failed
    assert record.digests == {"web": digest_of("web")}


def test_what_was_recorded_of_an_image_stays_until_a_person_accepts_another() -> None:
    before = {"web": OTHER, "old": OTHER}
    assert record_of(failed_report(), before, "").digests == before
    image = failed_report().results.images[0]
    assert sha_ref("web") in image.references
    accepted = record_of(failed_report(), before, "", found_first=True)
    assert accepted.digests == {"web": digest_of("web"), "old": OTHER}


def test_a_run_that_has_verified_the_sha_tags_records_them_over_what_another_recorded_since() -> None:
    report = good_report()
    assert record_of(report, {"web": OTHER}, "").digests["web"] == OTHER
    verified = replace(report, steps=(*report.steps, Step(StepName.VERSION_TAGS, StepOutcome.DONE, 1.0)))
    assert record_of(verified, {"web": OTHER}, "").digests["web"] == digest_of("web")


def test_an_image_whose_sha_tag_names_another_is_not_recorded() -> None:
    report = failed_report()
    lost = tuple(replace(one, references=()) for one in report.results.images)
    overtaken = replace(report, results=replace(report.results, images=lost))
    assert record_of(overtaken, {}, "").digests == {}
    assert record_of(overtaken, {"web": OTHER}, "").digests == {"web": OTHER}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<html>", "no JSON object"),
        ("[]", "no JSON object"),
        (changed(record_format=2), "record_format 2"),
        (changed(git_sha="0" * 40), f"git_sha {'0' * 40}"),
        (changed(digests={"web": "latest"}), "digests that are none"),
        (changed(digests={"web": 1}), "digests that are none"),
        (changed(files={**dict.fromkeys(FILES, ""), "../x": ""}), "other files"),
        (changed(files=None), "other files"),
        (changed(failed="no"), "keys without their values"),
        (changed(previous=None), "keys without their values"),
    ],
)
def test_what_is_no_record_of_the_commit_is_not_trusted(text: str, found: str) -> None:
    with pytest.raises(PublishError, match="none that can be trusted") as caught:
        read_record(text, GIT_SHA)
    assert found in caught.value.problems[0].value


def test_the_records_are_beside_the_images() -> None:
    assert records_repository("ghcr.io/o/shop") == "ghcr.io/o/shop-releases"


def test_two_records_of_one_state_are_equal_whatever_was_before() -> None:
    assert record_of(good_report(), {}, "") == record_of(good_report(), {}, OTHER)
    assert isinstance(record_of(good_report(), {}, ""), Record)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"git_sha": 1}', '{"git_sha": "abc"}'])
def test_a_text_that_names_no_commit(text: str) -> None:
    assert named_commit(text) == ""
    assert named_commit(TEXT) == GIT_SHA

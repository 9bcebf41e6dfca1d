"""What the builder's script has written, as outcomes and problems."""

import pytest

from ci.core.images.build_results import (
    BuilderResults,
    ImageOutcome,
    Status,
    emptied,
    failure,
    no_outcome,
    read_results,
)
from ci.errors import BuildError, PublishError

DIGEST = "sha256:" + "a" * 64
TEXT = f"""\
emptied
log invalid database
image web
status done
seconds 4
built
metadata {{"containerimage.digest": "{DIGEST}", "x": {{}}}}
end
image mail
status failed
seconds 1
log #5 ERROR: process did not complete
log ------
log  > [2/2] RUN make:
log 0.1 no rule
log ------
log Dockerfile.mail:4
log --------------------
log    4 | >>> RUN make
log --------------------
log error: failed to solve
end
image half
status done
"""
LOG = read_results(TEXT).images["mail"].log


def test_the_results_of_each_image_are_read_and_half_an_image_is_none() -> None:
    results = read_results(TEXT)
    assert results.images["web"] == ImageOutcome(Status.DONE, 4, DIGEST, (), built=True)
    assert (results.images["mail"].status, results.images["mail"].built) == (Status.FAILED, False)
    assert results.images.keys() == {"web", "mail"}
    assert (results.emptied, results.failure, results.log) == (True, "", ("invalid database",))


@pytest.mark.parametrize("text", ["", "rubbish\n\x00", "image a\nend\n", "image a\nstatus gone\nend\n", "end\nlog"])
def test_what_is_not_understood_is_no_outcome(text: str) -> None:
    assert read_results(text).images == {}


@pytest.mark.parametrize("metadata", ["{", "[]", '{"containerimage.digest": 1}', "{}", ""])
def test_metadata_without_a_digest_gives_none(metadata: str) -> None:
    text = f"image a\nstatus done\nseconds x\nmetadata {metadata}\nend\n"
    assert read_results(text).images["a"] == ImageOutcome(Status.DONE)


def test_a_failed_step_is_shown_with_its_dockerfile_and_line() -> None:
    error = failure("mail", "jobs/Dockerfile.mail", 60, ImageOutcome(Status.FAILED, 1, "", LOG))
    (problem,) = error.problems
    assert isinstance(error, BuildError)
    assert (problem.file, problem.line) == ("jobs/Dockerfile.mail", 4)
    assert [line.strip() for line in problem.value.splitlines()] == [
        "> [2/2] RUN make:",
        "0.1 no rule",
        "Dockerfile.mail:4",
        "4 | >>> RUN make",
        "error: failed to solve",
    ]


def test_a_long_log_is_cut() -> None:
    error = failure("mail", "D", 60, ImageOutcome(Status.FAILED, 1, "", tuple(f"line {n}" for n in range(80))))
    shown = error.problems[0].value.splitlines()
    assert (shown[0], shown[1].strip(), shown[-1].strip(), len(shown)) == ("line 0", "…", "line 79", 32)


def test_an_image_that_was_not_pushed_was_built() -> None:
    log = ("error: failed to push r.example/o/web: 403 Forbidden",)
    error = failure("web", "D", 60, ImageOutcome(Status.NOT_PUSHED, 1, "", log))
    assert isinstance(error, PublishError)
    assert error.problems[0].what == "The image `web` was built, and could not be pushed"


def test_an_image_at_its_deadline_may_have_been_pushed() -> None:
    error = failure("web", "D", 60, ImageOutcome(Status.TOO_SLOW, 60))
    assert not isinstance(error, BuildError | PublishError)
    assert error.problems[0].what == "The image `web` did not finish in time and was stopped"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("write /x: no space left on device", "builder_cache_gb"),
        ("content sha256:0: not found", "local-cache prune"),
        ("failed to stat: snapshot abc does not exist", "local-cache prune"),
    ],
)
def test_a_cache_that_is_full_or_damaged_says_the_way_on(line: str, hint: str) -> None:
    error = failure("web", "D", 60, ImageOutcome(Status.FAILED, 1, "", ("error: failed to solve", line)))
    assert isinstance(error, BuildError)
    assert "full or damaged" in error.problems[0].what
    assert hint in error.problems[0].hint


def test_images_without_an_outcome_say_why() -> None:
    waited = no_outcome(["a", "b"], BuilderResults({}, "no-lock"), 60)
    assert isinstance(waited, BuildError)
    assert waited.problems[0].what.startswith("Another run on this engine")
    broken = no_outcome(["a"], BuilderResults({}, "no-daemon", log=("no space left on device",)), 60)
    assert isinstance(broken, BuildError)
    assert "builder_cache_gb" in broken.problems[0].hint
    assert 'builder = "dagger"' in no_outcome(["a"], BuilderResults({}, "no-daemon"), 60).problems[0].hint
    ended = no_outcome(["a", "b"], BuilderResults({}), 60)
    assert not isinstance(ended, BuildError)
    assert ended.problems[0].value == "a, b"


def test_an_emptied_cache_is_a_warning_with_the_daemon_s_reason() -> None:
    assert emptied(read_results(TEXT)).value == "invalid database"


def test_a_layer_cache_that_was_not_read_is_a_fact_of_its_image() -> None:
    text = "image a\nstatus done\nnot-imported #5 ERROR: failed to configure registry cache importer: 403\nend\n"
    assert read_results(text).images["a"].not_imported.endswith("importer: 403")


def test_the_parts_of_a_build_begin_at_the_builder_s_start() -> None:
    marks = "building 102.00 waiting 105.00 pushing 107.00 end 108.25"
    text = f"zero 100.00\nclosed 112.50\nimage a\nstatus done\nmarks {marks}\npushed 9\nend\n"
    results = read_results(text)
    assert results.seconds == 12.5
    assert [(one.kind, one.after_seconds, one.seconds) for one in results.images["a"].spans] == [
        ("waiting", 0.0, 2.0),
        ("building", 2.0, 3.0),
        ("waiting", 5.0, 2.0),
        ("pushing", 7.0, 1.25),
    ]


@pytest.mark.parametrize("marks", ["", "building", "building x end y", "resting 1 end 2", "building 1"])
def test_times_that_are_not_understood_are_none(marks: str) -> None:
    spans = read_results(f"zero 0\nimage a\nstatus done\nmarks {marks}\nend\n").images["a"].spans
    assert all(one.seconds > 0 for one in spans)

"""What was built is saved at the end of a run: nothing of it fails a release."""

import pytest
from fakes import Stage, problem

from ci.errors import PublishError


def test_what_goes_wrong_with_the_cache_is_a_warning_of_a_release_that_is_done() -> None:
    stage = Stage()
    stage.builder.cache_warnings = (problem("The layer cache was not written", value="403"),)
    for report in (stage.release(), stage.publish()):
        assert [one.what for one in report.warnings] == ["The layer cache was not written"]
        assert (report.outcome, report.problems) == ("done", ())


@pytest.mark.parametrize("error", [PublishError(problem("gone")), KeyError("engine"), TimeoutError()])
def test_whatever_ends_it_ends_no_release(error: Exception) -> None:
    stage = Stage()
    stage.builder.cache_fault = error
    report = stage.release()
    (warning,) = report.warnings
    assert warning.what == "The layer cache was not written for web, worker, mail"
    assert (report.outcome, report.problems) == ("done", ())

"""What was done when, and what the end of a run had to wait for."""

from page_reports import SECONDS, documents

from ci.core.page.timeline import Bar, bars, total_seconds
from ci.core.release.steps import STEPS

REPORTS = documents()


def by_label(name: str) -> dict[str, Bar]:
    return {bar.label: bar for bar in bars(REPORTS[name])}


def test_images_follow_their_step_in_the_order_in_which_they_were_built() -> None:
    assert [bar.label for bar in bars(REPORTS["done"])] == [*STEPS[:2], "web", "worker", *STEPS[2:]]


def test_an_image_that_was_not_built_has_no_bar() -> None:
    assert "mail" not in by_label("done")


def test_a_bar_is_as_long_as_all_its_parts() -> None:
    worker = by_label("done")["worker"]
    assert [span.kind for span in worker.spans] == ["waiting", "building", "pushing"]
    assert (worker.start, worker.seconds) == (SECONDS[0], 87.5)


def test_the_end_had_to_wait_for_the_image_that_ended_last_and_for_the_one_it_waited_for() -> None:
    found = by_label("done")
    assert (found["worker"].waited_for, found["web"].waited_for) == ("web", "")
    assert found["worker"].critical
    assert found["web"].critical


def test_an_image_that_another_one_did_not_wait_for_is_not_critical() -> None:
    report = {**REPORTS["done"]}
    mail = {**report["images"][2], "spans": [{"kind": "building", "after_seconds": 0.0, "seconds": 3.0}]}
    report["images"] = [*report["images"][:2], mail]
    assert not {bar.label: bar for bar in bars(report)}["mail"].critical


def test_a_step_that_was_skipped_is_not_critical() -> None:
    report = {**REPORTS["done"]}
    report["steps"] = [{**report["steps"][0], "outcome": "skipped"}, *report["steps"][1:]]
    assert [bar.critical for bar in bars(report)][:2] == [False, True]


def test_the_total_is_the_end_of_the_last_step() -> None:
    assert round(total_seconds(bars(REPORTS["done"])), 3) == round(sum(SECONDS), 3)
    assert total_seconds(bars({"steps": [], "images": []})) == 0.0

"""The notes of a release."""

from dataclasses import replace

from fakes import GIT_SHA
from sample_reports import good_report

from ci.core.release.notes import notes
from ci.core.release.report import Results


def test_the_notes_are_the_changelog_s_entry_and_what_was_released() -> None:
    report = good_report()
    text = notes(report)
    assert report.plan.changes
    assert text.startswith(f"{report.plan.changes}\n\n### Released\n\nPlan version `2.0` of plan ")
    assert report.plan.title not in text
    assert text.endswith(f"\nfrom commit {GIT_SHA}.\n")
    shown = [line for line in text.splitlines() if "@sha256:" in line]
    assert len(shown) == len([image for image in report.results.images if image.digest])
    for image in report.plan.images:
        for result in report.results.images:
            if result.name == image.name and result.digest:
                assert f"- `{image.version_reference}@{result.digest}`" in shown


def test_a_changelog_s_entry_stays_as_it_was_written() -> None:
    report = good_report()
    entry = "### Added\n\n- `a`  \n  <b>\n\n```\n## x\n```"
    plan = replace(report.plan, description=f"{report.plan.title}\n\n{entry}")
    assert notes(replace(report, plan=plan)).startswith(f"{entry}\n\n### Released\n")


def test_the_name_of_a_plan_stays_code_whatever_it_holds() -> None:
    report = good_report()
    made = report.results.plan_version
    assert made
    named = replace(report.results, plan_version=replace(made, plan_name="a`b``c\n@all"))
    assert " of plan ``` a`b``c @all ```, of the images" in notes(replace(report, results=named))


def test_what_made_no_plan_version_has_no_notes() -> None:
    report = good_report()
    assert notes(replace(report, results=Results(images=report.results.images))) == ""

"""What GitHub shows of a release: no value of it is read as Markdown, HTML or a workflow command."""

import html
import re
from dataclasses import replace

from fakes import problem
from sample_reports import good_report

from ci.core.release.github import annotations, failed, markdown, not_released, outputs
from ci.core.release.report import Report

NASTY = "a|b <img src=x> `c` **d** [e](https://f.invalid) _g_ $h$ &amp; @i #1 !~\\\r\n| --- |\n::error::x %0A"


def nasty() -> Report:
    """A report each of whose values has everything that Markdown reads as its own."""
    report = good_report()
    image = replace(report.results.images[0], name=NASTY, reason=NASTY)
    upgrade, version = report.results.upgrade, report.results.plan_version
    assert upgrade
    assert version
    return replace(
        report,
        steps=tuple(replace(step, detail=NASTY) for step in report.steps),
        not_run=(NASTY,),
        results=replace(
            report.results,
            images=(image,),
            plan_version=replace(version, version=NASTY, plan_name=NASTY),
            upgrade=replace(upgrade, instance_id=NASTY, version=NASTY, version_before="1.0"),
        ),
    )


def test_no_value_is_read_as_markdown_or_html() -> None:
    text = markdown(nasty(), (), NASTY)
    assert not re.search(r"<|\*\*d|\[e\]|`c`|@i|#1(?!\d*;)|\$h", text)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {5}
    once = " ".join(NASTY.split())
    assert html.unescape(text).count(once) == 10  # each is shown as it is


def test_a_problem_is_shown_as_it_is_and_can_t_leave_its_block() -> None:
    wrong = problem("````\n</details>\n```\n| x |", hint="```` fix it")
    text = failed([wrong])
    assert f"\n`````text\n{wrong}\n`````\n" in text
    assert f"\n`````text\n{wrong}\n`````\n" in markdown(good_report(), [wrong])


def test_a_summary_has_an_end() -> None:
    many = [problem(f"x{number} " + "y" * 4000) for number in range(500)]
    text = failed(many)
    assert "### 500 problems" in text
    assert "And 470 more: see the log and report.json." in text
    assert len(text.encode()) < 2**20


def test_an_annotation_is_one_line_at_its_file_and_line() -> None:
    wrong = replace(problem("50% of a, b\r\nis wrong"), file="a,b:c.yaml", line=3, column=7, step="verify tags")
    first, second = annotations([wrong], [problem("slow")]).splitlines()
    assert first.startswith(
        "::error file=a%2Cb%3Ac.yaml,line=3,col=7,title=verify tags::verify tags: a,b:c.yaml:3:7: 50%25 of"
    )
    assert "%0D%0Ais wrong" in first
    assert second.startswith("::warning title=Slipway::slow%0A")
    assert annotations([], notice="not released: x") == "::notice title=Slipway::not released: x\n"
    assert annotations([]) == ""


def test_no_line_is_a_workflow_command_of_a_value() -> None:
    wrong = [problem(f"x\n{NASTY}")]
    for text in (annotations(wrong), outputs(ok=True, version=f"1\n{NASTY}")):
        assert all(re.match(r"::error title=Slipway::|\w+=", line) for line in text.splitlines())


def test_the_outputs_are_one_line_each() -> None:
    assert outputs(ok=True, version="1.2.0", plan_version="2.0") == "ok=true\nversion=1.2.0\nplan_version=2.0\n"
    assert outputs(ok=False) == "ok=false\nversion=\nplan_version=\n"
    assert outputs(ok=False, version="1\nok=true").count("\n") == 3


def test_a_version_before_is_shown_only_if_it_was_another() -> None:
    upgrade = good_report().results.upgrade
    assert upgrade
    for before, shown in (("1.0", "version 2.0 (before: 1.0)\n"), ("2.0", "version 2.0\n"), ("", "version 2.0\n")):
        results = replace(good_report().results, upgrade=replace(upgrade, version_before=before))
        assert shown in markdown(replace(good_report(), results=results), ())


def test_an_event_that_is_not_released_has_its_reason() -> None:
    assert not_released("push to a|b") == "## Not released\n\npush to a&#124;b\n"

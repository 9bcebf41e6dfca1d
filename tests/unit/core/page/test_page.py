"""The page of a report."""

import json
import re
from typing import Any

import pytest
from page_reports import documents

from ci.core.page.page import page, read_report, timeline
from ci.errors import ConfigurationError

REPORTS = documents()


def changed(**values: Any) -> dict[str, Any]:  # Any: JSON
    return {**REPORTS["failed-build"], **values}


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_needs_nothing_from_elsewhere(name: str) -> None:
    found = page(REPORTS[name])
    assert not re.search(r"<script|<link(?! rel=\"icon\" href=\"data:)|\bsrc=|url\(|@import", found)
    assert "default-src 'none'" in found


@pytest.mark.parametrize(
    ("name", "verdict"), [("done", "Done"), ("failed-build", "Failed"), ("failed-upgrade", "Failed")]
)
def test_the_verdict_is_in_the_title(name: str, verdict: str) -> None:
    assert f"<title>Shop 1.2.0: {verdict}</title>" in page(REPORTS[name])


def test_an_unknown_outcome_is_not_called_failed() -> None:
    assert "Outcome unknown</title>" in page(changed(outcome="unknown"))


def test_the_problem_comes_first_with_the_end_of_its_log() -> None:
    found = page(REPORTS["failed-build"])
    assert found.index("exit code 1") < found.index('id="timeline"')
    assert "Dockerfile.worker:4" in found
    assert "run the same call again" in found


def test_all_that_a_report_holds_is_escaped() -> None:
    evil = "</pre><script>alert(1)</script>"
    problem = {**REPORTS["failed-build"]["problems"][0], "what": evil, "value": evil, "hint": evil, "file": evil}
    found = page(changed(problems=[problem], next=evil, git_sha=evil, not_run=[evil]))
    assert "<script" not in found
    assert found.count("&lt;script&gt;") >= 6


def test_an_image_links_to_its_repository_and_shows_its_tags_once() -> None:
    found = page(REPORTS["done"])
    assert found.count('<a href="https://registry.example/o/shop-dockerfile.web">') == 1
    assert '<code class="tag" title="sha-0123456789abcdef0123456789abcdef01234567">sha-0123456789ab</code>' in found


def test_an_image_says_why_it_was_built_and_where_it_was_reused_from() -> None:
    found = page(REPORTS["done"])
    assert "<small>inputs equal</small>" in found
    assert "built in <code>89abcdef89ab</code>, 2025-12-30" in found


def test_the_timeline_is_the_same_drawing_as_its_file() -> None:
    assert timeline(REPORTS["done"]) in page(REPORTS["done"])


def test_a_report_is_read_from_its_file() -> None:
    assert read_report(json.dumps(REPORTS["done"]), "report.json") == json.loads(json.dumps(REPORTS["done"]))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", '{"report_format": 0}'])
def test_what_is_no_report_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_report(text, "some.json")
    assert "some.json can't be shown as a page" in str(raised.value)

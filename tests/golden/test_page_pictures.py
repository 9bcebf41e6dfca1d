"""The pictures of the report's page in the documents."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from chromium import chromium
from golden.goldens import assert_matches
from page_reports import documents

from ci.core.page.page import page, timeline

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", documents())
def test_the_pictures_of_the_documents_are_made_of_these_pages(name: str, pytestconfig: pytest.Config) -> None:
    """`--write-goldens` makes them anew: how letters are drawn differs from machine to machine, so none is compared."""
    picture = DOCS / f"report-{name}.png"
    if pytestconfig.getoption("--write-goldens"):
        with TemporaryDirectory() as folder:
            file = Path(folder, "page.html")
            file.write_text(page(documents()[name]), encoding="utf-8")
            chromium("--window-size=900,1200", f"--screenshot={picture}", file.as_uri())
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_timeline_of_the_readme_is_that_of_a_release(pytestconfig: pytest.Config) -> None:
    assert_matches(DOCS / "timeline.svg", timeline(documents()["done"]), pytestconfig)
    assert 'src="docs/timeline.svg"' in (DOCS.parent / "README.md").read_text()

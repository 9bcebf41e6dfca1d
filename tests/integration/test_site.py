"""The documents as a site, as `make docs` builds it: all of them are in it, and it needs no network and no server."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from chromium import chromium
from programs import program
from ruamel.yaml import YAML

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
SEARCH = """<pre id="found"></pre><script>
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
(async () => {
  await wait(500);
  document.querySelector(".md-search__button").click();
  await wait(500);
  const inside = [...document.querySelectorAll("*")].map((one) => one.shadowRoot).find(Boolean);
  const field = inside.querySelector("input");
  field.value = "privileged";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await wait(1500);
  document.querySelector("#found").textContent = inside.querySelector("dialog").innerText;
})();
</script>"""


def zensical(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the documents of a folder, which has what the top of the source has of them."""
    path = program("zensical", lambda name: shutil.which(name, path=str(Path(sys.executable).parent)))
    command = [path, "build", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    return folder


@pytest.fixture(scope="module")
def site(sources: Path) -> Path:
    done = zensical(sources)
    assert done.returncode == 0, done.stdout + done.stderr
    return sources / "dist/site"


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    loads = r'<(?:script|img|iframe)[^>]* src="(?:https?:)?//|<link[^>]* href="(?:https?:)?//'
    assert [page.name for page in pages if re.search(loads, page.read_text())] == []


def test_every_document_is_in_the_navigation() -> None:
    nav = YAML(typ="safe", pure=True).load(ROOT / "docs/.nav.yml")["nav"]
    named = set(re.findall(r"[\w-]+\.md", str(nav)))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} == named
    assert {"Decisions": "decisions"} in nav


def test_the_site_is_searched_from_the_file_system(site: Path) -> None:
    page = site / "searched.html"
    page.write_text((site / "index.html").read_text() + SEARCH)
    done = chromium("--virtual-time-budget=8000", "--dump-dom", page.as_uri())
    page.unlink()
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    found = re.search('<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found
    assert "BuildKit" in found[1]


def test_a_link_to_a_page_that_is_not_there_fails_the_build(sources: Path, site: Path) -> None:
    page = sources / "docs/index.md"
    text = page.read_text()
    assert site
    page.write_text(f"{text}\n[nothing](nothing.md)\n")
    try:
        assert zensical(sources).returncode != 0
    finally:
        page.write_text(text)

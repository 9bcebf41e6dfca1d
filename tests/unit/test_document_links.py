"""Whatever a document or the code points to exists: files, headings, and paths of the source."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "stack").rglob("*.md")),
]
_FENCE = re.compile(r"(?ms)^ *(`{3,}|~{3,}).*?^ *\1")
_LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"')
_PATH = re.compile(r"`((?:ci|tests|tools|benchmarks|docs|stack)/[\w./-]+)`")


def prose(document: Path) -> str:
    """A document's text without its blocks of code."""
    return _FENCE.sub("", document.read_text())


def anchors(document: Path) -> set[str]:
    """The anchors of its headings, which GitHub and the site form alike for words, numbers, dots and commas."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(document))
    return {re.sub(r"[^\w\- ]", "", one).strip().lower().replace(" ", "-") for one in headings}


def broken(document: Path) -> list[str]:
    """The links of a document that lead nowhere."""
    found = []
    for link in (a or b for a, b in _LINK.findall(re.sub(r"`[^`\n]+`", "", prose(document)))):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file_and_a_heading(document: Path) -> None:
    assert broken(document) == []


def test_a_page_of_the_site_links_to_nothing_outside_of_it() -> None:
    """The site has docs/ alone; a file of the source is named by its path, without a link."""
    outside = [one.name for one in DOCUMENTS if "docs" in one.parts for link in _LINK.findall(prose(one))
               if not (one.parent / "".join(link).split("#")[0]).resolve().is_relative_to(ROOT / "docs")]  # fmt: skip
    assert outside == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_of_the_source_that_a_document_names_exists(document: Path) -> None:
    if document.name == "CHANGELOG.md":  # it tells of files that went
        return
    assert [path for path in _PATH.findall(prose(document)) if not (ROOT / path).exists()] == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# A heading, with `code`\n")
    text = "[a](b.md) [b](b.md#a-heading-with-code) [c](#here) [d](no.md) [e](b.md#no) ![f](no.png)\n\n## Here\n"
    (tmp_path / "a.md").write_text(text + "```\n[g](code.md)\n```\n`[h](code.md)`")
    assert broken(tmp_path / "a.md") == ["no.md", "b.md#no", "no.png"]


def test_every_heading_that_the_code_points_to_is_in_its_document() -> None:
    """The form of such a pointer: docs/engine.md, "Heading"; it may be wrapped."""
    missing = []
    for path in sorted((ROOT / "ci").rglob("*.py")):
        text = path.read_text()
        for file, heading in re.findall(r'(docs/[\w./-]+\.md),\s+"([^"]+)"', text):
            plain = " ".join(heading.replace("#", " ").split())  # a comment wraps with a "#"
            if f"## {plain}" not in (ROOT / file).read_text().splitlines():
                missing.append(f"{path.relative_to(ROOT)}: {file}, {plain!r}")
        missing += [
            f"{path.name}: {file}" for file in re.findall(r"docs/[\w./-]+\.md", text) if not (ROOT / file).exists()
        ]
    assert missing == []

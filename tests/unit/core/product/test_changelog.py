"""The entry of a version, whatever form its heading has, and what is wrong where there is none."""

import pytest

from ci.core.product.changelog import entry
from ci.errors import ConfigurationError

WHOLE = """\
# Changelog

All notable changes.

## [Unreleased]

- Not yet

## [1.2.0] - 2026-01-02

### Added

- A thing

### Fixed

- Another ([#1])

## [1.1.0] - 2025-12-01

- Old

[Unreleased]: https://code.example/compare/1.2.0...HEAD
[1.2.0]: https://code.example/compare/1.1.0...1.2.0
[#1]: https://code.example/issues/1
"""


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("1.2.0", "### Added\n\n- A thing\n\n### Fixed\n\n- Another ([#1])"),
        ("1.1.0", "- Old"),
    ],
)
def test_an_entry_is_what_stands_below_its_heading(version: str, text: str) -> None:
    assert entry(WHOLE, version) == text


@pytest.mark.parametrize(
    "heading",
    [
        "## [1.2.0] - 2026-01-02",
        "## [1.2.0] – 2026-01-02",  # noqa: RUF001 - an en dash
        "## [1.2.0] — 2026-01-02",
        "## [1.2.0] - 2026-01-02 [YANKED]",
        "## [1.2.0]",
        "## 1.2.0",
        "## v1.2.0 - 2026-01-02",
        "## [v1.2.0]",
        "## 1.2.0 (2026-01-02)",
        "## [1.2.0](https://code.example/v1.2.0) (2026-01-02)",
        "## [1.2.0](https://code.example/v1.2.0) - 2026-01-02",
        "##  1.2.0  ",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_common_form_of_a_heading_is_found(heading: str, newline: str) -> None:
    assert entry(newline.join(["\ufeff# Changelog", heading, "", "- It", "", "## 1.1.0", "- Old"]), "1.2.0") == "- It"


@pytest.mark.parametrize("behind", ["## Older releases", "## 1.1.0: the one before", "# Notes", "## [1.1.0] 2025"])
def test_any_heading_of_its_level_or_above_ends_an_entry(behind: str) -> None:
    assert entry(f"## 1.2.0\n\n- It\n\n{behind}\n\n- Old\n", "1.2.0") == "- It"


@pytest.mark.parametrize("fence", ["```", "~~~", "  ```"])
def test_a_heading_in_a_code_block_is_none(fence: str) -> None:
    text = f"## 1.2.0\n\n{fence}\n## 1.1.0\n{fence}\n- It\n"
    assert entry(text, "1.2.0") == f"{fence}\n## 1.1.0\n{fence}\n- It".strip()


@pytest.mark.parametrize("version", ["1.2", "1.2.0-rc.1", "2.0.0", "1.2.00", "11.2.0"])
def test_a_version_without_an_entry_is_an_error_with_the_existing_entries(version: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        entry(WHOLE, version, "C.md")
    (problem,) = caught.value.problems
    assert problem.what == f"The changelog has no entry for version {version}"
    assert problem.value == "entries found: Unreleased, 1.2.0, 1.1.0"
    assert problem.file == "C.md"
    assert f"## [{version}]" in problem.expected
    assert "add the entry" in problem.hint


def test_a_changelog_without_entries_says_so() -> None:
    with pytest.raises(ConfigurationError, match="entries found: none"):
        entry("# Changelog\n", "1.2.0")


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("## 1.2.0\n- A\n## [1.2.0]\n- B\n", "The changelog has two entries for version 1.2.0", 3),
        ("# C\n\n## 1.2.0\n\n## 1.1.0\n- Old\n", "The changelog's entry for version 1.2.0 is empty", 3),
        ("## 1.2.0\n[1.2.0]: https://code.example\n", "The changelog's entry for version 1.2.0 is empty", 1),
    ],
)
def test_an_entry_that_is_repeated_or_empty_is_an_error_with_its_line(text: str, what: str, line: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        entry(text, "1.2.0")
    (problem,) = caught.value.problems
    assert (problem.what, problem.file, problem.line) == (what, "CHANGELOG.md", line)
    assert problem.hint

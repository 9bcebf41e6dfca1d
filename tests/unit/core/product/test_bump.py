"""The next version: the two files change where they must and nowhere else, whatever form they have."""

import pytest

from ci.core.product.bump import Part, bump
from ci.core.product.changelog import entry
from ci.errors import ConfigurationError

DATE = "2026-11-25"
FILES = ("VERSION", "CHANGELOG.md")
OLD = """\
# Changelog

## [Unreleased]

### Added

- A cart

```
## [Unreleased] in code
```

## [1.4.0] - 2026-01-02

- Old

[Unreleased]: https://github.com/o/shop/compare/v1.4.0...HEAD
[1.4.0]: https://github.com/o/shop/compare/v1.3.0...v1.4.0
"""
NEW = """\
# Changelog

## [Unreleased]

## [1.5.0] - 2026-11-25

### Added

- A cart

```
## [Unreleased] in code
```

## [1.4.0] - 2026-01-02

- Old

[Unreleased]: https://github.com/o/shop/compare/v1.5.0...HEAD
[1.5.0]: https://github.com/o/shop/compare/v1.4.0...v1.5.0
[1.4.0]: https://github.com/o/shop/compare/v1.3.0...v1.4.0
"""


def changelog(text: str, version: str = "1.4.0") -> str:
    return bump(version, text, Part.MINOR, DATE, FILES).changelog_text


def test_what_is_unreleased_comes_under_the_new_version_with_its_links() -> None:
    made = bump("1.4.0\n", OLD, Part.MINOR, DATE, FILES)
    assert (made.old, made.version, made.version_text, made.changelog_text) == ("1.4.0", "1.5.0", "1.5.0\n", NEW)
    assert entry(NEW, "1.5.0").startswith("### Added\n\n- A cart")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False], ids=["a line break at the end", "none at the end"])
def test_line_ends_and_byte_order_mark_stay(end: str, start: str, last: bool) -> None:  # noqa: FBT001 - a column
    def written(text: str) -> str:
        whole = start + text.replace("\n", end)
        return whole if last else whole.removesuffix(end)

    made = bump(f"{start}1.4.0{end}", written(OLD), Part.MINOR, DATE, FILES)
    assert made.version_text == f"{start}1.5.0{end}"
    assert made.changelog_text == written(NEW)


def test_the_heading_may_be_the_first_line_of_a_file_with_a_byte_order_mark() -> None:
    assert changelog("\ufeff## [Unreleased]\n- x\n") == "\ufeff## [Unreleased]\n\n## [1.5.0] - 2026-11-25\n- x\n"


@pytest.mark.parametrize(
    ("version", "part", "expected"),
    [
        ("1.4.2", Part.MAJOR, "2.0.0"),
        ("1.4.2", Part.MINOR, "1.5.0"),
        ("1.4.2", Part.PATCH, "1.4.3"),
        ("0.1.9", Part.PATCH, "0.1.10"),
        ("1.4.0-rc.1", Part.PATCH, "1.4.0"),
        ("1.4.0-rc.1", Part.MINOR, "1.4.0"),
        ("1.4.1-rc.1", Part.MINOR, "1.5.0"),
        ("1.4.0-rc.1", Part.MAJOR, "2.0.0"),
    ],
)
def test_the_next_version_is_that_of_semantic_versioning(version: str, part: Part, expected: str) -> None:
    made = bump(version, "## [Unreleased]\n- x\n", part, DATE, FILES)
    assert (made.version, made.version_text) == (expected, expected)


@pytest.mark.parametrize(
    ("unreleased", "newest", "expected"),
    [
        ("## [Unreleased]", "## [1.4.0] - 2026-01-02", "## [1.5.0] - 2026-11-25"),
        ("## Unreleased", "## 1.4.0 - 2026-01-02", "## 1.5.0 - 2026-11-25"),
        ("## [unreleased] - not yet", "## 1.4.0 (2026-01-02)", "## 1.5.0 (2026-11-25)"),
        ("## Unreleased", "## [v1.4.0] - 2026-01-02 [YANKED]", "## [v1.5.0] - 2026-11-25"),
        ("## Unreleased", "## [1.4.0](https://code.example/v1.4.0) (2026-01-02)", "## [1.5.0] (2026-11-25)"),
        ("## [Unreleased]", "", "## [1.5.0] - 2026-11-25"),
        ("## Unreleased", "", "## 1.5.0 - 2026-11-25"),
    ],
)
def test_the_heading_has_the_form_of_the_newest_one(unreleased: str, newest: str, expected: str) -> None:
    text = f"{unreleased}\n- x\n\n{newest}\n- y\n" if newest else f"{unreleased}\n- x\n"
    assert changelog(text) == text.replace(f"{unreleased}\n", f"{unreleased}\n\n{expected}\n")


@pytest.mark.parametrize(
    "link",
    [
        "[Unreleased]: https://code.example/o/shop/commits/main",
        "[Unreleased]: https://code.example/branches/compare/HEAD..v1",
        "[1.4.0]: https://code.example/o/shop/compare/v1.3.0...v1.4.0",
        "[Unreleased]: https://code.example/compare/stable...HEAD",
    ],
)
def test_a_link_of_another_form_stays(link: str) -> None:
    assert changelog(f"## [Unreleased]\n- x\n\n{link}\n").endswith(f"- x\n\n{link}\n")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://gitlab.example/o/-/compare/1.4.0...main", "https://gitlab.example/o/-/compare/1.5.0...main"),
        ("https://code.example/compare/shop-v1.4.0..HEAD", "https://code.example/compare/shop-v1.5.0..HEAD"),
        ("https://code.example/compare/v1.4.0-rc.1...HEAD", "https://code.example/compare/v1.5.0...HEAD"),
    ],
)
def test_a_comparison_starts_at_the_new_version(link: str, expected: str) -> None:
    assert f"\n[unreleased]: {expected}\n[1.5.0]: " in changelog(f"## [Unreleased]\n- x\n\n[unreleased]: {link}\n")


@pytest.mark.parametrize(
    ("version", "text", "what", "line"),
    [
        ("one", OLD, "Not a semantic version", 1),
        ("", OLD, "The version file is empty", 0),
        ("1.4.0", "", "The changelog has no heading [Unreleased]", 0),
        ("1.4.0", "# Changelog\n\n## 1.4.0\n- x\n", "The changelog has no heading [Unreleased]", 1),
        ("1.4.0", f"{OLD}\n## Unreleased\n", "The changelog has two headings [Unreleased]", 20),
        ("1.4.0", "# C\n## [Unreleased]\n### Added\n\n## 1.4.0\n- x\n", "The changelog has nothing below", 2),
        ("1.4.0", "## [Unreleased]\n\n[Unreleased]: https://code.example\n", "The changelog has nothing below", 1),
        ("1.4.0", NEW.replace("\n\n## [1.5.0]", "\n- y\n\n## [1.5.0]"), "The changelog has an entry for version", 6),
    ],
)
def test_what_can_t_be_released_is_an_error_with_file_and_line(version: str, text: str, what: str, line: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        changelog(text, version)
    (problem,) = caught.value.problems
    assert problem.what.startswith(what)
    assert (problem.file, problem.line) == ("VERSION" if version != "1.4.0" else "CHANGELOG.md", line)


def test_problems_of_both_files_are_reported_together() -> None:
    with pytest.raises(ConfigurationError) as caught:
        changelog("", "one")
    assert len(caught.value.problems) == 2

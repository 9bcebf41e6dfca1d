"""`slipway bump` on the disk: both files or neither, and what is printed."""

import re
import stat
from datetime import datetime
from pathlib import Path

import pytest

from ci.cli import main

CHANGELOG = "# Changelog\r\n\r\n## [Unreleased]\r\n\r\n- A cart\r\n\r\n## [1.4.0] - 2026-01-02\r\n\r\n- Old\r\n"


@pytest.fixture(autouse=True)
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "VERSION").write_text("1.4.0\n")
    (tmp_path / "CHANGELOG.md").write_bytes(CHANGELOG.encode())
    (tmp_path / "pyproject.toml").write_text("[tool.slipway]\n")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    return tmp_path


def files(product: Path) -> tuple[str, str]:
    return (product / "VERSION").read_bytes().decode(), (product / "CHANGELOG.md").read_bytes().decode()


def test_both_files_are_raised_to_the_next_version_of_today(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (product / "CHANGELOG.md").chmod(0o640)
    before = datetime.now().astimezone()
    assert main(["bump", "minor"]) == 0
    version, changelog = files(product)
    assert version == "1.5.0\n"
    assert re.sub(r"\d{4}-\d\d-\d\d", "DATE", changelog.replace("2026-01-02", "OLD")) == CHANGELOG.replace(
        "2026-01-02", "OLD"
    ).replace("## [Unreleased]\r\n", "## [Unreleased]\r\n\r\n## [1.5.0] - DATE\r\n")
    assert any(f"{day:%Y-%m-%d}" in changelog for day in (before, datetime.now().astimezone()))
    assert stat.S_IMODE((product / "CHANGELOG.md").stat().st_mode) == 0o640
    out = capsys.readouterr().out
    assert out.startswith("VERSION: 1.4.0 -> 1.5.0\n")
    assert out.endswith("next: git commit --message 'chore(release): 1.5.0' VERSION CHANGELOG.md\n")


@pytest.mark.parametrize("flag", ["--diff", "--dry-run"])
def test_the_difference_is_shown_and_nothing_is_written(
    product: Path, flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bump", "major", flag]) == 0
    assert files(product) == ("1.4.0\n", CHANGELOG)
    out = capsys.readouterr().out
    assert "-1.4.0\n+2.0.0\n" in out
    assert "+## [2.0.0] - " in out


def test_a_second_bump_has_nothing_to_release(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bump", "patch"]) == 0
    after = files(product)
    assert main(["bump", "patch"]) == 1
    assert files(product) == after
    assert "CHANGELOG.md:3: The changelog has nothing below [Unreleased]" in capsys.readouterr().err


def test_what_is_missing_is_reported_together(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("VERSION", "CHANGELOG.md"):
        (product / name).unlink()
    assert main(["bump", "patch"]) == 1
    assert capsys.readouterr().err.startswith("2 problems:\n")


def test_neither_file_is_changed_if_one_can_t_be_written(
    product: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace = Path.replace

    def full(path: Path, target: Path) -> Path:
        if target.name == "VERSION":
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    assert main(["bump", "minor"]) == 1
    assert files(product) == ("1.4.0\n", CHANGELOG)
    assert sorted(path.name for path in product.iterdir()) == ["CHANGELOG.md", "VERSION", "pyproject.toml", "sub"]
    assert "The output can't be written: No space left on device" in capsys.readouterr().err

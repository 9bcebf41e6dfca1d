"""`slipway report`."""

import json
from pathlib import Path

import pytest
from page_reports import documents

from ci.cli import main
from ci.core.page.page import page


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.json").write_text(json.dumps(documents()["done"]), encoding="utf-8")


def test_the_page_is_written() -> None:
    assert main(["report", "report.json", "--output", "other.html"]) == 0
    assert Path("other.html").read_text(encoding="utf-8") == page(documents()["done"])
    assert main(["report", "report.json"]) == 0
    assert Path("report.html").is_file()


def test_the_page_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "report.json", "--output", "-"]) == 0
    assert capsys.readouterr().out == page(documents()["done"])


@pytest.mark.parametrize(("file", "text"), [("none.json", None), ("damaged.json", "{"), ("other.json", '{"ok": true}')])
def test_what_is_no_report_is_named_and_nothing_is_written(
    file: str, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        Path(file).write_text(text, encoding="utf-8")
    assert main(["report", file]) == 1
    assert file in capsys.readouterr().err
    assert not Path("report.html").exists()

"""`slipway decide`: what it prints, and what it refuses."""

import json
from pathlib import Path

import pytest
from github_events import BEFORE, SHA, push
from products import shop

from ci.cli import main

RELEASED = push("main", "chore(release): 1.4.0")


@pytest.fixture(autouse=True)
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(shop(tmp_path))
    return tmp_path


def decided(event: object, *words: str) -> int:
    Path("event.json").write_text(event if isinstance(event, str) else json.dumps(event))
    return main(["decide", "--event", "event.json", *words])


def test_the_decision_is_one_line_and_not_to_release_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert decided(RELEASED) == 0
    assert decided(push("main", "feat: a cart"), "--sha", SHA) == 0
    expected = "released in full: push to main of chore(release)\nnot released: push to main without chore(release)\n"
    assert capsys.readouterr() == (expected, "")


def test_the_decision_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert decided(RELEASED, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["released"], found["skip_build"], found["event"]["branch"]) == (True, False, "main")


def test_the_rules_are_those_of_the_product(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (product / "pyproject.toml").open("a") as file:
        file.write('\n[tool.slipway.events]\nrelease_branches = ["trunk"]\n')
    assert decided(RELEASED) == 0
    assert capsys.readouterr().out.startswith("not released: push to main, which is none of trunk,")


@pytest.mark.parametrize(
    ("event", "words", "part"),
    [
        ("", (), "event.json: The event's file is empty"),
        (RELEASED, ("--sha", BEFORE), "The event is about another commit than --sha"),
        ({"action": "x"}, (), "event.json: The event is of no known kind: its keys: action"),
    ],
)
def test_an_event_that_can_t_be_decided_ends_with_1(
    event: object, words: tuple[str, ...], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decided(event, *words) == 1
    assert part in capsys.readouterr().err


def test_problems_of_the_settings_and_of_the_event_are_reported_together(
    product: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (product / "pyproject.toml").open("a") as file:
        file.write("\n[tool.slipway.events]\nfork = true\n")
    assert decided("") == 1
    assert capsys.readouterr().err.startswith("2 problems:\n")


def test_a_file_that_is_missing_or_longer_than_any_event_is_refused_unread(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", "--event", "nothing.json"]) == 1
    with Path("long.json").open("w") as file:
        file.truncate(25_000_001)
    assert main(["decide", "--event", "long.json"]) == 1
    err = capsys.readouterr().err
    assert "The file does not exist: nothing.json" in err
    assert "long.json: The event's file is too long: 25,000,001 bytes" in err

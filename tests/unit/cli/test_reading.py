"""Which compose file the command reads, and what it says of one that it can't read."""

import os
from pathlib import Path

import pytest
from fakes import GIT_SHA
from products import OTHER, shop

from ci.cli import main

GEN = ["gen-compose", "--sha", GIT_SHA, "--image-prefix", "ghcr.io/o/other", "--output", "-"]
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_the_compose_file_is_found_by_the_names_that_compose_looks_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_text(OTHER)
    monkeypatch.chdir(tmp_path)
    assert main(GEN) == 0
    assert capsys.readouterr().err.startswith("api: api:dev → ghcr.io/o/other")


@pytest.mark.parametrize("first", range(3))
def test_of_several_the_one_is_used_that_compose_would_use_with_a_warning(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    for name in NAMES[first:]:
        (tmp_path / name).write_text(OTHER.replace("api:dev", name.replace("-", "").replace(".", "")))
    monkeypatch.chdir(tmp_path)
    assert main(GEN) == 0
    warning, change = capsys.readouterr().err.splitlines()
    assert (
        warning
        == f"Several compose files are here: {', '.join(NAMES[first:])}; {NAMES[first]} is used, as compose does"
    )
    assert change.startswith(f"api: {NAMES[first].replace('-', '').replace('.', '')} → ")


def test_the_setting_and_the_argument_win_over_what_compose_would_use(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.slipway]\ncompose_file = "docker-compose.yaml"\n')
    (tmp_path / "docker-compose.yaml").write_text(OTHER.replace("api:dev", "set"))
    (tmp_path / "compose.yaml").write_text(OTHER)
    monkeypatch.chdir(tmp_path)
    assert main(GEN) == 0
    assert capsys.readouterr().err.startswith("api: set → ")
    assert main([*GEN, "--file", "compose.yaml"]) == 0
    assert capsys.readouterr().err.startswith("api: api:dev")


@pytest.mark.parametrize(("kind", "what"), [("pipe", "a pipe or a device"), ("folder", "a folder")])
def test_a_compose_file_that_is_no_file_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str, what: str
) -> None:
    path = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert main([*GEN, "--file", str(path)]) == 1
    assert capsys.readouterr().err.startswith(f"The compose file is {what}: {path}\n")


@pytest.mark.parametrize("name", ["docker-compose.yaml", "pyproject.toml", ".gitignore", "VERSION"])
def test_a_file_that_may_not_be_read_is_not_said_to_be_of_another_encoding(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (shop(tmp_path) / ".gitignore").write_text("")
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("The file can't be read: Permission denied: ")
    assert name in err.splitlines()[0]
    assert "UTF-8" not in err


@pytest.mark.parametrize("option", ["--output", "--check", "--file"])
def test_an_empty_path_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["gen-compose", "--sha", GIT_SHA, "--file", str(shop(tmp_path)), option, ""])
    assert ended.value.code == 2
    assert "it is empty, and a path is expected" in capsys.readouterr().err


def test_a_problem_far_away_has_its_full_path(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    build: [\n")
    assert main([*GEN, "--file", str(tmp_path / "compose.yaml")]) == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path}/compose.yaml:")

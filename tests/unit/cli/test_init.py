"""`slipway init` in the folder of another product."""

import subprocess
from pathlib import Path

import pytest

from ci.cli import main
from ci.core.product.setup import FILES

COMPOSE = "services:\n  web:\n    build: .\n"


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product in a repository on GitHub, with nothing of Slipway."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY compose.yaml /\n")
    remote = "https://me:a-token@github.com/Acme/Shop.git"
    for words in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run(["git", "-C", folder, *words], check=True)
    monkeypatch.chdir(folder)
    return folder


def init(*words: str) -> int:
    return main(["init", "--blueprint", "https://code.example/o/slipway@v1.0.0", *words])


def test_it_shows_every_file_first_and_writes_none(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init() == 0
    out, err = capsys.readouterr()
    assert [name for name in FILES if f"+++ {name}\n" not in out] == []
    assert "a-token" not in out
    assert err == "Nothing is written yet: slipway init --write\n"
    assert sorted(one.name for one in product.iterdir()) == [".git", "Dockerfile", "compose.yaml"]


def test_the_files_that_it_writes_can_be_released(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init("--write") == 0
    out, err = capsys.readouterr()
    assert [name for name in FILES if not (product / name).is_file()] == []
    assert "compose.yaml: 1 images, 1 references to pin, version 0.1.0; no problem was found" in out
    assert err == ""
    assert main(["plan", "--sha", "0" * 40]) == 0
    assert "ghcr.io/acme/shop" in capsys.readouterr().out


def test_a_second_time_it_leaves_all(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init("--write")
    before = {name: (product / name).read_bytes() for name in FILES}
    capsys.readouterr()
    assert init("--write") == 0
    assert {name: (product / name).read_bytes() for name in FILES} == before
    assert "VERSION: it exists; left as it is\n" in capsys.readouterr().out


def test_what_check_finds_is_told(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (product / "compose.yaml").write_text(COMPOSE + "    env_file: missing.env\n")
    assert init("--write") == 0
    assert "missing.env" in capsys.readouterr().err


def test_without_a_compose_file_it_is_an_error(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (product / "compose.yaml").unlink()
    assert init("--write") == 1
    assert "There is no compose file here" in capsys.readouterr().err
    assert sorted(one.name for one in product.iterdir()) == [".git", "Dockerfile"]


def test_a_product_in_a_folder_of_a_repository_gets_no_workflow(
    product: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = product / "p1"
    inner.mkdir()
    (inner / "compose.yaml").write_text(COMPOSE)
    monkeypatch.chdir(inner)
    assert init() == 0
    out = capsys.readouterr().out
    assert 'image_prefix = "ghcr.io/acme/shop-p1"' in out
    assert "release.yml" not in out


@pytest.mark.parametrize(("env_file", "ignored"), [("", True), ("    env_file: .env\n", False)])
def test_an_env_file_that_the_compose_file_names_is_not_ignored(product: Path, env_file: str, *, ignored: bool) -> None:
    (product / "compose.yaml").write_text(COMPOSE + env_file)
    init("--write")
    assert (".env" in (product / ".gitignore").read_text().splitlines()) == ignored

"""What `gen-compose` shows instead of writing, and the migration off env files that `check` prints."""

from pathlib import Path

import pytest
from fakes import GIT_SHA, SHA_TAG, TEXTS

from ci.cli import main

SOURCE = "services:\n  api:\n    build: ./api\n    image: api:dev\n"
NEW = f"ghcr.io/o/other:{SHA_TAG}"
PINNED = f"services:\n  api:\n    image: {NEW}\n"
SETTINGS = '[tool.slipway]\nimage_prefix = "ghcr.io/o/other"\nproduct_name = "Other"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "docker-compose.yaml").write_text(SOURCE)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def gen(*options: str) -> int:
    return main(["gen-compose", "--sha", GIT_SHA, *options])


def test_diff_shows_the_difference_to_the_source_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    assert gen("--diff") == 0
    out, err = capsys.readouterr()
    assert out == (
        "--- docker-compose.yaml\n+++ docker-compose.omni.yaml\n@@ -1,4 +1,3 @@\n services:\n   api:\n"
        f"-    build: ./api\n-    image: api:dev\n+    image: {NEW}\n"
    )
    assert err == f"api: api:dev → {NEW}\n"
    assert sorted(path.name for path in folder.iterdir()) == ["docker-compose.yaml", "pyproject.toml"]


def test_a_file_without_the_digests_that_a_release_pins_says_so(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "pyproject.toml").write_text(f"{SETTINGS}pin_digests = true\n")
    assert gen("--output", "-") == 0
    out, err = capsys.readouterr()
    assert out == PINNED
    assert err.startswith("pin_digests: this file has no digests yet; ")


def test_check_of_an_equal_file_prints_that_it_is_up_to_date(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "old.yaml").write_text(PINNED)
    assert gen("--check", "old.yaml") == 0
    assert capsys.readouterr().out == "old.yaml is up to date\n"


def test_check_of_a_different_file_shows_the_difference_and_fails(
    capsysbinary: pytest.CaptureFixture[bytes], folder: Path
) -> None:
    (folder / "old.yaml").write_bytes(PINNED.replace("\n", "\r\n").encode())
    assert gen("--check", "old.yaml") == 1
    out = capsysbinary.readouterr().out.decode()
    assert out.startswith("--- old.yaml\n+++ generated now\n")
    assert f"-    image: {NEW}\r\n" in out
    assert f"+    image: {NEW}\n" in out
    assert (folder / "old.yaml").read_bytes().count(b"\r\n") == 3


@pytest.mark.parametrize(
    ("content", "message"), [(None, "The file does not exist"), (b"\xff", "The file is not readable as UTF-8")]
)
def test_check_of_a_file_that_can_t_be_read_is_an_error(
    capsys: pytest.CaptureFixture[str], folder: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (folder / "old.yaml").write_bytes(content)
    assert gen("--check", "old.yaml") == 1
    assert capsys.readouterr().err.startswith(f"{message}: old.yaml")


@pytest.mark.parametrize(
    "options", [("--diff", "--output", "x"), ("--check", "x", "--diff"), ("--check", "x", "--output", "y")]
)
def test_output_diff_and_check_exclude_each_other(
    capsys: pytest.CaptureFixture[str], folder: Path, options: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        gen(*options)
    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err
    assert not (folder / "x").exists()


def test_several_compose_files_are_an_error_with_what_to_do(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert gen("-f", "docker-compose.yaml", "--file", "local.yaml") == 1
    err = capsys.readouterr().err
    assert err.startswith("Several compose files are given")
    assert "docker-compose.yaml, local.yaml" in err
    assert "--no-interpolate" in err
    assert not (folder / "docker-compose.omni.yaml").exists()


def test_check_shows_the_migration_off_an_env_file(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "docker-compose.yaml").write_text(SOURCE + "    env_file: a.env\n")
    (folder / "api/sub").mkdir(parents=True)
    (folder / "api/Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (folder / "api/sub/main.py").write_text('os.environ["LEVEL"]\n')
    (folder / "a.env").write_text("LEVEL=info\nLEVELS=1\nDB_PASSWORD=hidden\n")
    (folder / "VERSION").write_text("1.0.0\n")
    (folder / "CHANGELOG.md").write_text("## [1.0.0] - 2026-01-01\n\n- All.\n")
    (folder / "pyproject.toml").write_text(SETTINGS + 'env_secrets.DB_PASSWORD = "db"\n')
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert "Migration off a.env (3 variables, for api):\n" in out
    assert '    DB_PASSWORD: "{{ $secrets.db }}"\n' in out
    assert '    LEVEL: "info"\n' in out
    assert "remove, or keep as a literal:\n    LEVELS\n" in out
    assert "hidden" not in out


def test_check_proposes_the_names_that_the_file_has(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    compose = SOURCE.replace("api:dev", "ghcr.io/o/site/api")
    for name, text in {**TEXTS, "api/Dockerfile": "FROM scratch\n", "docker-compose.yaml": compose}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    assert main(["check"]) == 0
    assert 'below [tool.slipway.image_names]:\n  api = "ghcr.io/o/site/api"\n' in capsys.readouterr().out

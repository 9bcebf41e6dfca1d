"""The source tree on a disk: where settings are found, which files are seen, and how a file is written."""

import os
import subprocess
from pathlib import Path

import pytest

from ci.adapters.disk import existing, image_prefix_of_remote, named, prefix_of, read_settings, read_source, write
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError

COMPOSE = "services:\n  web:\n    build: {context: web, dockerfile: Dockerfile.web}\n    env_file: web.env\n"


def fill(folder: Path, **files: str) -> Path:
    """Write files: `web__Dockerfile` is `web/Dockerfile`."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def product(folder: Path) -> Path:
    fill(folder, VERSION="1.0.0\n", web__main="", **{"docker-compose.yaml": COMPOSE, "web.env": "A=1\r\n"})
    return fill(folder, **{"web__Dockerfile.web": "FROM scratch\n"})


def test_the_settings_are_those_of_the_nearest_file_that_has_them(tmp_path: Path) -> None:
    fill(tmp_path, **{"pyproject.toml": '[tool.slipway]\nproduct_name = "Far"\n'})
    fill(tmp_path / "a", **{"pyproject.toml": '[tool.slipway]\nproduct_name = "Near"\n'})
    inner = fill(tmp_path / "a/b", **{"pyproject.toml": "[project]\nname = 'x'\n"})
    assert read_settings(inner).product_name == "Near"
    assert read_settings(tmp_path).product_name == "Far"


def test_without_any_file_the_settings_are_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_a_wrong_setting_names_its_file_from_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, **{"pyproject.toml": "[tool.slipway]\nx = 1\n"})
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    with pytest.raises(ConfigurationError, match=r"^\.\./pyproject\.toml:2: Unknown setting: x"):
        read_settings(tmp_path / "a")


@pytest.mark.parametrize(
    ("remote", "prefix"),
    [
        ("git@github.com:Org/Repo.git", "ghcr.io/org/repo"),
        ("https://github.com/org/repo", "ghcr.io/org/repo"),
        ("https://github.com/org/repo.git/", "ghcr.io/org/repo"),
        ("https://user:token@github.com/org/repo.git", "ghcr.io/org/repo"),
        ("ssh://git@github.com/org/repo.name.git", "ghcr.io/org/repo.name"),
        ("https://gitlab.example/org/repo.git", ""),
        ("https://github.com.evil.example/org/repo", ""),
        ("https://notgithub.com/org/repo", ""),
        ("https://github.com/org", ""),
        ("/srv/git/repo.git", ""),
        ("", ""),
    ],
)
def test_the_prefix_that_a_remote_stands_for(remote: str, prefix: str) -> None:
    assert prefix_of(remote) == prefix


def test_the_prefix_comes_from_the_remote_origin(tmp_path: Path) -> None:
    assert image_prefix_of_remote(tmp_path) == ""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert image_prefix_of_remote(tmp_path) == ""
    url = "git@github.com:org/repo.git"
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", url], check=True)
    assert image_prefix_of_remote(tmp_path) == "ghcr.io/org/repo"


def test_without_git_there_is_no_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert image_prefix_of_remote(tmp_path) == ""


def test_a_source_has_the_texts_that_matter_and_no_others(tmp_path: Path) -> None:
    source = read_source(product(tmp_path), Settings(), whole=True)
    assert source.files == {"VERSION", "docker-compose.yaml", "web.env", "web/main", "web/Dockerfile.web"}
    assert source.texts == {
        "VERSION": "1.0.0\n",
        "docker-compose.yaml": COMPOSE,
        "web.env": "A=1\r\n",
        "web/Dockerfile.web": "FROM scratch\n",
    }


def test_for_the_pin_alone_the_tree_is_not_walked(tmp_path: Path) -> None:
    source = read_source(product(tmp_path), Settings(), whole=False)
    assert source.files == {"docker-compose.yaml", "web.env"}


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_that_is_no_utf8_is_there_without_a_text(tmp_path: Path, whole: bool) -> None:  # noqa: FBT001 - a column
    (product(tmp_path) / "web.env").write_bytes(b"\xff\xfe1")
    source = read_source(tmp_path, Settings(), whole=whole)
    assert "web.env" in source.files
    assert "web.env" not in source.texts


def test_folders_that_are_no_part_of_a_source_are_left_out_wherever_they_stand(tmp_path: Path) -> None:
    fill(
        product(tmp_path), **{".git__HEAD": "", "web__node_modules__x.js": "", "web__src__.venv__x": "", "web__ok": ""}
    )
    (tmp_path / ".mypy_cache").symlink_to(tmp_path / "web", target_is_directory=True)
    files = read_source(tmp_path, Settings(), whole=True).files
    assert not [file for file in files if {".git", "node_modules", ".venv", ".mypy_cache"} & set(file.split("/"))]
    assert "web/ok" in files


def test_a_link_to_a_folder_is_followed_once_and_one_that_leads_out_is_a_file(tmp_path: Path) -> None:
    root = product(tmp_path / "source")
    fill(tmp_path, outside__secret="")
    for link, target in {"linked": "web", "web/up": ".", "web/self": "web", "out": "../outside"}.items():
        (root / link).symlink_to(root / target, target_is_directory=True)
    files = read_source(root, Settings(), whole=True).files
    assert {"linked/main", "linked/self", "web/up", "web/self/main", "out"} <= files
    assert not [file for file in files if "secret" in file or file.count("/") > 2]


def test_a_file_is_written_byte_for_byte_and_nothing_else_is_left(tmp_path: Path) -> None:
    write(tmp_path / "out", "a\r\nb\n→\ufeff")
    assert (tmp_path / "out").read_bytes() == "a\r\nb\n→\ufeff".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").write_text("before")

    def half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "out", "after" * 100)
    assert (tmp_path / "out").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, "text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_names_are_looked_for_as_words_in_the_build_contexts(tmp_path: Path) -> None:
    fill(tmp_path, a__x__main="use(LEVEL); LEVELS", b__main="MODE\n", **{"a/.env": "SELF=1\n", "a/o.env": "SELF=1\n"})
    (tmp_path / "a/broken").symlink_to("nowhere")
    (tmp_path / "a/binary").write_bytes(b"\xff\x00IN_BINARY\x00")
    wanted = frozenset({"LEVEL", "LEVE", "MODE", "SELF", "IN_BINARY"})
    assert named(tmp_path, ["a"], wanted) == {"LEVEL", "IN_BINARY"}
    assert named(tmp_path, ["a", "b", "gone"], wanted) == {"LEVEL", "IN_BINARY", "MODE"}


def test_a_file_that_must_be_there_is_read_with_its_line_ends(tmp_path: Path) -> None:
    fill(tmp_path, there="a\r\n")
    assert existing(tmp_path / "there") == "a\r\n"
    with pytest.raises(ConfigurationError, match="There is no such file"):
        existing(tmp_path / "gone")

"""Single files on the disk: written completely or not at all, and read byte for byte."""

import os
from pathlib import Path

import pytest

from ci.adapters.files import Change, existing, read_text, write, write_all
from ci.errors import ConfigurationError


def test_a_file_is_written_byte_for_byte_and_nothing_else_remains(tmp_path: Path) -> None:
    write(tmp_path / "out", "a\r\nb\n→\ufeff")
    assert (tmp_path / "out").read_bytes() == "a\r\nb\n→\ufeff".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_is_written_completely_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").write_text("before")

    def half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(ConfigurationError, match="The output can't be written: No space left"):
        write(tmp_path / "out", "after" * 100)
    assert (tmp_path / "out").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, "text")
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_an_existing_file_is_read_with_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a\r\n")
    assert existing(tmp_path / "file", "generate it") == "a\r\n"
    with pytest.raises(ConfigurationError, match="The file does not exist"):
        existing(tmp_path / "other", "generate it")


def test_a_file_that_is_not_utf8_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff")
    assert read_text(tmp_path / "file") is None
    with pytest.raises(ConfigurationError, match="The file is not readable as UTF-8"):
        existing(tmp_path / "file", "generate it")


@pytest.mark.parametrize("mode", [0o600, 0o444, 0o755])
def test_a_file_that_is_written_again_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    (tmp_path / "out").write_text("before")
    (tmp_path / "out").chmod(mode)
    write(tmp_path / "out", "after")
    assert ((tmp_path / "out").read_text(), (tmp_path / "out").stat().st_mode & 0o777) == ("after", mode)


def test_a_loop_of_links_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("other")
    (tmp_path / "other").symlink_to("one")
    with pytest.raises(ConfigurationError, match="Too many levels of symbolic links"):
        write(tmp_path / "one", "text")
    assert read_text(tmp_path / "one") is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]


def test_ctrl_c_between_two_files_leaves_the_first_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "first").write_text("old")
    replace = Path.replace

    def interrupted(path: Path, target: Path) -> Path:
        if target.name == "second":
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all([Change(tmp_path / "first", "old", "new"), Change(tmp_path / "second", None, "text")])
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("first", "old")]

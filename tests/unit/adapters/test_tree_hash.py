"""The files of a folder by their content."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ci.adapters import tree_hash as script
from ci.adapters.tree_hash import tree_hash


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def make(folder: Path, umask: int = 0o022, time: int = 0) -> Path:
    """A tree with a file, an executable, links and a socket-like file, made under a umask and with times."""
    before = os.umask(umask)
    try:
        (folder / "app").mkdir(parents=True)
        (folder / "app/a.txt").write_text("a")
        (folder / "run").write_text("#!")
        (folder / "run").chmod(0o777 & ~umask)
        (folder / "to folder").symlink_to("app")
        (folder / "to nothing").symlink_to("/nowhere")
        os.mkfifo(folder / "pipe")
        (folder / "empty").mkdir()
    finally:
        os.umask(before)
    for path in (folder / "app/a.txt", folder / "run", folder / "app"):
        os.utime(path, (time, time))
    return folder


EXPECTED = {
    "app/a.txt": ("file", sha256("a")),
    "run": ("executable", sha256("#!")),
    "to folder": ("link", "app"),
    "to nothing": ("link", "/nowhere"),
}


@pytest.mark.parametrize(("umask", "time"), [(0o022, 0), (0o077, 10**9), (0o002, 1)])
def test_a_tree_is_the_same_whatever_the_umask_the_clock_and_the_folder(tmp_path: Path, umask: int, time: int) -> None:
    assert tree_hash(str(make(tmp_path / str(umask), umask, time))) == EXPECTED


def test_what_does_not_count_is_left_out_of_a_folder_with_all_in_it(tmp_path: Path) -> None:
    def counts(path: str, *, folder: bool) -> bool:
        return path != ("app" if folder else "run")

    assert [*tree_hash(str(make(tmp_path / "x")), counts)] == ["to folder", "to nothing"]


def test_it_runs_by_itself_with_nothing_but_python(tmp_path: Path) -> None:
    output = tmp_path / "entries.json"
    command = [sys.executable, "-I", "-S", script.__file__, str(make(tmp_path / "x")), str(output)]
    subprocess.run(command, check=True, cwd=tmp_path)
    assert '"to folder": ["link", "app"]' in output.read_text()


def test_a_name_that_is_no_text_is_kept(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff", "w"):  # noqa: PTH123 - a name that is no text
        pass
    assert tree_hash(str(tmp_path)) == {os.fsdecode(b"\xff"): ("file", sha256(""))}

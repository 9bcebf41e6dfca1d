"""How the command ends where its output can't be written, memory is out, or Ctrl-C stops it: never half done."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import GIT_SHA
from products import ROOT, shop

from ci.cli import main, terminal

GEN = ["gen-compose", "--sha", GIT_SHA]
FULL = Path("/dev/full")


def process(words: list[str], folder: Path, **options: object) -> subprocess.Popen[bytes]:
    """The command as a process, whose streams are buffered as in a shell."""
    found = {name: value for name, value in os.environ.items() if name not in {"PYTHONUNBUFFERED", "PYTHONIOENCODING"}}
    env = {**found, "PYTHONPATH": str(ROOT), **options.pop("env", {})}  # type: ignore[dict-item] # of this file alone
    return subprocess.Popen([sys.executable, "-m", "ci.cli", *words], cwd=folder, env=env, **options)  # type: ignore[call-overload,no-any-return]


def close(number: int) -> Callable[[], None]:
    return lambda: os.close(number)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_what_the_encoding_of_standard_output_lacks_is_an_escape(tmp_path: Path, encoding: str) -> None:
    done = process(
        GEN, shop(tmp_path), env={"PYTHONIOENCODING": encoding}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = done.communicate()
    assert (done.returncode, err) == (0, b"")
    assert b"web: (build only) \\u2192 registry.example" in out


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full: a full disk was NOT tested")
@pytest.mark.parametrize("options", [["--output", "-"], ["--diff"], [], ["--help"]])
def test_a_full_disk_as_standard_output_is_an_error_in_words(tmp_path: Path, options: list[str]) -> None:
    with FULL.open("wb") as full:
        done = process([*GEN, *options], shop(tmp_path), stdout=full, stderr=subprocess.PIPE)
        _, err = done.communicate()
    assert done.returncode == 1
    assert err.decode().splitlines()[-3].startswith("Standard output can't be written: No space left on device")
    assert ("docker-compose.omni.yaml is written" in err.decode()) == (options == [])


@pytest.mark.parametrize("options", [["--output", "-"], ["--diff"], []])
def test_a_closed_standard_output_is_an_error_in_words(tmp_path: Path, options: list[str]) -> None:
    done = process([*GEN, *options], shop(tmp_path), preexec_fn=close(1), stderr=subprocess.PIPE)
    _, err = done.communicate()
    assert done.returncode == 1
    assert b"Standard output can't be written: it is closed" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize("words", [["plan", "--sha", "x"], [*GEN, "--output", "-"]])
def test_a_closed_or_full_standard_error_changes_no_exit_code(tmp_path: Path, words: list[str]) -> None:
    codes = [process(words, shop(tmp_path), stdout=subprocess.DEVNULL, preexec_fn=close(2)).wait()]
    if FULL.exists():
        with FULL.open("wb") as full:
            codes.append(process(words, tmp_path, stdout=subprocess.DEVNULL, stderr=full).wait())
    assert set(codes) == {1 if "x" in words else 0}


@pytest.mark.parametrize("options", [["--output", "-"], ["--diff"], []])
def test_a_reader_that_is_gone_ends_the_command_without_a_traceback(tmp_path: Path, options: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process([*GEN, *options], shop(tmp_path), stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    _, err = done.communicate()
    assert (done.returncode, err) == (1, b"")


def test_ctrl_c_ends_the_command_with_130(tmp_path: Path) -> None:
    os.mkfifo(shop(tmp_path) / "pipe")
    done = process([*GEN, "--check", "pipe"], tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with (tmp_path / "pipe").open("wb"):  # returns when the command reads
        done.send_signal(signal.SIGINT)
        out, err = done.communicate()
    assert (done.returncode, out, err) == (130, b"", b"")


def test_ctrl_c_within_the_writing_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop(tmp_path) / "docker-compose.omni.yaml").write_text("old")
    before = sorted(tmp_path.iterdir())

    def interrupted(_path: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    monkeypatch.chdir(tmp_path)
    assert main(GEN) == 130
    assert (tmp_path / "docker-compose.omni.yaml").read_text() == "old"
    assert sorted(tmp_path.iterdir()) == before


def test_too_little_memory_is_an_error_in_words(tmp_path: Path) -> None:
    file = shop(tmp_path) / "docker-compose.yaml"
    file.write_text(file.read_text() + "x-long:\n" + "- 1\n" * 500_000)
    limit = 100 * 2**20

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    done = process(GEN, tmp_path, preexec_fn=limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = done.communicate()
    assert (done.returncode, out, err.decode()) == (1, b"", f"{terminal.OUT_OF_MEMORY}\n")
    assert not list(tmp_path.glob("*omni*"))

"""`make rehearse` on a machine with an engine and on one without; the engine is a program of the test's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from programs import program

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
DAGGER = """#!/bin/sh
case "$*" in
version) echo dagger v0.21.8 ;;
*call*rehearse*)
    echo "the progress of the call" >&2
    for folder; do :; done
    test "$EXIT" = none && exit 1
    mkdir -p "$folder" && echo "THE SUMMARY" >"$folder/summary.txt" && echo "$EXIT" >"$folder/exit-code" ;;
esac
"""


def rehearse(folder: Path, *, with_engine: bool, exit_code: str = "0") -> subprocess.CompletedProcess[str]:
    """`make rehearse` with its output below a folder, and without a set-up."""
    (folder / "bin").mkdir()
    no_program = "#!/bin/sh\nexit 1\n"  # it comes before the one that this machine may have
    programs = {"dagger": DAGGER if with_engine else no_program, "docker": no_program, "podman": no_program}
    for name, text in programs.items():
        (folder / "bin" / name).write_text(text, encoding="utf-8")
        (folder / "bin" / name).chmod(0o755)
    variables = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder), "EXIT": exit_code}
    own = [f"BIN={Path(sys.executable).parent}", f"REHEARSED={folder / 'out'}", f"SIMULATED={folder / 'simulated'}"]
    command = [program("make"), "--silent", "-o", ".venv/.slipway-ready", "rehearse", "UV=uv", f"SHA={'a' * 40}", *own]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


def test_without_an_engine_it_simulates_and_says_what_was_not_done(tmp_path: Path) -> None:
    done = rehearse(tmp_path, with_engine=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("NOT DONE: no image was built or pushed") == 1
    assert done.stdout.rindex("neither docker nor podman responds") > done.stdout.index("NOT DONE")
    assert done.stdout.count("Simulated release") == 1
    assert json.loads((tmp_path / "simulated/report.json").read_text())["simulation"] is True
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["docker-compose.omni.yaml"]


@pytest.mark.parametrize("exit_code", ["0", "1"])
def test_with_an_engine_it_ends_as_the_rehearsal_did_and_prints_its_summary_once(
    exit_code: str, tmp_path: Path
) -> None:
    done = rehearse(tmp_path, with_engine=True, exit_code=exit_code)
    assert (done.returncode == 0) == (exit_code == "0")
    assert done.stdout.count("THE SUMMARY") == 1
    assert "NOT DONE" not in done.stdout
    assert not (tmp_path / "simulated").exists()


def test_a_rehearsal_without_a_report_is_no_success(tmp_path: Path) -> None:
    done = rehearse(tmp_path, with_engine=True, exit_code="none")
    assert done.returncode != 0
    assert done.stdout.count("The rehearsal ended without a report") == 1

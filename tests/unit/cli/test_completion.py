"""The script of `slipway completion`, loaded by a real bash and a real fish; and the version."""

import os
import subprocess
import tomllib
from pathlib import Path

import pytest
from products import ROOT
from programs import program

from ci.cli import main
from ci.cli.parser import COMMANDS, SHELLS

PROPOSE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_slipway
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "slipway.bash"
    with pytest.MonkeyPatch.context() as patched, path.open("w") as file:
        patched.setattr("sys.stdout", file)
        assert main(["completion", "bash"]) == 0
    return path


@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        (["slipway", ""], {*COMMANDS}),
        (["slipway", "gen"], {"gen-compose"}),
        (["slipway", "gen-compose", "--ou"], {"--output"}),
        (["slipway", "bump", "m"], {"major", "minor"}),
        (["slipway", "gen-compose", "--output", "some"], {"some-file.yaml"}),
        (["slipway", "report", "some"], {"some-file.yaml"}),
    ],
    ids=" ".join,
)
def test_bash_completes_commands_options_and_files(
    script: Path, tmp_path: Path, words: list[str], proposed: set[str]
) -> None:
    (tmp_path / "some-file.yaml").touch()
    done = subprocess.run(
        ["bash", "-c", PROPOSE, "bash", script, *words], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert proposed <= {*done.stdout.split()}
    assert words[-1] == "" or {*done.stdout.split()} == proposed


def test_fish_completes_commands_options_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fish = program("fish")
    assert main(["completion", "fish"]) == 0
    (tmp_path / "slipway.fish").write_text(capsys.readouterr().out)
    (tmp_path / "some-file.yaml").touch()
    lines = ["slipway gen", "slipway gen-compose --ou", "slipway bump m", "slipway report some"]
    asked = "; ".join(f"complete -C '{line}'" for line in lines)
    done = subprocess.run(
        [fish, "--no-config", "-c", f"source slipway.fish; {asked}"],
        cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert found == ["gen-compose", "--output", "major", "minor", "some-file.yaml"], done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script_with_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in out] == []


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert (
        capsys.readouterr().out
        == f"slipway {tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']['version']}\n"
    )

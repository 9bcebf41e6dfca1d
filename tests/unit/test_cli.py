"""The plain command: what it prints and where, what it writes, its exit codes, and what it is told about."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import GIT_SHA, SHA_TAG, TEXTS, sha_ref

from ci.cli import main

ROOT = Path(__file__).parents[2]
OTHER = """\
services:
  api:
    build: ./api  # the only one
    image: api:dev
  db:
    image: postgres:16
"""
PINNED = OTHER.replace("    build: ./api  # the only one\n", "").replace("api:dev", f"ghcr.io/o/other:{SHA_TAG}")


def shop(folder: Path) -> Path:
    """The small product of the fakes on a disk, with settings."""
    settings = (
        '[tool.slipway]\nimage_prefix = "registry.example/o/shop"\nproduct_name = "Shop"\nsidecars.scaler = "web"\n'
    )
    for name, text in {**TEXTS, "pyproject.toml": settings}.items():
        (folder / name).write_text(text)
    return folder


def other(folder: Path, remote: str = "") -> Path:
    """The compose file of a product that knows nothing of Slipway; its path."""
    folder.mkdir(exist_ok=True)
    (folder / "compose.yml").write_text(OTHER)
    if remote:
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        subprocess.run(["git", "-C", folder, "remote", "add", "origin", remote], check=True)
    return folder / "compose.yml"


def process(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ci.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_plan_tells_of_the_reference_product(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["plan", "--sha", GIT_SHA]) == 0
    out, err = capsys.readouterr()
    assert "11 images" in out
    assert out.count("ghcr.io/experio-ai/experio-dockerfile.") == 11
    assert f":{SHA_TAG}, then all of them are tagged :0.1.0\n" in out
    assert err == ""


def test_plan_for_machines_is_one_json_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["plan", "--sha", GIT_SHA, "--json", "--file", f"{shop(tmp_path)}/docker-compose.yaml"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["git_sha"] == GIT_SHA
    assert [image["references"][0] for image in found["images"]] == [
        sha_ref(name) for name in ("web", "worker", "mail")
    ]
    assert err == ""


def test_check_says_what_it_looked_at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", "--file", f"{shop(tmp_path)}/docker-compose.yaml"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("docker-compose.yaml: 3 images, 4 references to pin, version 1.2.0; nothing is wrong")
    assert err == ""


def test_an_option_wins_over_the_settings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ["--json", "--image-prefix", "registry.example/o/shop", "--product-name", "Another"]
    settings = shop(tmp_path) / "pyproject.toml"
    settings.write_text(settings.read_text().replace("o/shop", "o/old"))
    assert main(["plan", "--sha", GIT_SHA, "--file", f"{tmp_path}/docker-compose.yaml", *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["product_name"] == "Another"
    assert found["images"][0]["references"][0] == sha_ref("web")


@pytest.mark.parametrize("output", [None, "out.yaml"])
def test_gen_compose_writes_one_file_and_says_what_it_pinned(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str | None
) -> None:
    file = other(tmp_path / "product")
    monkeypatch.chdir(tmp_path)
    options = ["--output", output] if output else []
    assert (
        main(["gen-compose", "--sha", GIT_SHA, "--file", str(file), "--image-prefix", "ghcr.io/o/other", *options]) == 0
    )
    written = tmp_path / (output or "product/docker-compose.omni.yaml")
    assert written.read_text() == PINNED
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == f"api: api:dev → ghcr.io/o/other:{SHA_TAG}"
    assert out.splitlines()[1].endswith(f"{output or 'docker-compose.omni.yaml'}: 1 references pinned")
    assert err == ""
    left = {path.name for folder in (tmp_path, file.parent) for path in folder.iterdir()}
    assert left == {"product", "compose.yml", written.name}
    assert file.read_text() == OTHER


def test_on_standard_output_there_is_the_file_and_nothing_else(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    file = other(tmp_path)
    file.write_bytes(OTHER.replace("\n", "\r\n").encode())
    options = ["--file", str(file), "--image-prefix", "ghcr.io/o/other", "--output", "-"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 0
    out, err = capsysbinary.readouterr()
    assert out == PINNED.replace("\n", "\r\n").encode()
    assert err.decode().startswith("api: api:dev → ")
    assert [path.name for path in tmp_path.iterdir()] == ["compose.yml"]


def test_another_product_gets_its_prefix_from_the_git_remote(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = other(tmp_path, "git@github.com:O/Other.git")
    assert main(["gen-compose", "--sha", GIT_SHA, "--file", str(file), "--output", "-"]) == 0
    assert capsys.readouterr().out == PINNED


def test_what_is_not_known_of_another_product_is_asked_for_in_one_message(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = other(tmp_path, "https://git.example/o/other.git")
    assert main(["plan", "--sha", GIT_SHA, "--file", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    for said in (
        "--image-prefix",
        "--product-name",
        "Missing: the version",
        "Missing: the changelog",
        "`api` is missing",
    ):
        assert err.count(said) == 1
    assert err.startswith("5 problems:\n")
    assert main(["gen-compose", "--sha", GIT_SHA, "--file", str(file)]) == 1
    assert capsys.readouterr().err.startswith("The image prefix is not known")
    assert [path.name for path in tmp_path.iterdir() if path.name != ".git"] == ["compose.yml"]


@pytest.mark.parametrize(
    ("sha", "said"),
    [
        (GIT_SHA[:7], f"The git sha is short (7 digits): '{GIT_SHA[:7]}'"),
        (GIT_SHA.upper(), f"The git sha has upper-case letters: '{GIT_SHA.upper()}'"),
        ("HEAD", "The git sha is not one: 'HEAD'"),
        ("", "The git sha is not one: ''"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "gen-compose"])
def test_a_wrong_sha_says_so_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, sha: str, said: str
) -> None:
    assert main([command, "--sha", sha, "--file", f"{shop(tmp_path)}/docker-compose.yaml"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", said)
    assert "hint: give" in err
    assert not (tmp_path / "docker-compose.omni.yaml").exists()


@pytest.mark.parametrize("output", ["compose.yml", "./x/../compose.yml", "link.yml"])
def test_the_source_is_never_the_output(capsys: pytest.CaptureFixture[str], tmp_path: Path, output: str) -> None:
    file = other(tmp_path)
    (tmp_path / "x").mkdir()
    (tmp_path / "link.yml").symlink_to("compose.yml")
    options = ["--file", str(file), "--image-prefix", "ghcr.io/o/other", "--output", f"{tmp_path}/{output}"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 1
    assert capsys.readouterr().err.startswith("The output is the source itself")
    assert file.read_text() == OTHER


@pytest.mark.parametrize(
    ("output", "why"), [("gone/out.yaml", "No such file"), (".", "Is a directory"), ("compose.yml/x", "Not a dir")]
)
def test_an_output_that_cannot_be_written_is_told_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, output: str, why: str
) -> None:
    file = other(tmp_path)
    options = ["--file", str(file), "--image-prefix", "ghcr.io/o/other", "--output", f"{tmp_path}/{output}"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"The output can't be written: {why}")
    assert "hint: mend --output" in err
    assert [path.name for path in tmp_path.iterdir()] == ["compose.yml"]


def test_an_old_output_is_kept_whole_where_the_new_one_cannot_be_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (other(tmp_path).parent / "docker-compose.omni.yaml").write_text("before")
    (tmp_path / "compose.yml").write_text(OTHER + "    command: echo ghcr.io/o/other:latest\n")
    options = ["--file", f"{tmp_path}/compose.yml", "--image-prefix", "ghcr.io/o/other"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 1
    assert "An own image would stay on another tag" in capsys.readouterr().err
    assert (tmp_path / "docker-compose.omni.yaml").read_text() == "before"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["release"],
        ["plan"],
        ["gen-compose"],
        ["plan", "--sha"],
        ["plan", "--sha", GIT_SHA, "--unknown"],
        ["check", "--sha", GIT_SHA],
        ["check", "--json"],
        ["gen-compose", "--sha", GIT_SHA, "extra"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_how_it_is_used(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    out, err = capsys.readouterr()
    assert (caught.value.code, out) == (2, "")
    assert "usage: slipway" in err


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["gen-compose", "--help"], ["check", "--help"]])
def test_help_exits_with_0(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert "usage: slipway" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["check"], 0), (["plan", "--sha", "abc1234"], 1), (["plan", "--unknown"], 2)],
)
def test_the_exit_code_is_that_of_the_process_and_errors_go_to_standard_error(arguments: list[str], code: int) -> None:
    done = process(*arguments)
    assert (done.returncode, bool(done.stdout), bool(done.stderr)) == (code, code == 0, code != 0)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["check"], ["plan", "--sha", GIT_SHA]])  # less than a buffer, and more
def test_a_reader_that_goes_away_is_no_traceback(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "ci.cli", *arguments]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}  # as a person has it
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


def test_the_installed_command_is_this_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "slipway", "gen-compose", "--sha", GIT_SHA, "--output", tmp_path / "out.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "13 references pinned" in done.stdout
    assert SHA_TAG in (tmp_path / "out.yaml").read_text()

"""The plain command: its exit codes, its streams, and what `plan` and `check` print."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import GIT_SHA, SHA_TAG, sha_ref
from products import ROOT, command, other, shop

from ci.cli import main
from ci.core.yaml.document import Document
from ci.core.yaml.parse import read
from ci.core.yaml.text import Origin


def test_plan_shows_the_reference_product(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["plan", "--sha", GIT_SHA]) == 0
    out, err = capsys.readouterr()
    assert "11 images" in out
    assert out.count("registry.invalid/experio-ai/experio-dockerfile.") == 11
    assert f":{SHA_TAG}, then all of them are tagged :0.1.0\n" in out
    assert err == ""


def test_plan_explains_what_each_image_is_made_of(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["plan", "--sha", GIT_SHA, "--explain", "--file", f"{shop(tmp_path)}/docker-compose.yaml"]
    assert main([*arguments, "--json"]) == 0
    [image, *_] = json.loads(capsys.readouterr().out)["images"]
    assert image["made_of"]["file"].keys() == {"VERSION"}
    assert image["action"] == "unknown"
    assert main(arguments) == 0
    assert "file  VERSION  " in capsys.readouterr().out


def test_plan_as_json_is_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["plan", "--sha", GIT_SHA, "--json", "--file", f"{shop(tmp_path)}/docker-compose.yaml"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["git_sha"] == GIT_SHA
    assert [image["references"][0] for image in found["images"]] == [
        sha_ref(name) for name in ("web", "worker", "mail")
    ]
    assert err == ""


def test_check_prints_what_it_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", "--file", f"{shop(tmp_path)}/docker-compose.yaml"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(
        f"{tmp_path}/docker-compose.yaml: 3 images, 4 references to pin, version 1.2.0; no problem was found"
    )
    assert err == ""


@pytest.mark.parametrize(
    "words", [["plan", "--sha", GIT_SHA], ["gen-compose", "--sha", GIT_SHA], ["check"], ["picture"]]
)
def test_the_compose_file_is_parsed_once(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def count(text: str, file: str, origins: tuple[Origin, ...]) -> Document:
        parsed.append(file)
        return read(text, file, origins)

    monkeypatch.setattr("ci.core.product.compose_file.read", count)
    assert main([*words, "--file", f"{shop(tmp_path)}/docker-compose.yaml"]) == 0
    assert parsed == ["docker-compose.yaml"]


def test_an_option_wins_over_the_settings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ["--json", "--image-prefix", "registry.example/o/shop", "--product-name", "Another"]
    settings = shop(tmp_path) / "pyproject.toml"
    settings.write_text(settings.read_text().replace("o/shop", "o/old"))
    assert main(["plan", "--sha", GIT_SHA, "--file", f"{tmp_path}/docker-compose.yaml", *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["product_name"] == "Another"
    assert found["images"][0]["references"][0] == sha_ref("web")


def test_everything_that_a_product_without_settings_lacks_is_in_one_message(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = other(tmp_path, "https://git.example/o/other.git")
    assert main(["plan", "--sha", GIT_SHA, "--file", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    for part in (
        "--image-prefix",
        "--product-name",
        "Missing: the version",
        "Missing: the changelog",
        "`api` is missing",
    ):
        assert err.count(part) == 1
    assert err.startswith("5 problems:\n")
    assert main(["gen-compose", "--sha", GIT_SHA, "--file", str(file)]) == 1
    assert capsys.readouterr().err.startswith("The image prefix is not known")
    assert [path.name for path in tmp_path.iterdir() if path.name != ".git"] == ["compose.yml"]


@pytest.mark.parametrize(
    ("sha", "message"),
    [
        (GIT_SHA[:7], f"The git sha is short (7 digits): '{GIT_SHA[:7]}'"),
        (GIT_SHA.upper(), f"The git sha has upper-case letters: '{GIT_SHA.upper()}'"),
        ("HEAD", "Not a git sha: 'HEAD'"),
        ("", "Not a git sha: ''"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "gen-compose"])
def test_an_invalid_sha_is_an_error_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, sha: str, message: str
) -> None:
    assert main([command, "--sha", sha, "--file", f"{shop(tmp_path)}/docker-compose.yaml"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", message)
    assert "hint: give" in err
    assert not (tmp_path / "docker-compose.omni.yaml").exists()


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
def test_wrong_usage_exits_with_2_and_prints_the_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    out, err = capsys.readouterr()
    assert (caught.value.code, out) == (2, "")
    assert "usage: slipway" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["check"], 0), (["plan", "--sha", "abc1234"], 1), (["plan", "--unknown"], 2)],
)
def test_the_exit_code_is_that_of_the_process_and_errors_go_to_standard_error(arguments: list[str], code: int) -> None:
    done = command(*arguments)
    assert (done.returncode, bool(done.stdout), bool(done.stderr)) == (code, code == 0, code != 0)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["check"], ["plan", "--sha", GIT_SHA]])  # less than a buffer, and more
def test_a_reader_that_goes_away_causes_no_traceback(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "ci.cli", *arguments]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}  # buffered, as in a shell
    done = subprocess.run(words, cwd=ROOT, env=env, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
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

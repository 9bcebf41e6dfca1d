"""Where `gen-compose` writes to, and when it does not."""

from pathlib import Path

import pytest
from fakes import GIT_SHA, SHA_TAG
from products import OTHER, OTHER_PINNED, other

from ci.cli import main


@pytest.mark.parametrize("output", [None, "out.yaml"])
def test_one_file_is_written_and_the_changes_are_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str | None
) -> None:
    file = other(tmp_path / "product")
    monkeypatch.chdir(tmp_path)
    options = ["--output", output] if output else []
    assert (
        main(["gen-compose", "--sha", GIT_SHA, "--file", str(file), "--image-prefix", "ghcr.io/o/other", *options]) == 0
    )
    written = tmp_path / (output or "product/docker-compose.omni.yaml")
    assert written.read_text() == OTHER_PINNED
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == f"api: api:dev → ghcr.io/o/other:{SHA_TAG}"
    assert out.splitlines()[1].endswith(f"{output or 'docker-compose.omni.yaml'}: 1 references pinned")
    assert err == ""
    remaining = {path.name for folder in (tmp_path, file.parent) for path in folder.iterdir()}
    assert remaining == {"product", "compose.yml", written.name}
    assert file.read_text() == OTHER


def test_standard_output_gets_the_file_and_nothing_else(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    file = other(tmp_path)
    file.write_bytes(OTHER.replace("\n", "\r\n").encode())
    options = ["--file", str(file), "--image-prefix", "ghcr.io/o/other", "--output", "-"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 0
    out, err = capsysbinary.readouterr()
    assert out == OTHER_PINNED.replace("\n", "\r\n").encode()
    assert err.decode().startswith("api: api:dev → ")
    assert [path.name for path in tmp_path.iterdir()] == ["compose.yml"]


def test_a_product_without_settings_gets_its_prefix_from_the_git_remote(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = other(tmp_path, "git@github.com:O/Other.git")
    assert main(["gen-compose", "--sha", GIT_SHA, "--file", str(file), "--output", "-"]) == 0
    assert capsys.readouterr().out == OTHER_PINNED


@pytest.mark.parametrize("output", ["compose.yml", "./x/../compose.yml", "link.yml"])
def test_the_output_is_never_the_compose_file_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, output: str
) -> None:
    file = other(tmp_path)
    (tmp_path / "x").mkdir()
    (tmp_path / "link.yml").symlink_to("compose.yml")
    options = ["--file", str(file), "--image-prefix", "ghcr.io/o/other", "--output", f"{tmp_path}/{output}"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 1
    assert capsys.readouterr().err.startswith("The output is the compose file itself")
    assert file.read_text() == OTHER


@pytest.mark.parametrize(
    ("output", "why"), [("gone/out.yaml", "No such file"), (".", "Is a directory"), ("compose.yml/x", "Not a dir")]
)
def test_an_output_that_can_t_be_written_is_an_error_and_leaves_no_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, output: str, why: str
) -> None:
    file = other(tmp_path)
    options = ["--file", str(file), "--image-prefix", "ghcr.io/o/other", "--output", f"{tmp_path}/{output}"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"The output can't be written: {why}")
    assert "hint: give another path with --output" in err
    assert [path.name for path in tmp_path.iterdir()] == ["compose.yml"]


def test_an_old_output_is_kept_if_the_new_one_can_t_be_generated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (other(tmp_path).parent / "docker-compose.omni.yaml").write_text("before")
    (tmp_path / "compose.yml").write_text(OTHER + "    command: echo ghcr.io/o/other:latest\n")
    options = ["--file", f"{tmp_path}/compose.yml", "--image-prefix", "ghcr.io/o/other"]
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 1
    assert "An own image would stay on another tag" in capsys.readouterr().err
    assert (tmp_path / "docker-compose.omni.yaml").read_text() == "before"

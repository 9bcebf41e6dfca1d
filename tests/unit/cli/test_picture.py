"""`slipway picture`."""

from pathlib import Path

import pytest

from ci.cli import main

COMPOSE = "services:\n  web: {build: .}\n  db: {image: x}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    compose = tmp_path / "compose.yaml"
    compose.write_text(COMPOSE)
    return compose


def test_the_picture_goes_to_standard_output_or_into_a_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["picture", "--file", str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("<svg")
    output = file.with_name("product.svg")
    assert main(["picture", "--file", str(file), "--output", str(output)]) == 0
    assert output.read_text() == shown


def test_an_output_that_can_t_be_written_is_an_error(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["picture", "--file", str(file), "--output", str(file / "x.svg")]) == 1
    assert "The output can't be written" in capsys.readouterr().err


def test_a_circle_of_dependencies_is_an_error(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("services:\n  a: {image: i, depends_on: [a]}\n")
    assert main(["picture", "--file", str(file)]) == 1
    assert "in a circle: a → a" in capsys.readouterr().err

import json
import re
from pathlib import Path

import pytest
from fakes import TEXTS

from ci.cli import main

SETTINGS = """\
[tool.slipway]
image_prefix = "registry.example/o/shop"
product_name = "Shop"
[tool.slipway.sidecars]
scaler = "web"
"""


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {**TEXTS, "pyproject.toml": SETTINGS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "dist/simulation").iterdir()}


def test_every_file_of_a_simulation_says_that_it_is_one(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate"]) == 0
    found = files(product)
    assert found.keys() == {
        *("report.json", "report.html", "timeline.svg", "summary.txt", "slipway.lock.json", "docker-compose.omni.yaml")
    }
    assert json.loads(found["report.json"])["simulation"] is True
    assert json.loads(found["slipway.lock.json"])["simulation"] is True
    assert found["summary.txt"].startswith("Simulated release 1.2.0 of Shop")
    assert "nothing was released" in found["summary.txt"]
    assert "<title>Simulated release: Shop" in found["report.html"]
    assert "nothing was released" in found["report.html"]
    assert "simulated release" in found["timeline.svg"]
    assert "Simulated release" in capsys.readouterr().out


def test_the_pinned_file_is_that_of_gen_compose(product: Path) -> None:
    assert main(["simulate", "--sha", "a" * 40]) == 0
    assert main(["gen-compose", "--sha", "a" * 40, "--output", "pinned.yaml"]) == 0
    assert files(product)["docker-compose.omni.yaml"] == (product / "pinned.yaml").read_text()


def without_times(text: str) -> str:
    text = re.sub(r'"(started|built_at)": "[^"]*"', "", text)
    text = re.sub(r"(\"(?:after_)?seconds\": )[\d.]+", r"\1", text)
    return re.sub(r" +[\d.]+ s  ", " ", text)


def test_two_runs_give_the_same_files_but_for_their_times(product: Path) -> None:
    kept = ("summary.txt", "report.json", "slipway.lock.json", "docker-compose.omni.yaml")
    (product / "Dockerfile.web").write_text("FROM scratch\nCOPY . /\n")  # which has the files of the first run
    runs = []
    for _ in range(2):
        assert main(["simulate"]) == 0
        report = json.loads(files(product)["report.json"])
        for image in report["images"]:
            image["spans"] = []  # a part that takes no millisecond is not there
        runs.append(
            [
                without_times(text)
                for text in (*(files(product)[name] for name in kept if name != "report.json"), json.dumps(report))
            ]
        )
    assert runs[0] == runs[1]


def test_a_fault_ends_it_with_the_report_of_a_failed_release(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--fault", "upgrade-fails"]) == 1
    report = json.loads(files(product)["report.json"])
    assert (report["simulation"], report["ok"], report["outcome"]) == (True, False, "failed")
    assert report["plan_version"]["version"] == "2.0"
    assert "FAILED" in capsys.readouterr().out


def test_the_faults_are_listed_with_what_each_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--fault", "list"]) == 0
    assert "build-fails" in capsys.readouterr().out


def test_a_fault_that_nothing_can_meet_is_no_success(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compose = re.sub(r"    environment:\n(      .*\n)+?(?=    \S|  \S)", "", TEXTS["docker-compose.yaml"])
    assert "$secrets" not in compose
    (product / "docker-compose.yaml").write_text(compose)
    assert main(["simulate", "--fault", "secret-missing"]) == 1
    assert "has nothing to meet" in capsys.readouterr().err


def test_the_report_of_a_real_release_is_not_overwritten(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (product / "released").mkdir()
    (product / "released/report.json").write_text('{"ok": true, "simulation": false}')
    assert main(["simulate", "--output", "released"]) == 1
    assert "not one of a simulation" in capsys.readouterr().err
    assert [path.name for path in (product / "released").iterdir()] == ["report.json"]


def test_a_folder_that_cannot_be_made_is_named(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--output", "VERSION/x"]) == 1
    assert "VERSION/x" in capsys.readouterr().err
    assert (product / "VERSION").is_file()


def test_before_there_are_settings_it_says_what_is_missing(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (product / "pyproject.toml").unlink()
    assert main(["simulate"]) == 1
    said = capsys.readouterr().err
    assert "image_prefix" in said
    assert "product_name" in said
    assert not (product / "dist").exists()


FLOW = """\
services:
  web: {build: {context: ., dockerfile: Dockerfile.web}, environment: {PASSWORD: "{{ $secrets.dbPassword }}"}}
  jobs: {build: {context: ., dockerfile: Dockerfile.worker}, depends_on: [web]}
"""


@pytest.mark.parametrize("fault", [(), ("--fault", "secret-missing")])
def test_a_product_in_flow_style_is_played_to_the_end(fault: tuple[str, ...], product: Path) -> None:
    (product / "docker-compose.yaml").write_text(FLOW)
    (product / "pyproject.toml").write_text(SETTINGS.partition("[tool.slipway.sidecars]")[0])
    assert main(["simulate", *fault]) == (1 if fault else 0)
    assert json.loads(files(product)["report.json"])["ok"] is not bool(fault)

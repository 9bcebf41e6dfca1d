"""Which compose file the plain command reads, and where its paths start (docs/decisions/0011-where-paths-start.md)."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from fakes import COMPOSE, GIT_SHA, SHA_TAG, TEXTS
from products import SHOP_SETTINGS

from ci.cli import main
from ci.cli.reading import located
from ci.core.product.source import Source
from ci.core.release.plan import make_plan
from ci.core.release.plan_text import as_json
from ci.core.settings.read import parse_settings
from ci.errors import ConfigurationError, Problem

DEPLOY_COMPOSE = (
    COMPOSE.replace("context: .", "context: ..")
    + "    env_file: db.env\n    volumes: ['./certs:/certs:ro', '../shared:/shared:ro']\n"
)
DEPLOY_SETTINGS = SHOP_SETTINGS + 'compose_file = "deploy/compose.yaml"\n'
DEPLOY = {
    **{name: text for name, text in TEXTS.items() if name != "docker-compose.yaml"},
    "pyproject.toml": DEPLOY_SETTINGS,
    "deploy/compose.yaml": DEPLOY_COMPOSE,
    "deploy/db.env": "LEVEL=info\n",
    "deploy/certs/ca.pem": "",
    "shared/x": "",
}
"""The small product with its compose file in a folder."""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def plan(capsys: pytest.CaptureFixture[str], *options: str) -> object:
    assert main(["plan", "--sha", GIT_SHA, "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def core_plan() -> object:
    settings = parse_settings(DEPLOY_SETTINGS)
    assert settings is not None
    return as_json(make_plan(Source(frozenset(DEPLOY), DEPLOY), settings, GIT_SHA))


@pytest.mark.parametrize(
    ("folder", "options"),
    [
        (".", []),
        ("deploy", []),
        ("deploy/certs", []),
        (".", ["--file", "deploy/compose.yaml"]),
        ("deploy", ["--file", "compose.yaml"]),
        ("deploy/certs", ["--file", "../compose.yaml"]),
    ],
)
def test_the_plan_is_that_of_the_core_wherever_the_command_runs(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
    options: list[str],
) -> None:
    monkeypatch.chdir(write(tmp_path, DEPLOY) / folder)
    assert plan(capsys, *options) == core_plan()


def test_the_file_option_wins_over_the_setting(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(
        tmp_path,
        {**DEPLOY, "other/small.yaml": "services:\n  mail: {build: {context: .., dockerfile: Dockerfile.mail}}\n"},
    )
    (tmp_path / "pyproject.toml").write_text(DEPLOY_SETTINGS.replace('sidecars.scaler = "web"\n', ""))
    found = plan(capsys, "--file", f"{tmp_path}/other/small.yaml")
    assert isinstance(found, dict)
    assert [image["dockerfile"] for image in found["images"]] == ["Dockerfile.mail"]


def test_without_settings_the_source_starts_at_the_compose_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = {"c.yaml": "services:\n  api: {build: ./api}\n", "api/Dockerfile": "FROM scratch\nCOPY x /\n", "api/x": ""}
    files |= {name: TEXTS[name] for name in ("VERSION", "CHANGELOG.md")}
    write(tmp_path / "product", files)
    options = ["--image-prefix", "ghcr.io/o/p", "--product-name", "P"]
    found = plan(capsys, "--file", f"{tmp_path}/product/c.yaml", *options)
    assert isinstance(found, dict)
    assert [image["dockerfile"] for image in found["images"]] == ["api/Dockerfile"]


@pytest.mark.parametrize(("folder", "options"), [(".", []), ("deploy", ["--file", "compose.yaml"])])
def test_the_pinned_file_is_written_beside_the_compose_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, options: list[str]
) -> None:
    monkeypatch.chdir(write(tmp_path, DEPLOY) / folder)
    assert main(["gen-compose", "--sha", GIT_SHA, *options]) == 0
    pinned = (tmp_path / "deploy/docker-compose.omni.yaml").read_text()
    assert pinned.count(SHA_TAG) == 4
    assert 'LEVEL: "info"' in pinned
    assert not (tmp_path / "docker-compose.omni.yaml").exists()


def test_a_problem_has_the_path_from_where_the_command_was_called(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {**DEPLOY, "deploy/db.env": "lonely\n", "Dockerfile.mail": "FROM scratch\nCOPY gone /\n"})
    (tmp_path / "deploy/certs/ca.pem").unlink()
    monkeypatch.chdir(tmp_path / "deploy")
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    for place in ("db.env:1: ", "../Dockerfile.mail:2: ", "compose.yaml:22: A path that omctl reads"):
        assert f"- {place}" in err
    assert "does not exist: certs" in err


@pytest.mark.parametrize("path", ["/compose.yaml", "../compose.yaml", "./compose.yaml", "a/../compose.yaml", ""])
def test_the_setting_is_a_path_inside_the_source(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(write(tmp_path, {**DEPLOY, "pyproject.toml": SHOP_SETTINGS + f'compose_file = "{path}"\n'}))
    assert main(["check"]) == 1
    assert "pyproject.toml:5: Invalid setting `compose_file`" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        ("VERSION", "1.2.0\n9\n", "../VERSION"),
        ("CHANGELOG.md", "# Changelog\n", "add the entry to ../CHANGELOG.md, or correct ../VERSION"),
        ("deploy/db.env", "DB_PASSWORD=hunter2\n", "../pyproject.toml, below"),
    ],
)
def test_a_sentence_names_files_as_they_are_found_from_the_folder_of_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], change: list[str]
) -> None:
    file, text, sentence = change
    top = write(tmp_path, {**DEPLOY, file: text})
    shown = {}
    for folder in (top, top / "deploy"):
        monkeypatch.chdir(folder)
        assert main(["check"]) == 1
        shown[folder] = capsys.readouterr().err
    assert sentence in shown[top / "deploy"], shown[top / "deploy"]
    assert "../" not in shown[top]


@pytest.mark.parametrize(
    "sentence",
    [
        "${VERSION} and $VERSION",
        'VERSION = "1"',
        "VERSION=1",
        "docs/VERSION",
        "MY_VERSION, VERSIONS",
        "pyproject.toml.in",
    ],
)
def test_what_is_no_file_at_the_top_stays_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sentence: str
) -> None:
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    with pytest.raises(ConfigurationError) as caught, located(tmp_path):
        raise ConfigurationError(Problem(what=sentence, expected="x", hint="y"))
    assert caught.value.problems[0].what == sentence

"""What bad input gets: found before the first build, with file and line where there is one and what to do next.

Each kind that can be known without an engine, put into a small product on a disk that is fine otherwise, and told by
`slipway check`; then several at once, which come in one report.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from fakes import GIT_SHA, SETTINGS, TEXTS

from ci.cli import main

PYPROJECT = f"""\
[tool.slipway]
image_prefix = "{SETTINGS.image_prefix}"
product_name = "{SETTINGS.product_name}"
source_url = "{SETTINGS.source_url}"

[tool.slipway.sidecars]
scaler = "web"
"""
FILES = {**TEXTS, **{f"Dockerfile.{name}": "FROM scratch\nCOPY src /\n" for name in ("web", "worker", "mail")}}
FILES |= {"pyproject.toml": PYPROJECT, "src/main.py": ""}
Change = Callable[[Path], object]


class Bad(NamedTuple):
    """A kind of bad input: how the product is spoiled, and what must be said, each in one problem."""

    change: Change
    place: str
    what: str
    hint: str


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def gone(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def text(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        before = (folder / name).read_text()
        assert old in before
        (folder / name).write_text(before.replace(old, new))

    return change


COMPOSE = "docker-compose.yaml"
KINDS = {
    "no VERSION": Bad(gone("VERSION"), "", "Missing: the version: VERSION", "write it, such as 1.0.0"),
    "a malformed VERSION": Bad(
        text("VERSION", "1.2.0", "v1.2.0"), "VERSION:1: ", "Not a semantic version: 'v1.2.0'", "write 1.2.0"
    ),
    "no changelog": Bad(gone("CHANGELOG.md"), "", "Missing: the changelog: CHANGELOG.md", "write it"),
    "no changelog entry": Bad(
        text("CHANGELOG.md", "[1.2.0]", "[1.1.0]"),
        "CHANGELOG.md: ",
        "No entry for version 1.2.0: entries found: 1.1.0",
        "add the entry to CHANGELOG.md, or mend VERSION",
    ),
    "an empty changelog entry": Bad(
        text("CHANGELOG.md", "- Things\n", ""),
        "CHANGELOG.md:3: ",
        "The entry for version 1.2.0 is empty",
        "say what changed",
    ),
    "no compose file": Bad(
        gone(COMPOSE), "", "Missing: the compose file: docker-compose.yaml", "give its path with --file"
    ),
    "a compose file that is no YAML": Bad(
        text(COMPOSE, "services:", "services: ["),
        f"{COMPOSE}:",
        "Not readable as YAML: ",
        "correct the YAML in the line shown",
    ),
    "a missing Dockerfile": Bad(
        gone("Dockerfile.mail"), f"{COMPOSE}:17: ", "The Dockerfile of `mail` is not there: Dockerfile.mail", "add it"
    ),
    "a missing context": Bad(
        text(COMPOSE, "context: ., dockerfile: Dockerfile.mail", "context: ./post, dockerfile: Dockerfile.mail"),
        f"{COMPOSE}:17: ",
        "The build context of `mail` is missing or empty: ./post",
        "mend the path",
    ),
    "a Dockerfile that copies a file that is not there": Bad(
        text("Dockerfile.web", "COPY src /", "COPY src \\\n  gone.txt /"),
        "Dockerfile.web:2: ",
        "COPY names a file that is not there: gone.txt",
        "add the file, or mend the path",
    ),
    "a Dockerfile that copies a file that .dockerignore keeps out": Bad(
        lambda folder: (folder / "Dockerfile.web.dockerignore").write_text("src\n"),
        "Dockerfile.web:2: ",
        "COPY names a file that .dockerignore keeps out: src",
        "add the file, or mend the path",
    ),
    "a Dockerfile for another frontend": Bad(
        text("Dockerfile.web", "FROM", "# syntax=foo/bar\nFROM"),
        "Dockerfile.web:1: ",
        "The engine's build knows no frontend but Docker's own: foo/bar",
        "remove the line",
    ),
    "two images with one name": Bad(
        text(COMPOSE, "dockerfile: Dockerfile.mail", "dockerfile: Dockerfile.web, target: mail"),
        f"{COMPOSE}:17:3: ",
        "Two images with one name: services `web` (line 4) and `mail`: registry.example/o/shop-dockerfile.web",
        "set [tool.slipway.image_names] mail",
    ),
    "an unknown setting": Bad(
        text("pyproject.toml", "source_url", "source_ur"),
        "pyproject.toml:4: ",
        "Unknown setting: source_ur",
        "rename it to `source_url`, or remove it",
    ),
    "a setting of another kind": Bad(
        text("pyproject.toml", "source_url", "parallel_builds"),
        "pyproject.toml:4: ",
        "Invalid setting `parallel_builds`",
        "correct it in [tool.slipway]",
    ),
    "a sidecar of an unknown image": Bad(
        text("pyproject.toml", 'scaler = "web"', 'scaler = "wbe"'),
        "",
        "The setting `sidecars` says that `scaler` runs an image that the product has not: wbe",
        "mend [tool.slipway.sidecars]",
    ),
    "a missing env file": Bad(
        text(COMPOSE, "    image: postgres:16\n", "    image: postgres:16\n    env_file: db.env\n"),
        f"{COMPOSE}:21: ",
        "The env file of `db` is missing or not readable as UTF-8: db.env",
        "add it, or take `env_file` out",
    ),
    "a missing mounted file": Bad(
        text(COMPOSE, "    image: postgres:16\n", "    image: postgres:16\n    volumes: ['./certs:/certs:ro']\n"),
        f"{COMPOSE}:21: ",
        "What omctl is to read beside the compose file is not there: ./certs",
        "add it, or take out what names it: a missing mount omctl passes over without a word",
    ),
}
COMMANDS = {"check": ["check"], "plan": ["plan", "--sha", GIT_SHA]}


def told(capsys: pytest.CaptureFixture[str], command: list[str]) -> str:
    """What a command says on standard error, with exit code 1 and nothing on standard output."""
    assert main(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_product_is_fine_as_it_is(command: str) -> None:
    assert main(COMMANDS[command]) == 0


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_told_alone_with_its_place_and_what_to_do(
    shop: Path, capsys: pytest.CaptureFixture[str], kind: str, command: str
) -> None:
    bad = KINDS[kind]
    bad.change(shop)
    lines = told(capsys, COMMANDS[command]).splitlines()
    assert lines[0].startswith(bad.place)
    assert bad.what in lines[0]
    assert [line for line in lines if line.startswith(f"  hint: {bad.hint}")]


TOGETHER = [
    *("an unknown setting", "a malformed VERSION", "no changelog", "a missing Dockerfile", "two images with one name"),
    *("a Dockerfile that copies a file that is not there", "a missing env file", "a missing mounted file"),
]


def test_several_kinds_at_once_come_in_one_report(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in TOGETHER:
        if kind != "a missing Dockerfile":  # that of another service, whose image has its name for itself
            KINDS[kind].change(shop)
    (shop / "Dockerfile.worker").unlink()
    err = told(capsys, ["plan", "--sha", "abc1234"])
    assert err.startswith(f"{len(TOGETHER) + 1} problems:\n")
    for kind in TOGETHER:
        if kind != "a missing Dockerfile":
            place = KINDS[kind].place.replace(":21: ", ":22: " if "env file" in kind else ":21: ")  # moved by the mount
            assert f"- {place}{KINDS[kind].what}" in err
    for said in ("The git sha is short", f"{COMPOSE}:12: The Dockerfile of `jobs` is not there: Dockerfile.worker"):
        assert f"- {said}" in err
    assert err.count("  hint: ") == len(TOGETHER) + 1


def test_an_unknown_setting_does_not_hide_what_is_wrong_with_the_compose_file(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    KINDS["an unknown setting"].change(shop)
    KINDS["a compose file that is no YAML"].change(shop)
    err = told(capsys, ["gen-compose", "--sha", GIT_SHA])
    assert err.startswith("2 problems:\n")
    assert "Unknown setting: source_ur" in err
    assert "Not readable as YAML" in err
    assert not (shop / "docker-compose.omni.yaml").exists()

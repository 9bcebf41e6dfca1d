"""Bad input is found before the first build, with file and line where there is one, and what to do next.

Each kind that can be found without an engine is put into a small valid product on the disk, and reported by
`slipway check` and `slipway plan`; then several at once, in one report.
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
    """A kind of bad input: the change of the product, and the parts of the problem that it must give."""

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


def removed(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


def text(name: str, old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        before = (folder / name).read_text()
        assert old in before
        (folder / name).write_text(before.replace(old, new))

    return change


def other_frontend(folder: Path) -> None:
    text("Dockerfile.web", "FROM", "# syntax=foo/bar\nFROM")(folder)
    text("pyproject.toml", "source_url", 'builder = "dagger"\nsource_url')(folder)


COMPOSE = "docker-compose.yaml"
KINDS = {
    "no VERSION": Bad(removed("VERSION"), "", "Missing: the version: VERSION", "write the version, such as 1.0.0"),
    "a malformed VERSION": Bad(
        text("VERSION", "1.2.0", "v1.2.0"), "VERSION:1: ", "Not a semantic version: 'v1.2.0'", "write 1.2.0"
    ),
    "no changelog": Bad(
        removed("CHANGELOG.md"), "", "Missing: the changelog: CHANGELOG.md", "write CHANGELOG.md at the top"
    ),
    "no changelog entry": Bad(
        text("CHANGELOG.md", "[1.2.0]", "[1.1.0]"),
        "CHANGELOG.md: ",
        "The changelog has no entry for version 1.2.0: entries found: 1.1.0",
        "add the entry to CHANGELOG.md, or correct VERSION",
    ),
    "an empty changelog entry": Bad(
        text("CHANGELOG.md", "- Things\n", ""),
        "CHANGELOG.md:3: ",
        "The changelog's entry for version 1.2.0 is empty",
        "write below it what changed",
    ),
    "no compose file": Bad(
        removed(COMPOSE), "", "Missing: the compose file: docker-compose.yaml", "give its path with --file"
    ),
    "a compose file that is no YAML": Bad(
        text(COMPOSE, "services:", "services: ["),
        f"{COMPOSE}:",
        "Not readable as YAML: ",
        "correct the YAML in the line shown",
    ),
    "a product's name with a comma": Bad(
        text("pyproject.toml", 'product_name = "', 'product_name = "Shop, '),
        "",
        "The setting `product_name` has a comma or a colon, by which omctl separates the parts of a filter: Shop, Shop",
        "rename it in Omnistrate, and set `product_name`",
    ),
    "a missing Dockerfile": Bad(
        removed("Dockerfile.mail"),
        f"{COMPOSE}:17: ",
        "The Dockerfile of `mail` does not exist: Dockerfile.mail",
        "add the file, or correct",
    ),
    "a missing context": Bad(
        text(COMPOSE, "context: ., dockerfile: Dockerfile.mail", "context: ./post, dockerfile: Dockerfile.mail"),
        f"{COMPOSE}:17: ",
        "The build context of `mail` is missing or empty: ./post",
        "correct `context`, or add the folder",
    ),
    "a Dockerfile that copies a file that does not exist": Bad(
        text("Dockerfile.web", "COPY src /", "COPY src \\\n  gone.txt /"),
        "Dockerfile.web:2: ",
        "COPY names a path that does not exist: gone.txt",
        "add it, or correct the path",
    ),
    "a Dockerfile that copies a file that .dockerignore excludes": Bad(
        lambda folder: (folder / "Dockerfile.web.dockerignore").write_text("src\n"),
        "Dockerfile.web:2: ",
        "COPY names a path that .dockerignore excludes: src",
        "add it, or correct the path",
    ),
    "a Dockerfile for another frontend": Bad(
        other_frontend,
        "Dockerfile.web:1: ",
        "The engine does not support this Dockerfile frontend: foo/bar",
        "remove the line",
    ),
    "two images of one name": Bad(
        text(COMPOSE, "dockerfile: Dockerfile.mail", "dockerfile: Dockerfile.web, target: mail"),
        f"{COMPOSE}:17:3: ",
        "Two images have the same name: services `web` (line 4) and `mail`: registry.example/o/shop-dockerfile.web",
        "set its name in pyproject.toml, below [tool.slipway.image_names]: mail",
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
        "The setting `sidecars` gives `scaler` an image that the product does not build: wbe",
        "correct `scaler` in pyproject.toml, below [tool.slipway.sidecars]",
    ),
    "a missing env file": Bad(
        text(COMPOSE, "    image: postgres:16\n", "    image: postgres:16\n    env_file: db.env\n"),
        f"{COMPOSE}:21:5: ",
        "The env file of `db` is missing or not readable as UTF-8: db.env",
        "add the file, correct its path, or remove `env_file`",
    ),
    "a missing mounted file": Bad(
        text(COMPOSE, "    image: postgres:16\n", "    image: postgres:16\n    volumes: ['./certs:/certs:ro']\n"),
        f"{COMPOSE}:21: ",
        "A path that omctl reads beside the compose file does not exist: certs",
        "add certs to the source, or remove the entry that names it",
    ),
}
COMMANDS = {"check": ["check"], "plan": ["plan", "--sha", GIT_SHA]}


def reported(capsys: pytest.CaptureFixture[str], command: list[str]) -> str:
    """The standard error of a command that exits with 1 and prints nothing to standard output."""
    assert main(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_product_is_valid_as_it_is(command: str) -> None:
    assert main(COMMANDS[command]) == 0


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_reported_with_its_place_and_what_to_do(
    shop: Path, capsys: pytest.CaptureFixture[str], kind: str, command: str
) -> None:
    bad = KINDS[kind]
    bad.change(shop)
    lines = reported(capsys, COMMANDS[command]).splitlines()
    assert lines[0].startswith(bad.place)
    assert bad.what in lines[0]
    assert [line for line in lines if line.startswith(f"  hint: {bad.hint}")]


TOGETHER = [
    *("an unknown setting", "a malformed VERSION", "no changelog", "a missing Dockerfile", "two images of one name"),
    *("a Dockerfile that copies a file that does not exist", "a missing env file", "a missing mounted file"),
]


def test_several_kinds_at_once_come_in_one_report(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in TOGETHER:
        if kind != "a missing Dockerfile":  # the one of a service whose image has a name of its own
            KINDS[kind].change(shop)
    (shop / "Dockerfile.worker").unlink()
    err = reported(capsys, ["plan", "--sha", "abc1234"])
    assert err.startswith(f"{len(TOGETHER) + 1} problems:\n")
    for kind in TOGETHER:
        if kind != "a missing Dockerfile":
            place = KINDS[kind].place.replace(":21:5: ", ":22:5: ")  # moved by the mount
            assert f"- {place}{KINDS[kind].what}" in err
    for message in (
        "The git sha is short",
        f"{COMPOSE}:12: The Dockerfile of `jobs` does not exist: Dockerfile.worker",
    ):
        assert f"- {message}" in err
    assert err.count("  hint: ") == len(TOGETHER) + 1


def test_an_unknown_setting_does_not_hide_a_problem_of_the_compose_file(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    KINDS["an unknown setting"].change(shop)
    KINDS["a compose file that is no YAML"].change(shop)
    err = reported(capsys, ["gen-compose", "--sha", GIT_SHA])
    assert err.startswith("2 problems:\n")
    assert "Unknown setting: source_ur" in err
    assert "Not readable as YAML" in err
    assert not (shop / "docker-compose.omni.yaml").exists()

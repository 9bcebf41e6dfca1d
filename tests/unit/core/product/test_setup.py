"""The files that a product lacks, and that nothing it has is replaced."""

import json
import tomllib

import pytest

from ci.core.product.changelog import entry
from ci.core.product.gitignore import IGNORE_FILE as IGNORE
from ci.core.product.remote import is_on_github, web_url
from ci.core.product.setup import DAGGER_FILE as DAGGER
from ci.core.product.setup import FILES, Blueprint, Found, Setup, setup
from ci.core.product.setup import WORKFLOW_FILE as WORKFLOW
from ci.core.product.source import CHANGELOG_FILE as CHANGELOG
from ci.core.product.source import VERSION_FILE as VERSION
from ci.core.settings.product import Settings
from ci.core.settings.read import FILE as PYPROJECT
from ci.core.settings.read import parse_settings

BLUEPRINT = Blueprint("https://code.example/o/slipway@v1.0.0", "0123456789abcdef0123456789abcdef01234567", "v0.21.8")
TABLE = '[tool.slipway]\nimage_prefix = "ghcr.io/o/shop"\nproduct_name = "shop" # its name in Omnistrate\n'


def made(texts: dict[str, str] | None = None, **more: object) -> Setup:
    known = {"image_prefix": "ghcr.io/o/shop", "blueprint": BLUEPRINT, "workflow": "on: push\n", **more}
    found = {"name": "shop", "compose_file": "docker-compose.yaml", "today": "2026-01-31", **known}
    return setup(Found(texts=texts or {}, **found))  # type: ignore[arg-type] # each of its type


def texts_of(one: Setup) -> dict[str, str]:
    return {file.path: file.text for file in one.files}


def test_a_product_that_has_nothing_gets_every_file() -> None:
    files = texts_of(made())
    assert [*files] == [*FILES]
    assert files[PYPROJECT] == TABLE
    assert files[VERSION] == "0.1.0\n"
    assert entry(files[CHANGELOG], "0.1.0") == "- First release."
    assert json.loads(files[DAGGER]) == {
        "name": "shop",
        "engineVersion": "v0.21.8",
        "blueprint": {"name": "slipway", "source": BLUEPRINT.source, "pin": BLUEPRINT.pin},
    }
    assert files[IGNORE].splitlines()[1:] == ["/released/", "/rehearsal/", "/dist/simulation/", ".env"]
    assert files[WORKFLOW] == "on: push\n"


def test_what_it_has_gets_nothing() -> None:
    texts = {**texts_of(made()), VERSION: "2.0.0\n", CHANGELOG: "", DAGGER: "", WORKFLOW: ""}
    again = made(texts)
    assert again.files == ()
    assert again.left == tuple(f"{path}: it exists" for path in FILES)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", TABLE),
        ("\n", "\n" + TABLE),
        ('[project]\nname = "x"\n', '[project]\nname = "x"\n\n' + TABLE),
        ('[project]\nname = "x"', '[project]\nname = "x"\n\n' + TABLE),
        ("[tool.ruff]\r\nx = 1\r\n", "[tool.ruff]\r\nx = 1\r\n\r\n" + TABLE.replace("\n", "\r\n")),
        ("a = [\n  1, # kept\n]\n", "a = [\n  1, # kept\n]\n\n" + TABLE),
    ],
    ids=["empty", "blank", "project", "no newline at the end", "CRLF", "an array last"],
)
def test_the_table_is_put_behind_what_pyproject_has(before: str, after: str) -> None:
    assert texts_of(made({PYPROJECT: before}))[PYPROJECT] == after


@pytest.mark.parametrize(
    "before",
    ["tool = {}\n", "tool = {ruff = {x = 1}}\n", "not toml", "tool = 1\n", "[tool]\nslipway = {}\n", TABLE],
)
def test_a_pyproject_that_has_the_table_or_can_not_be_given_it_is_left(before: str) -> None:
    one = made({PYPROJECT: before})
    assert PYPROJECT not in texts_of(one)
    assert f"{PYPROJECT}: it exists" in one.left
    assert any("[tool.slipway]" in step for step in one.to_do) == ("slipway" not in before)


def test_the_settings_are_those_that_were_found() -> None:
    text = texts_of(made(name='a "b"\\c', compose_file="deploy/compose.yaml", source_url="https://code.example/o"))[
        PYPROJECT
    ]
    assert parse_settings(text) == Settings(
        image_prefix="ghcr.io/o/shop",
        product_name='a "b"\\c',
        compose_file="deploy/compose.yaml",
        source_url="https://code.example/o",
    )


def test_an_unknown_prefix_is_to_be_set_by_a_person() -> None:
    one = made(image_prefix="")
    assert "image_prefix" not in tomllib.loads(texts_of(one)[PYPROJECT])["tool"]["slipway"]
    assert any(step.startswith("set image_prefix") for step in one.to_do)


def test_without_a_blueprint_dagger_json_is_to_be_written_by_dagger() -> None:
    one = made(blueprint=None)
    assert DAGGER not in texts_of(one)
    assert any("dagger init --blueprint=" in step for step in one.to_do)


def test_the_changelog_has_the_version_that_there_is() -> None:
    assert entry(texts_of(made({VERSION: "2.3.4\n"}))[CHANGELOG], "2.3.4")


def test_only_what_gitignore_lacks_is_added() -> None:
    after = texts_of(made({IGNORE: "node_modules\nreleased\n.env\n"}))[IGNORE]
    assert after.splitlines() == [
        "node_modules",
        "released",
        ".env",
        "# what calls of Slipway export, and their credentials",
        "/rehearsal/",
        "/dist/simulation/",
    ]


def test_an_env_file_of_the_product_is_not_ignored() -> None:
    assert ".env" not in texts_of(made(others=frozenset({".env"})))[IGNORE].splitlines()


def test_what_is_no_text_is_left() -> None:
    one = made(others=frozenset({VERSION, DAGGER}))
    assert {VERSION, DAGGER}.isdisjoint(texts_of(one))
    assert f"{VERSION}: it is no file with text" in one.left


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("git@github.com:Acme/Shop.git", "https://github.com/Acme/Shop"),
        ("https://me:secret@github.com/Acme/Shop.git", "https://github.com/Acme/Shop"),
        ("https://token@gitlab.example/a/b/c", "https://gitlab.example/a/b/c"),
        ("ssh://git@code.example:2222/a/b.git/", "https://code.example/a/b"),
        ("/srv/git/shop.git", ""),
        ("../shop", ""),
        ("C:\\shop", ""),
        ("file:///srv/shop", ""),
        ("", ""),
    ],
)
def test_the_page_of_a_remote_has_no_credentials(remote: str, url: str) -> None:
    assert web_url(remote) == url
    assert is_on_github(remote) == ("github.com" in remote)

"""The source tree on a disk: where it starts, which files belong to it, and which are read."""

from pathlib import Path

import pytest

from ci.adapters.disk import locate, mentioned, read_source
from ci.core.omctl.files import PINNED_FILE
from ci.core.settings.product import Settings

COMPOSE = "services:\n  web:\n    build: {context: web, dockerfile: Dockerfile.web}\n    env_file: web.env\n"


def fill(folder: Path, **files: str) -> Path:
    """Write files: `web__Dockerfile` is `web/Dockerfile`."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def product(folder: Path) -> Path:
    fill(folder, VERSION="1.0.0\n", web__main="", **{"docker-compose.yaml": COMPOSE, "web.env": "A=1\r\n"})
    return fill(folder, **{"web__Dockerfile.web": "FROM scratch\n"})


def test_the_source_starts_at_the_nearest_file_with_settings(tmp_path: Path) -> None:
    fill(tmp_path, **{"pyproject.toml": '[tool.slipway]\nproduct_name = "Far"\n'})
    fill(tmp_path / "a", **{"pyproject.toml": '[tool.slipway]\nproduct_name = "Near"\n'})
    inner = fill(tmp_path / "a/b", **{"pyproject.toml": "[project]\nname = 'x'\n"})
    for folder, top, name in ((inner, tmp_path / "a", "Near"), (tmp_path, tmp_path, "Far")):
        found = locate(folder, {})
        assert (found.top, found.settings.product_name, found.problems) == (top, name, [])


def test_without_settings_the_source_starts_at_the_folder_itself(tmp_path: Path) -> None:
    assert locate(tmp_path, {}) == (tmp_path, Settings(), [])


def test_arguments_override_the_settings_found(tmp_path: Path) -> None:
    fill(tmp_path, **{"pyproject.toml": '[tool.slipway]\nproduct_name = "Old"\nenvironment = "Test"\n'})
    settings = locate(tmp_path, {"product_name": "New", "image_prefix": None}).settings
    assert (settings.product_name, settings.environment) == ("New", "Test")


@pytest.mark.parametrize(
    ("toml", "message"),
    [("[tool.slipway]\nx = 1\n", "pyproject.toml:2: Unknown"), ("x = =", "pyproject.toml:1: Not valid")],
)
def test_a_problem_with_the_settings_has_its_place_and_hides_no_others(tmp_path: Path, toml: str, message: str) -> None:
    fill(tmp_path, **{"pyproject.toml": toml})
    inner = fill(tmp_path / "a", file="")
    found = locate(inner, {"image_prefix": "No Prefix"})
    assert found.top == tmp_path
    assert [str(problem).startswith(message) for problem in found.problems] == [True, False]


def test_a_source_has_all_paths_and_the_texts_that_are_needed(tmp_path: Path) -> None:
    source = read_source(product(tmp_path), Settings(), full=True)
    assert source.files == {"VERSION", "docker-compose.yaml", "web.env", "web/main", "web/Dockerfile.web"}
    assert source.texts == {
        "VERSION": "1.0.0\n",
        "docker-compose.yaml": COMPOSE,
        "web.env": "A=1\r\n",
        "web/Dockerfile.web": "FROM scratch\n",
    }


def test_for_the_pin_alone_the_tree_is_not_walked(tmp_path: Path) -> None:
    source = read_source(product(tmp_path), Settings(), full=False)
    assert source.files == {"docker-compose.yaml", "web.env"}


@pytest.mark.parametrize("full", [True, False])
def test_a_file_that_is_not_utf8_has_a_path_and_no_text(tmp_path: Path, full: bool) -> None:  # noqa: FBT001 - a column
    (product(tmp_path) / "web.env").write_bytes(b"\xff\xfe1")
    source = read_source(tmp_path, Settings(), full=full)
    assert "web.env" in source.files
    assert "web.env" not in source.texts


def test_excluded_folders_are_not_part_of_a_source_wherever_they_are(tmp_path: Path) -> None:
    fill(
        product(tmp_path), **{".git__HEAD": "", "web__node_modules__x.js": "", "web__src__.venv__x": "", "web__ok": ""}
    )
    (tmp_path / ".mypy_cache").symlink_to(tmp_path / "web", target_is_directory=True)
    files = read_source(tmp_path, Settings(), full=True).files
    assert not [file for file in files if {".git", "node_modules", ".venv", ".mypy_cache"} & set(file.split("/"))]
    assert "web/ok" in files


@pytest.mark.parametrize("full", [True, False])
def test_excluded_files_are_neither_listed_nor_read(tmp_path: Path, full: bool) -> None:  # noqa: FBT001 - a column
    compose = "services:\n  web: {image: x, env_file: [{path: .env, required: false}, web.env]}\n"
    fill(
        tmp_path, **{"docker-compose.yaml": compose, ".env": "A=1\n", "web.env": "", PINNED_FILE: "", ".git": "gitdir"}
    )
    source = read_source(tmp_path, Settings(), full=full)
    assert source.files == source.texts.keys() == {"docker-compose.yaml", "web.env"}


def test_a_link_to_a_folder_is_followed_once_and_one_out_of_the_source_is_a_file(tmp_path: Path) -> None:
    root = product(tmp_path / "source")
    fill(tmp_path, outside__secret="")
    for link, target in {"linked": "web", "web/up": ".", "web/self": "web", "out": "../outside"}.items():
        (root / link).symlink_to(root / target, target_is_directory=True)
    files = read_source(root, Settings(), full=True).files
    assert {"linked/main", "linked/self", "web/up", "web/self/main", "out"} <= files
    assert not [file for file in files if "secret" in file or file.count("/") > 2]


def test_names_are_found_as_words_in_the_build_contexts(tmp_path: Path) -> None:
    fill(tmp_path, a__x__main="use(LEVEL); LEVELS", b__main="MODE\n", **{"a/.env": "SELF=1\n", "a/o.env": "SELF=1\n"})
    (tmp_path / "a/broken").symlink_to("nowhere")
    (tmp_path / "a/binary").write_bytes(b"\xff\x00IN_BINARY\x00")
    wanted = frozenset({"LEVEL", "LEVE", "MODE", "SELF", "IN_BINARY"})
    assert mentioned(tmp_path, ["a"], wanted) == {"LEVEL", "IN_BINARY"}
    assert mentioned(tmp_path, ["a", "b", "gone"], wanted) == {"LEVEL", "IN_BINARY", "MODE"}


@pytest.mark.parametrize("full", [True, False])
def test_what_the_compose_file_extends_and_includes_is_read_level_by_level(tmp_path: Path, full: bool) -> None:  # noqa: FBT001 - a parameter
    files = {
        "docker-compose.yaml": "include: [db/db.yaml]\nservices:\n  web:\n    extends: {file: 1/a.yaml, service: a}\n",
        "1__a.yaml": "services:\n  a:\n    extends: {file: ../2/b.yaml, service: b}\n    hostname: a\n",
        "2__b.yaml": "services:\n  b:\n    build: .\n    env_file: b.env\n",
        "2__b.env": "A=1\n",
        "2__Dockerfile": "FROM scratch\n",
        "db__db.yaml": "services:\n  db:\n    image: postgres:${VERSION}\n",
        "db__.env": "VERSION=16\n",
    }
    source = read_source(fill(tmp_path, **files), Settings(), full=full)
    assert source.compose is not None
    assert [service.name for service in source.compose.services] == ["web", "db"]
    assert source.compose.by_name["db"].image == "postgres:16"
    assert {"1/a.yaml", "2/b.yaml", "2/b.env", "db/db.yaml", "db/.env"} <= source.texts.keys() & source.files
    assert ("2/Dockerfile" in source.texts) == full

"""The image prefix of a product in a git repository."""

import subprocess
from pathlib import Path

import pytest

from ci.adapters.disk import locate
from ci.adapters.image_prefix import folder_in_repository, image_prefix_of_remote, prefix_of

SETTINGS = "[tool.slipway]\n"


@pytest.mark.parametrize(
    ("remote", "prefix"),
    [
        ("git@github.com:Org/Repo.git", "ghcr.io/org/repo"),
        ("https://github.com/org/repo", "ghcr.io/org/repo"),
        ("https://github.com/org/repo.git/", "ghcr.io/org/repo"),
        ("https://user:token@github.com/org/repo.git", "ghcr.io/org/repo"),
        ("ssh://git@github.com/org/repo.name.git", "ghcr.io/org/repo.name"),
        ("https://gitlab.example/org/repo.git", ""),
        ("https://github.com.evil.example/org/repo", ""),
        ("https://notgithub.com/org/repo", ""),
        ("https://github.com/org", ""),
        ("/srv/git/repo.git", ""),
        ("", ""),
    ],
)
def test_the_image_prefix_of_a_remote(remote: str, prefix: str) -> None:
    assert prefix_of(remote) == prefix


def test_an_image_prefix_that_is_not_set_comes_from_the_remote_origin(tmp_path: Path) -> None:
    assert image_prefix_of_remote(tmp_path) == ""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert image_prefix_of_remote(tmp_path) == ""
    url = "git@github.com:org/repo.git"
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", url], check=True)
    assert image_prefix_of_remote(tmp_path) == "ghcr.io/org/repo"
    assert locate(tmp_path, {}).settings.image_prefix == "ghcr.io/org/repo"
    assert locate(tmp_path, {"image_prefix": "ghcr.io/o/p"}).settings.image_prefix == "ghcr.io/o/p"


def test_without_git_there_is_no_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert image_prefix_of_remote(tmp_path) == ""


def repository(folder: Path) -> Path:
    """A git repository with two products."""
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    subprocess.run(["git", "-C", folder, "remote", "add", "origin", "git@github.com:org/repo.git"], check=True)
    for name in ("p1", "P 2/deploy"):
        (folder / name).mkdir(parents=True)
    return folder


@pytest.mark.parametrize(("path", "folder"), [(".", ""), ("p1", "p1"), ("P 2/deploy", "P 2/deploy")])
def test_where_a_folder_is_in_its_repository(tmp_path: Path, path: str, folder: str) -> None:
    assert folder_in_repository(tmp_path / path) == ""
    assert folder_in_repository(repository(tmp_path) / path) == folder


@pytest.mark.parametrize(
    ("file", "arguments", "prefix"),
    [
        ("compose.yaml", {}, "ghcr.io/org/repo"),
        ("p1/compose.yaml", {}, "ghcr.io/org/repo-p1"),
        ("P 2/deploy/compose.yaml", {}, "ghcr.io/org/repo-p-2-deploy"),
        ("compose.yaml", {"image_prefix": "ghcr.io/o/all"}, "ghcr.io/o/all"),
        ("p1/compose.yaml", {"image_prefix": "ghcr.io/o/all"}, "ghcr.io/o/all-p1"),
    ],
)
@pytest.mark.parametrize("settings", [False, True])
def test_two_products_of_one_repository_have_two_prefixes(
    tmp_path: Path, file: str, arguments: dict[str, str], prefix: str, *, settings: bool
) -> None:
    top = repository(tmp_path)
    if settings:
        (top / "pyproject.toml").write_text(SETTINGS)
    assert locate(top, arguments, file).settings.image_prefix == prefix


def test_settings_of_their_own_name_a_product_as_it_is_called(tmp_path: Path) -> None:
    top = repository(tmp_path)
    (top / "p1/pyproject.toml").write_text(SETTINGS + 'image_prefix = "ghcr.io/o/one"\n')
    assert locate(top, {}, "p1/compose.yaml").settings.image_prefix == "ghcr.io/o/one"
    (top / "p1/pyproject.toml").write_text(SETTINGS)
    assert locate(top, {}, "p1/compose.yaml").settings.image_prefix == "ghcr.io/org/repo-p1"

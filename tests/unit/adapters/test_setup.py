"""The files of a setup on the disk: all of them or none."""

from pathlib import Path

import pytest
from products import ROOT

from ci.adapters import setup as on_disk
from ci.core.product.setup import WORKFLOW_FILE, FirstFile
from ci.errors import ConfigurationError

FILES = (FirstFile("a/b/new", None, "new"), FirstFile("old", "old\n", "old\nmore\n"), FirstFile("c/last", None, "last"))


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_written(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old\n")
    on_disk.write_all(tmp_path, FILES)
    assert contents(tmp_path) == {"a/b/new": "new", "old": "old\nmore\n", "c/last": "last"}


def test_one_that_can_not_be_written_leaves_all_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old\n")
    (tmp_path / "c").write_text("no folder")
    with pytest.raises(ConfigurationError, match="The folder can't be made"):
        on_disk.write_all(tmp_path, FILES)
    assert contents(tmp_path) == {"old": "old\n", "c": "no folder"}
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("change", ["changed", "linked"])
def test_a_file_that_was_changed_meanwhile_is_not_replaced(tmp_path: Path, change: str) -> None:
    (tmp_path / "old").write_text("somebody's\n" if change == "changed" else "old\n")
    if change == "linked":
        (tmp_path / "c").mkdir()
        (tmp_path / "c" / "last").symlink_to("nowhere")
    before = contents(tmp_path)
    with pytest.raises(ConfigurationError, match="changed while the setup was planned"):
        on_disk.write_all(tmp_path, FILES)
    assert contents(tmp_path) == before


def test_the_workflow_is_the_one_of_this_repository(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    found = on_disk.found(tmp_path, "", "compose.yaml", "", "")
    assert found.workflow == (ROOT / WORKFLOW_FILE).read_text()


USER = """{"url": "https://u:p@c.example/s",
"vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "v1"}}"""


class Distribution:
    def __init__(self, text: str | None) -> None:
        self.text = text

    def read_text(self, _: str) -> str | None:
        return self.text


@pytest.mark.parametrize(
    ("direct_url", "source"),
    [
        (None, ""),
        ('{"url": "file:///x", "dir_info": {}}', ""),
        ('{"url": "https://c.example/s", "vcs_info": {"vcs": "git", "commit_id": "abc"}}', "https://c.example/s@abc"),
        (
            USER,
            "https://c.example/s@v1",
        ),
        (
            '{"url": "ssh://git@c.example/s", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            "ssh://git@c.example/s@abc",
        ),
    ],
)
def test_the_blueprint_is_the_commit_that_slipway_was_installed_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direct_url: str | None, source: str
) -> None:
    monkeypatch.setattr(on_disk, "distribution", lambda _: Distribution(direct_url))
    blueprint = on_disk.found(tmp_path, "", "compose.yaml", "", "").blueprint
    assert (blueprint.source if blueprint else "") == source
    assert blueprint is None or (blueprint.pin, blueprint.engine) == ("abc", "v0.21.8")

"""The files and links of a source on a disk, by their content."""

from pathlib import Path

from ci.adapters.disk_inputs import entries
from ci.core.images.tree import Entry, EntryKind


def test_the_entries_are_those_of_the_source_and_no_link_is_followed(tmp_path: Path) -> None:
    texts = {"a/x": "1", "a/secret": "2", "b.pyc": "3", ".env": "4", ".gitignore": "*.pyc\n", "a/c/y": "5"}
    for name, text in {**texts, "node_modules/z": "6", "a/.gitignore": "secret\nc/\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "link").symlink_to("a")
    assert sorted(entries(tmp_path)) == [".gitignore", "a/.gitignore", "a/x", "link"]
    assert entries(tmp_path)["link"] == Entry(EntryKind.LINK, "a")

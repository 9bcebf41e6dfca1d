"""Volumes, filled and emptied."""

from pathlib import Path

import pytest

from ci.supervisor.place import empty, fill
from ci.supervisor.spec import Volume


@pytest.fixture
def content(tmp_path: Path) -> Path:
    made = tmp_path / "content"
    (made / "folder").mkdir(parents=True)
    (made / "folder" / "file").write_text("text")
    (made / "folder" / "file").chmod(0o640)
    (made / "link").symlink_to("folder/file")
    made.chmod(0o750)
    return made


@pytest.fixture
def target(tmp_path: Path) -> Path:
    made = tmp_path / "volume"
    made.mkdir()
    return made


def test_an_empty_volume_gets_the_image_s_content(content: Path, target: Path) -> None:
    fill(Volume(path=str(target), content=str(content)))
    assert (target / "link").readlink() == Path("folder/file")
    assert (target / "folder" / "file").read_text() == "text"
    assert (target / "folder" / "file").stat().st_mode & 0o777 == 0o640
    assert target.stat().st_mode & 0o777 == 0o750


def test_a_volume_with_something_in_it_is_left_alone(content: Path, target: Path) -> None:
    (target / "mine").touch()
    fill(Volume(path=str(target), content=str(content)))
    assert [path.name for path in target.iterdir()] == ["mine"]


def test_a_volume_without_content_in_the_image_stays_empty(target: Path) -> None:
    fill(Volume(path=str(target)))
    assert list(target.iterdir()) == []


def test_a_volume_is_emptied_unless_it_is_kept(content: Path, target: Path) -> None:
    fill(Volume(path=str(target), content=str(content)))
    empty(Volume(path=str(target), keep=True))
    assert len(list(target.iterdir())) == 2
    empty(Volume(path=str(target)))
    assert list(target.iterdir()) == []
    assert (content / "folder" / "file").exists()  # a link was not followed

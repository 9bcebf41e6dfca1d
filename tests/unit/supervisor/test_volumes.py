"""Volumes, filled and emptied."""

from pathlib import Path

import pytest

from ci.supervisor.spec import Volume
from ci.supervisor.volumes import empty, fill


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


def test_an_empty_volume_is_filled_with_the_image_s_content(content: Path, target: Path) -> None:
    fill(Volume(path=str(target), content=str(content)))
    assert (target / "link").readlink() == Path("folder/file")
    assert (target / "folder" / "file").read_text() == "text"
    assert (target / "folder" / "file").stat().st_mode & 0o777 == 0o640
    assert target.stat().st_mode & 0o777 == 0o750


def test_a_volume_with_content_is_not_filled(content: Path, target: Path) -> None:
    (target / "mine").touch()
    fill(Volume(path=str(target), content=str(content)))
    assert [path.name for path in target.iterdir()] == ["mine"]


def test_a_volume_stays_empty_if_the_image_has_no_content_for_it(target: Path) -> None:
    fill(Volume(path=str(target)))
    assert list(target.iterdir()) == []


def test_a_volume_is_emptied_unless_it_is_kept(content: Path, target: Path) -> None:
    fill(Volume(path=str(target), content=str(content)))
    empty(Volume(path=str(target), keep=True))
    assert len(list(target.iterdir())) == 2
    empty(Volume(path=str(target)))
    assert list(target.iterdir()) == []
    assert (content / "folder" / "file").exists()  # links are not followed

"""What a Dockerfile reads of its context."""

from collections.abc import Sequence

import pytest

from ci.core.images.contexts import Contexts
from ci.core.images.tree import Entry, EntryKind

FILES = ("VERSION", "app/a.py", "app/b/c.py", "app/b.txt", "app/br[1].txt", "apple", "web/x")
TREE = {path: Entry(EntryKind.FILE, path) for path in FILES}
LINKED = TREE | {"link": Entry(EntryKind.LINK, "app"), "web/link": Entry(EntryKind.LINK, "x")}


def read(paths: Sequence[str] | None, ignore: str = "", folder: str = ".", tree: dict[str, Entry] = TREE) -> list[str]:
    return [*Contexts(tree).read(folder, ignore, paths)]


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["VERSION"], ["VERSION"]),
        (["app"], ["app/a.py", "app/b.txt", "app/b/c.py", "app/br[1].txt"]),
        (["app/b"], ["app/b/c.py"]),
        (["app/*.py"], ["app/a.py"]),
        (["app/*"], ["app/a.py", "app/b.txt", "app/b/c.py", "app/br[1].txt"]),
        (["ap*"], ["app/a.py", "app/b.txt", "app/b/c.py", "app/br[1].txt", "apple"]),
        (["app/?"], ["app/b/c.py"]),
        (["*"], [*FILES[:2], "app/b.txt", "app/b/c.py", *FILES[4:]]),
        (["missing"], []),
        ([], []),
        (["web/**/x"], sorted(FILES)),
        (None, sorted(FILES)),
    ],
)
def test_the_files_of_its_paths(paths: list[str] | None, found: list[str]) -> None:
    assert read(paths) == found


def test_what_is_excluded_is_not_read() -> None:
    assert read(["app"], "**/*.py\n!app/a.py\n") == ["app/a.py", "app/b.txt", "app/br[1].txt"]
    assert read(None, "*\n!web") == ["web/x"]


def test_a_context_is_a_folder_and_its_paths_start_there() -> None:
    assert read(["b"], folder="app") == ["app/b/c.py"]
    assert read(None, "b\n", folder="app") == ["app/a.py", "app/b.txt", "app/br[1].txt"]


@pytest.mark.parametrize("paths", [["link"], ["link/a.py"], ["l*/a.py"], ["*"], ["web/li?k"]])
def test_a_path_through_a_link_may_read_all(paths: list[str]) -> None:
    assert read(paths, tree=LINKED) == sorted(LINKED)


def test_a_link_inside_of_a_folder_is_copied_as_it_is() -> None:
    assert read(["web"], tree=LINKED) == ["web/link", "web/x"]
    assert read(["link"], "link\n", tree=LINKED) == []

"""The unified diff of two strings."""

import random
import subprocess
from difflib import unified_diff
from pathlib import Path

import pytest

from ci.core.diff import _matched, unified


def test_equal_strings_have_no_diff() -> None:
    assert unified("a\nb", "a\nb", "x", "y") == ""


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a\nb\n", "a\nc\n", " a\n-b\n+c\n"),
        ("a\r\n", "a\n", "-a\r\n+a\n"),
        ("a", "a\n", "-a\n\\ No newline at end of file\n+a\n"),
        ("", "a\n", "+a\n"),
        ("a\x0cb\u2028c\n", "a\x0cb\u2028d\n", "-a\x0cb\u2028c\n+a\x0cb\u2028d\n"),
    ],
)
def test_the_differing_lines_are_shown(before: str, after: str, shown: str) -> None:
    head, found = unified(before, after, "x", "y").split(" @@\n")
    assert head.startswith("--- x\n+++ y\n@@ ")
    assert found == shown


@pytest.mark.parametrize(
    ("before", "after"), [("a\nb\nc", "a\nd\nc\n"), ("a\r\nb\r\n", "a\r\n"), ("x\n" * 50, "x\n" * 40 + "y")]
)
def test_git_apply_turns_one_into_the_other(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "f").write_bytes(before.encode())
    patch = unified(before, after, "f", "f").encode()
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-p0"], cwd=tmp_path, input=patch, check=True)
    assert (tmp_path / "f").read_bytes().decode() == after


def test_any_two_texts_have_a_diff_that_git_applies(tmp_path: Path) -> None:
    chosen = random.Random(1)  # noqa: S311 - texts of a test
    wanted: dict[str, str] = {}
    patches = ""
    for number in range(60):
        lines = [chosen.choice(("a\n", "b\n", f"{chosen.randrange(60)}\n")) for _ in range(chosen.randrange(1, 60))]
        changed = [line for line in lines if chosen.random() > chosen.choice((0.1, 0.6))]
        for _ in range(chosen.randrange(6)):
            changed.insert(chosen.randrange(len(changed) + 1), chosen.choice(("a\n", "new\n", "12\n")))
        before, after = "".join(lines), "".join(changed) or "z"
        (tmp_path / f"f{number}").write_text(before)
        wanted[f"f{number}"] = after
        patches += unified(before, after, f"f{number}", f"f{number}")
    subprocess.run(["git", "apply", "-p0"], cwd=tmp_path, input=patches.encode(), check=True)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == wanted


def test_a_small_change_is_shown_as_the_standard_library_shows_it() -> None:
    before = "".join(f"  service-{n}:\n    image: x\n    build: .\n" for n in range(30))
    after = before.replace("service-7:\n    image: x\n    build: .\n", "service-7:\n    image: y\n")
    one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    assert unified(before, after, "x", "y") == "".join(unified_diff(one, other, "x", "y"))


class Line(str):
    """A line that counts how often one is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Line.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize(
    "line", ["    build: .\n", "    build: {n}\n"], ids=["lines that repeat", "lines of their own"]
)
def test_time_is_linear_in_the_lines(line: str) -> None:
    counts = []
    for size in (200, 2_000):
        Line.compared = 0
        before = [Line(text) for n in range(size) for text in ("    image: x\n", line.format(n=n))]
        after = [Line(text) for text in before if "image" in text]
        list(_matched(before, after, (0, len(before), 0, len(after)), 0))
        counts.append(Line.compared)
    assert counts[1] <= 15 * counts[0]

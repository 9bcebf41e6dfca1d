"""The unified diff of two strings."""

import subprocess
from pathlib import Path

import pytest

from ci.core.diff import unified


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

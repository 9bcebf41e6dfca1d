"""Which files of a build context a `.dockerignore` excludes, as the `COPY` of one finds it."""

import pytest

from ci.core.images.dockerfile_checks import dockerfile_problems
from ci.core.images.dockerignore import is_ignored, rules

FILES = frozenset({"a.txt", "b.txt", "c.txt", "src/main.py", "src/lib/x.py", "docs/keep.md", "docs/drop.md"})


@pytest.mark.parametrize(
    ("ignore", "line", "excluded"),
    [
        ("a.txt", "COPY a.txt /", True),
        ("/a.txt", "COPY a.txt /", True),
        ("a.txt\n!a.txt", "COPY a.txt /", False),
        ("!a.txt\na.txt", "COPY a.txt /", True),
        ("*.txt", "COPY a.txt /", True),
        ("*.txt", "COPY src /", False),
        ("*\n!src", "COPY src/main.py /", False),
        ("*\n!src", "COPY a.txt /", True),
        ("src", "COPY src/main.py /", True),
        ("src/", "COPY src/lib /", True),
        ("main.py", "COPY src/main.py /", False),
        ("**/main.py", "COPY src/main.py /", True),
        ("src/**", "COPY src/lib/x.py /", True),
        ("src/**/x.py", "COPY src/lib/x.py /", True),
        ("src/*.py", "COPY src/lib/x.py /", False),
        ("docs/*.md\n!docs/keep.md", "COPY docs /", False),
        ("docs/*.md\n!docs/keep.md", "COPY docs/drop.md /", True),
        ("**", "COPY src /", True),
        ("[a-b].txt", "COPY b.txt /", True),
        ("[a-b].txt", "COPY c.txt /", False),
        ("[^a].txt", "COPY b.txt /", True),
        ("?.txt", "COPY a.txt /", True),
        ("a?txt", "COPY a.txt /", True),
        ("axtxt\na+.txt", "COPY a.txt /", False),
        ("# a.txt\n\n", "COPY a.txt /", False),
        ("\ufeffa.txt \r\nb.txt", "COPY a.txt /", True),
        ("*", "COPY . /", False),
        ("*", "COPY *.txt /", False),
        ("src/lib", "COPY src /", False),
    ],
)
def test_a_copied_file_that_dockerignore_excludes_is_a_problem(ignore: str, line: str, excluded: bool) -> None:  # noqa: FBT001 - a column
    found = [p.what for p in dockerfile_problems(f"FROM scratch\n{line}\n", "D", FILES, ignore)]
    assert found == (["COPY names a path that .dockerignore excludes"] if excluded else [])


def test_the_last_pattern_that_matches_decides() -> None:
    patterns = rules("*\n!src\nsrc/lib\n")
    assert [is_ignored(path, patterns) for path in ("a.txt", "src/main.py", "src/lib/x.py")] == [True, False, True]

"""On which line of a TOML document each key is written.

`tomllib` keeps no positions (python/cpython#115516), nor does tomlkit (python-poetry/tomlkit#55). But `tomllib` itself
says where a statement ends: the lines from its start are a valid document for the first time with its last line. So
no second grammar of TOML is needed here.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
"""The keys that lead to a value, and the indexes where they lead through arrays: `("steps", 0, "name")`."""


def key_lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every key and table of a valid TOML document.

    What is inside a value of several lines has the line on which that value's statement starts.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    last: dict[Path, int] = {}  # array of tables -> index of its last table so far
    for line, statement in _statements(text):
        content = tomllib.loads(statement)
        if statement.startswith("["):
            table = _header(content, last)
            paths: list[Path] = [table[:length] for length in range(1, len(table) + 1)]
        else:
            paths = [(*table, *path) for path in _paths(content)]
        for path in paths:
            found.setdefault(path, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header and each `key = value`, with the line on which it starts; a comment or blank line comes out empty."""
    start, lines = 1, list[str]()
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        lines.append(line)
        statement = "\n".join(lines).strip(" \t")
        try:
            tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # a value that ends on a later line
        yield start, statement
        start, lines = number + 1, []


def _header(content: Mapping[str, Any], last: dict[Path, int]) -> Path:  # Any: TOML
    """The path of the table that a header opens, given what the header alone is read as; notes it in `last`."""
    path: Path = ()
    value: Any = content
    while value:
        (key,) = value
        value, path = value[key], (*path, key)
        if isinstance(value, list):  # [[…]]
            last[path] = last.get(path, -1) + 1
            value = value[0]
        if path in last:
            path = (*path, last[path])
    return path


def _paths(value: Any) -> Iterator[Path]:
    """The paths of everything inside a value."""
    entries = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (key,)
        yield from ((key, *path) for path in _paths(entry))

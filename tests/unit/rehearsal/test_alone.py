"""The stand-in runs in a plain Python image, so it imports only the standard library and its own files."""

import ast
import sys
from pathlib import Path

import pytest

import ci.rehearsal

FOLDER = Path(ci.rehearsal.__file__).parent


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return plain | {"." * node.level + (node.module or "").partition(".")[0] for node in froms}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_a_file_imports_only_the_standard_library_and_its_neighbours(path: Path) -> None:
    neighbours = {f".{other.stem}" for other in FOLDER.glob("*.py")} | {"."}
    assert imported(path) <= sys.stdlib_module_names | neighbours

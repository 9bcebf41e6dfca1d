"""The house is as its plan says: who imports whom, what the core may touch, and what the documents say of the files."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import grimp
import pytest

from ci.core.product.changelog import entry

ROOT = Path(__file__).parents[1]
CI = sorted((ROOT / "ci").rglob("*.py"))
CORE = [path for path in CI if "core" in path.relative_to(ROOT).parts]
ALONE = [path for path in CI if path.parent.name in {"rehearsal", "supervisor"}]
"""What runs in a container with no package but Python."""

EFFECTS = {"open", "input", "print", "exec", "eval", "compile", "breakpoint", "__import__", "globals", "vars"}
"""Built-in functions with an effect: import-linter, which holds what core may import, can't see a call."""

NO_MIRROR = {
    "tests/unit/core/proof/test_broken_rules.py": "what the proof says of every rule of the edit",
    "tests/unit/test_bad_input.py": "what one report says of the input as a whole, whichever file finds it",
    "tests/unit/test_document_commands.py": "the commands that the documents show",
    "tests/unit/test_document_links.py": "what the documents and the code point to",
    "tests/unit/test_documents.py": "what the documents say of the code",
    "tests/unit/test_programs.py": "what happens to a test whose program is missing",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def test_there_is_something_to_look_at() -> None:
    assert len(CORE) > 10
    assert len(ALONE) > 10


@pytest.mark.parametrize("path", [*CORE, ROOT / "ci/errors.py"], ids=name)
def test_the_core_calls_nothing_that_has_an_effect(path: Path) -> None:
    for call in calls(path):
        if isinstance(call.func, ast.Name):
            assert call.func.id not in EFFECTS, f"line {call.lineno}"


def test_the_parser_of_dockerfiles_is_given_a_text_and_so_opens_no_file() -> None:
    made = [call for path in CORE for call in calls(path) if getattr(call.func, "id", "") == "DockerfileParser"]
    assert made
    assert all("fileobj" in {keyword.arg for keyword in call.keywords} for call in made)


@pytest.mark.parametrize("room", ["ci.supervisor", "ci.rehearsal"])
def test_what_runs_alone_imports_the_standard_library_and_its_neighbours(room: str) -> None:
    graph = grimp.build_graph("ci", include_external_packages=True, cache_dir=None)
    modules = {room, *graph.find_descendants(room)}
    imported = {other for one in modules for other in graph.find_modules_directly_imported_by(one)} - modules
    assert imported <= sys.stdlib_module_names


def arrows(graph: grimp.ImportGraph, depth: int, inside: str) -> set[tuple[str, str]]:
    """Who imports whom between the rooms below `inside`; a file that stands in no room is one of its own."""
    rooms = {one: ".".join(one.split(".")[:depth]) for one in graph.modules if one.startswith(f"{inside}.")}
    pairs = {(rooms[one], rooms[other]) for one in rooms for other in graph.find_modules_directly_imported_by(one)
             if other in rooms}  # fmt: skip
    return {(one, other) for one, other in pairs if one != other}


# 45 of core, and one more: the page is made of what a release has reported. Three more: the edit and the proof know the
# model of omctl's loader (env_files and proof → omctl), and variables are filled in by span (env_files → yaml).
# One more: a decision knows its rules (event → settings).
# Four more: the product has other compose files written into its own (product → flatten → compose, yaml, proof).
# Of ci, eight are of the simulation: the plain command shows it (cli → simulation, results), and it is the pipeline
# with its outside in memory (simulation → pipelines, adapters, rehearsal, core, concurrency, errors).
@pytest.mark.parametrize(("inside", "depth", "most"), [("ci", 2, 31), ("ci.core", 3, 54)])
def test_few_arrows_lead_from_room_to_room(inside: str, depth: int, most: int) -> None:
    assert len(arrows(grimp.build_graph("ci", cache_dir=None), depth, inside)) <= most


def test_files_are_short() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in CI)
    assert lengths[len(lengths) // 2] <= 120
    assert lengths[-1] <= 250


@pytest.mark.parametrize(("file", "most"), [("ci/main.py", 200), ("ci/pipelines/release.py", 120)])
def test_what_reads_as_a_table_of_contents_stays_one(file: str, most: int) -> None:
    assert len((ROOT / file).read_text().splitlines()) <= most


def test_the_plain_command_loads_neither_dagger_nor_what_needs_it() -> None:
    code = (
        "import sys; from ci.cli import main; assert main(['check']) == 0;"
        "assert main(['plan', '--sha', '0' * 40]) == 0;"
        "heavy = ('dagger', 'httpx', 'ci.main', 'ci.adapters.dagger', 'ci.adapters.registry');"
        "print('\\n', sorted(name for name in sys.modules if name.startswith(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "[]"


def test_the_package_gives_its_main_object_and_only_on_demand() -> None:
    code = (
        "import sys, ci; assert 'dagger' not in sys.modules; assert not hasattr(ci, 'nothing');"
        "from ci.main import Slipway; assert ci.Slipway is Slipway"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("path", CI, ids=name)
def test_no_product_s_name_is_in_the_code(path: Path) -> None:
    assert "experio" not in path.read_text().lower()


@pytest.mark.parametrize("path", sorted((ROOT / "tests/unit").rglob("test_*.py")), ids=name)
def test_a_unit_test_mirrors_a_file_of_the_code(path: Path) -> None:
    """`test_release_preflight.py` is a part of the tests of `release.py`."""
    if name(path) in NO_MIRROR:
        return
    folder = ROOT / "ci" / path.relative_to(ROOT / "tests/unit").parent
    stem = path.stem.removeprefix("test_")
    parts = stem.split("_")
    mirrored = {"_".join(parts[:length]) for length in range(1, len(parts) + 1)}
    there = {file.stem for file in folder.glob("*.py")}
    assert mirrored & there or stem == "alone"


def test_every_exception_from_the_mirror_is_a_file() -> None:
    assert [path for path in NO_MIRROR if not (ROOT / path).is_file()] == []


def the_map() -> list[str]:
    """The paths of the map in CONTRIBUTING.md: the lines of its fenced block, `path  meaning`."""
    block = (ROOT / "CONTRIBUTING.md").read_text().split("```")[1]
    lines = [re.fullmatch(r"(\S+) {2,}\S.*", line) for line in block.strip().splitlines()]
    assert all(lines), "each line of the map is a path, two spaces or more, and a meaning"
    return [line[1] for line in lines if line]


def test_the_map_names_nothing_twice_and_nothing_that_is_not_there() -> None:
    paths = the_map()
    assert sorted(paths) == sorted(set(paths))
    assert [p for p in paths if not ((ROOT / p).is_dir() if p.endswith("/") else (ROOT / p).is_file())] == []


def test_the_map_names_every_entry_of_the_top_level() -> None:
    command = ["git", "-C", str(ROOT), "ls-files"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    top = {PurePosixPath(path).parts[0] for path in listed}
    assert top - {PurePosixPath(path).parts[0] for path in the_map()} == set()


def test_the_map_names_every_room_and_every_file_of_the_ground() -> None:
    rooms = {f"{name(path.parent)}/" for path in CI if path.name == "__init__.py"} - {"ci/", "ci/core/"}
    ground = {name(path) for path in CI if name(path.parent) in {"ci", "ci/core"}} - {"ci/core/__init__.py"}
    assert {path for path in the_map() if path.startswith("ci/")} == rooms | ground


def test_contributing_is_short() -> None:
    lines = (ROOT / "CONTRIBUTING.md").read_text().splitlines()
    assert len(lines) <= 120
    assert max(map(len, lines)) <= 130


def project() -> dict[str, object]:
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


def test_the_engine_and_its_library_have_one_version() -> None:
    engine = json.loads((ROOT / "dagger.json").read_text())["engineVersion"]
    dependencies = project()["dependencies"]
    assert isinstance(dependencies, list)
    assert f"dagger-io=={engine.removeprefix('v')}" in dependencies


def test_the_version_is_the_same_everywhere_and_has_its_entry() -> None:
    version = (ROOT / "VERSION").read_text().strip()
    assert project()["version"] == version
    assert entry((ROOT / "CHANGELOG.md").read_text(), version)

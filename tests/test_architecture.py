"""The house is as its plan says: who imports whom, what the core may touch, and what the documents say of the files."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from ci.core.changelog import entry

ROOT = Path(__file__).parents[1]
CI = sorted((ROOT / "ci").rglob("*.py"))
CORE = [path for path in CI if "core" in path.relative_to(ROOT).parts]
ALONE = [path for path in CI if path.parent.name in {"rehearsal", "keeper"}]
"""What runs in a container with no package but Python."""
TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "engine" not in path.relative_to(ROOT).parts]

MAY_IMPORT_DAGGER = {"ci/main.py", "ci/engine.py", "ci/engine_smoke.py"}
STORIES = [
    f"ci/{one}.py" for one in ("release", "upgrade", "smoke", "smoke_course", "smoke_steps", "ports", "concurrency")
]
PURE_MODULES = {
    *("collections", "collections.abc", "dataclasses", "difflib", "enum", "functools", "itertools", "json", "math"),
    *("bisect", "posixpath", "re", "shlex", "string", "textwrap", "tomllib", "types", "typing"),
    *("dockerfile_parse", "semver", "yaml", "yaml.events"),
    *("io.BytesIO", "io.StringIO"),  # a text as a file; `io.open` is another matter
}
"""What `ci/core` may import beside itself and `ci.errors`: nothing in it reads a file, the clock, or the machine."""
EFFECTS = {"open", "input", "print", "exec", "eval", "compile", "breakpoint", "__import__", "globals", "vars"}
EFFECTFUL_METHODS = {"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes", "getenv"}

NO_MIRROR = {
    "tests/unit/test_bad_input.py": "what one report says of the input as a whole, whichever file finds it",
    "tests/unit/test_documents.py": "what the documents say of the code",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Every module that a file imports, at any depth of its code; `ci.x` for `from ci import x`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            parents = {"ci", "ci.core", "io"}
            found |= {f"{module}.{alias.name}" for alias in node.names} if module in parents else {module}
    return found


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def test_there_is_something_to_look_at() -> None:
    assert len(CORE) > 10
    assert len(ALONE) > 10
    assert {"ci/main.py", "ci/engine.py", "ci/release.py"} <= {name(path) for path in CI}


def test_dagger_is_imported_by_three_files_alone() -> None:
    found = {name(p) for p in [*CI, *TESTS] if any(m.partition(".")[0] == "dagger" for m in imports(p))}
    assert found == MAY_IMPORT_DAGGER


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_imports_nothing_that_has_an_effect(path: Path) -> None:
    foreign = {module for module in imports(path) if not module.startswith(("ci.core.", "ci.errors"))}
    assert foreign <= PURE_MODULES


@pytest.mark.parametrize("path", [*CORE, ROOT / "ci/errors.py"], ids=name)
def test_the_core_calls_nothing_that_has_an_effect(path: Path) -> None:
    for call in calls(path):
        if isinstance(call.func, ast.Name):
            assert call.func.id not in EFFECTS, f"line {call.lineno}"
        if isinstance(call.func, ast.Attribute):
            assert call.func.attr not in EFFECTFUL_METHODS, f"line {call.lineno}"


def test_the_parser_of_dockerfiles_is_given_a_text_and_so_opens_no_file() -> None:
    made = [call for path in CORE for call in calls(path) if getattr(call.func, "id", "") == "DockerfileParser"]
    assert made
    assert all("fileobj" in {keyword.arg for keyword in call.keywords} for call in made)


def test_the_errors_know_nobody() -> None:
    assert imports(ROOT / "ci/errors.py") <= PURE_MODULES


@pytest.mark.parametrize("path", STORIES)
def test_the_story_knows_protocols_and_no_implementation(path: str) -> None:
    known = {"ci.concurrency", "ci.ports", "ci.errors", "ci.upgrade", "ci.smoke_course", "ci.smoke_steps"}
    own = {module for module in imports(ROOT / path) if module.partition(".")[0] == "ci"}
    assert {module for module in own if not module.startswith("ci.core.")} <= known
    foreign = {module.partition(".")[0] for module in imports(ROOT / path)} - {"ci"}
    assert foreign <= {*sys.stdlib_module_names, "anyio"}


@pytest.mark.parametrize("path", ALONE, ids=name)
def test_what_runs_alone_imports_the_standard_library_and_its_neighbours(path: Path) -> None:
    foreign = {module for module in imports(path) if not re.match(r"\.(?!\.)", module)}
    assert {module.partition(".")[0] for module in foreign} <= sys.stdlib_module_names


def test_the_plain_command_loads_neither_dagger_nor_what_needs_it() -> None:
    code = (
        "import sys; from ci.cli import main; assert main(['check']) == 0;"
        "assert main(['plan', '--sha', '0' * 40]) == 0;"
        "heavy = {'dagger', 'httpx', 'ci.main', 'ci.engine', 'ci.engine_smoke', 'ci.registry'};"
        "print('\\n', sorted(heavy & sys.modules.keys()))"
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
    """`test_release_preflight.py` is a part of the tests of `release.py`; a rehearsal's are named `test_standin_…`."""
    if name(path) in NO_MIRROR:
        return
    folder = ROOT / "ci" / path.relative_to(ROOT / "tests/unit").parent
    stem = path.stem.removeprefix("test_").removeprefix("standin_")
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


def test_the_map_names_every_file_of_the_code() -> None:
    folders = [path for path in the_map() if path.startswith("ci/") and path.endswith("/")]
    files = {name(path) for path in CI if not name(path).startswith(tuple(folders))}
    assert {path for path in the_map() if path.startswith("ci/") and path.endswith(".py")} == files


def test_the_map_names_every_entry_of_the_top_level() -> None:
    command = ["git", "-C", str(ROOT), "ls-files"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    top = {PurePosixPath(path).parts[0] for path in listed}
    assert top - {PurePosixPath(path).parts[0] for path in the_map()} == set()


def test_contributing_fits_one_screen() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 90


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

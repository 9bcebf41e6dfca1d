"""The plain command and the module read the same source: the same files and texts, and so the same problems."""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

import anyio
import pytest
from fakes import COMPOSE, GIT_SHA, TEXTS
from products import SHOP_SETTINGS

from ci.adapters import disk
from ci.cli import main
from ci.cli.reading import located
from ci.core.omctl.files import PINNED_FILE
from ci.core.product.gitignore import GitIgnore
from ci.core.product.source import EXCLUDED_PATTERNS, Source
from ci.core.release.plan_text import as_json
from ci.errors import ConfigurationError
from ci.session import Session, read_source


class EngineTree:
    """A folder as the engine has it: without what matches the patterns or is ignored, each file's path and text."""

    def __init__(self, folder: Path) -> None:
        paths = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
        complete = {path: file.read_bytes() for path, file in paths.items() if not excluded(path)}
        texts = {
            path[: -len("/.gitignore")]: text.decode()
            for path, text in complete.items()
            if path.endswith("/.gitignore")
        }
        rules = GitIgnore(texts | ({"": complete[".gitignore"].decode()} if ".gitignore" in complete else {}))
        self._files = {path: text for path, text in complete.items() if not rules.excludes(path)}
        self._ignored = complete.keys() - self._files.keys()

    async def ignored(self) -> frozenset[str]:
        return frozenset(self._ignored)

    async def files(self) -> frozenset[str]:
        return frozenset(self._files)

    async def existing(self, paths: Iterable[str]) -> frozenset[str]:
        return frozenset(paths) & self._files.keys()

    async def texts(self, paths: Iterable[str]) -> dict[str, str]:
        found = {}
        for path in self._files.keys() & set(paths):
            try:
                found[path] = self._files[path].decode()
            except UnicodeDecodeError:
                continue
        return found


def excluded(path: str) -> bool:
    """Whether one of the engine's patterns matches a path or a folder above it."""
    parts = path.split("/")
    above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return any(fnmatch(f"/{one}" if "**" in pattern else one, pattern.replace("**", "*"))
               for one in above for pattern in EXCLUDED_PATTERNS)  # fmt: skip


PRODUCTS: dict[str, Mapping[str, str | None]] = {
    "complete": {},
    "without a changelog": {"CHANGELOG.md": None},
    "without a version": {"VERSION": None},
    "without settings": {"pyproject.toml": None},
    "with invalid settings": {"pyproject.toml": SHOP_SETTINGS + "unknown = 1\n"},
    "without a compose file": {"docker-compose.yaml": None},
    "with an invalid compose file": {"docker-compose.yaml": "services: [\n"},
    "without a Dockerfile": {"Dockerfile.mail": None},
    "with a .env that is named": {
        ".env": "A=1\n",
        "docker-compose.yaml": COMPOSE + "    env_file: [.env, {path: a.env, required: false}]\n",
    },
    "with excluded files": {".git/HEAD": "", "web/node_modules/x": "", PINNED_FILE: "", "d/.env": "", ".env": ""},
    "with a copied file that is excluded": {".env": "", "Dockerfile.web": "FROM scratch\nCOPY .env /\n"},
    "with ignored files that are named": {
        ".gitignore": "*.env\n/web/*\n!/web/kept\ndist/\n",
        "web/.gitignore": "!other\n",
        **dict.fromkeys(("a.env", "web/kept", "web/other", "web/gone", "dist/app.js", "VERSION.env"), "A=1\n"),
        "docker-compose.yaml": COMPOSE + "    env_file: [a.env]\n    volumes: ['./web/gone:/w:ro']\n",
        "Dockerfile.web": "FROM scratch\nCOPY dist/app.js web/kept web/other web/gone /\n",
    },
    "with a needed file that is ignored": {".gitignore": "VERSION\nDockerfile.mail\n"},
    "without a .gitignore": {".npmrc": "", "d/.env.local": "", "Dockerfile.web": "FROM scratch\nCOPY .npmrc d /\n"},
    "with embedded files": {
        "docker-compose.yaml": COMPOSE + "  x-embed-$: {{ $file:more/one.yaml }}\n  {{ $file:gone }}\n",
        "more/one.yaml": "one:\n  image: {{ $file:in/two }}\n  env_file: a.env\n  user: ${A:-1}\n",
        "more/in/two": "x:{{ $file:../three }}",
        "more/three": "1",
        "a.env": "B=1\n",
    },
    "in a folder with variables": {
        "pyproject.toml": SHOP_SETTINGS + 'compose_file = "deploy/c.yaml"\n',
        "docker-compose.yaml": None,
        "deploy/c.yaml": COMPOSE.replace("context: .", "context: ..") + "    env_file: ${FILE}\n    user: ${NONE}\n",
        "deploy/.env": "FILE=../a.env\n",
        "a.env": "B=1\n",
    },
    "in a folder": {
        "pyproject.toml": SHOP_SETTINGS + 'compose_file = "deploy/c.yaml"\n',
        "docker-compose.yaml": None,
        "deploy/c.yaml": COMPOSE.replace("context: .", "context: ..") + "    env_file: ../gone.env\n",
    },
}


@pytest.fixture(params=PRODUCTS)
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product on the disk, on a machine without git."""
    monkeypatch.setenv("PATH", "")
    files = {**TEXTS, "pyproject.toml": SHOP_SETTINGS, "sub/file": "", **PRODUCTS[request.param]}
    for name, text in files.items():
        if text is not None:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("full", [True, False])
def test_both_read_the_same_files_and_texts(folder: Path, full: bool) -> None:  # noqa: FBT001 - a column
    settings = disk.locate(folder, {}).settings

    async def of_engine() -> Source:
        return await read_source(EngineTree(folder), settings, full=full)

    assert disk.read_source(folder, settings, full=full) == anyio.run(of_engine)


@pytest.mark.parametrize("subfolder", [".", "sub"])
def test_both_have_the_same_plan_or_the_same_problems(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, subfolder: str
) -> None:
    session = Session(EngineTree(folder), {})
    has_settings = (folder / "pyproject.toml").exists()  # without settings, the source starts where the command runs
    monkeypatch.chdir(folder / subfolder if has_settings else folder)
    try:
        with located(folder):
            plan, error = as_json(anyio.run(session.plan, GIT_SHA)), ""
    except ConfigurationError as caught:
        plan, error = {}, f"{caught}\n"
    assert main(["plan", "--sha", GIT_SHA, "--json"]) == (1 if error else 0)
    out, err = capsys.readouterr()
    assert err == error
    assert (json.loads(out) if out else {}) == plan


@pytest.mark.parametrize("name", ["compose.yaml", "docker-compose.yml"])
def test_the_module_finds_the_compose_file_as_the_command_does(tmp_path: Path, name: str) -> None:
    (tmp_path / "docker-compose.yaml").write_text("services:\n  db:\n    image: postgres:16\n")
    (tmp_path / name).write_text("services:\n  web:\n    build: .\n")
    made = anyio.run(Session(EngineTree(tmp_path), {"image_prefix": "ghcr.io/o/x"}).pinned, GIT_SHA)
    assert [change.where for change in made.pinned.changes] == ["web"]
    given = {"image_prefix": "ghcr.io/o/x", "compose_file": "docker-compose.yaml"}
    assert anyio.run(Session(EngineTree(tmp_path), given).pinned, GIT_SHA).pinned.changes == ()

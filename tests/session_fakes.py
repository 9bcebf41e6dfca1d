"""Fakes of a call's source tree and secrets, and the small product with its settings as such a tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import anyio
import anyio.lowlevel
from fakes import GIT_SHA, TEXTS

from ci.core.release.commit_tree import GitFolder, TreeState
from ci.core.release.history import History
from ci.errors import ConfigurationError, Problem

PYPROJECT = """\
[tool.slipway]
image_prefix = "registry.example/o/shop"
product_name = "Shop"
sidecars = { scaler = "web" }

[tool.slipway.smoke]
core = ["db"]
images = { postgres = "registry.example/postgres" }
"""


@dataclass
class FakeTree:
    """A source tree of texts; the paths whose text is read are recorded."""

    by_path: dict[str, str]
    read: list[str] = field(default_factory=list)
    excluded: frozenset[str] = frozenset()

    async def ignored(self) -> frozenset[str]:
        await anyio.lowlevel.checkpoint()
        return self.excluded

    async def files(self) -> frozenset[str]:
        await anyio.lowlevel.checkpoint()
        return frozenset(self.by_path)

    async def existing(self, paths: Iterable[str]) -> frozenset[str]:
        await anyio.lowlevel.checkpoint()
        return frozenset(paths) & self.by_path.keys()

    async def texts(self, paths: Iterable[str]) -> dict[str, str]:
        await anyio.lowlevel.checkpoint()
        wanted = sorted(paths)
        self.read += wanted
        return {path: self.by_path[path] for path in wanted if path in self.by_path}


@dataclass
class FakeRepository:
    """A repository whose source is, if nothing else is said, the commit `GIT_SHA`."""

    found: TreeState = field(default_factory=lambda: TreeState(git=GitFolder.FOLDER, head=GIT_SHA))

    async def state(self) -> TreeState:
        await anyio.lowlevel.checkpoint()
        return self.found

    def history(self, *, accept_images: bool) -> History:
        return History(is_ancestor=self.is_ancestor, accept_images=accept_images)

    async def is_ancestor(self, old: str, new: str) -> bool | None:
        await anyio.lowlevel.checkpoint()
        return True if old == new else None


@dataclass
class FakeSecret:
    """A secret with a value, or one that can't be read."""

    text: str = ""
    problem: Problem | None = None

    async def plaintext(self) -> str:
        await anyio.lowlevel.checkpoint()
        if self.problem:
            raise ConfigurationError(self.problem)
        return self.text


def tree(**texts: str) -> FakeTree:
    """The small product with its settings; `texts` replaces files by a short name."""
    paths = {"compose": "docker-compose.yaml", "version": "VERSION", "pyproject": "pyproject.toml"}
    return FakeTree({**TEXTS, "pyproject.toml": PYPROJECT, **{paths[name]: text for name, text in texts.items()}})

"""The source tree port, implemented with a Dagger directory."""

from collections.abc import Iterable

import dagger
from dagger import dag

from ci.concurrency import run_all
from ci.core.product.gitignore import IGNORE_FILE, SECRET_FILES
from ci.core.product.source import EXCLUDED_PATTERNS
from ci.errors import ConfigurationError, Problem

_MODULE_FILES = ("uv.lock", "ci/main.py")
"""What tells the module's own repository; the engine writes `dagger.json` anew, so that it differs."""
AT_ONCE = 16
"""Requests to the engine at the same time."""


async def open_source(given: dagger.Directory) -> "DaggerSource":
    """The source of a call.

    Its tree is evaluated, since only then the cache knows it by its content, and not by the commit of a `.git` beside
    it (docs/engine.md, "Build contexts and the cache").

    Raises:
        ConfigurationError: it is the reference product of the module's own repository, and the call is made elsewhere.
    """
    await _require_product(given)
    return DaggerSource(await (await product_tree(given)).sync(), given.filter(exclude=[*EXCLUDED_PATTERNS]))


async def product_tree(given: dagger.Directory) -> dagger.Directory:
    """What is read, built and released of a directory: all but what is excluded, and what its `.gitignore`s name.

    The excluded is filtered here as well, since the patterns of an argument do not hold for a git address
    (docs/engine.md, "A source by its address").
    """
    secret_files = [] if await given.exists(IGNORE_FILE) else [f"**/{name}" for name in SECRET_FILES]
    return given.filter(exclude=[*EXCLUDED_PATTERNS, *secret_files], gitignore=True)


async def _require_product(given: dagger.Directory) -> None:
    """Refuse the module's own repository, unless the call is made there.

    With `-m URL` the default of an argument is of the module's repository (docs/engine.md, "The module's own source").
    """
    module = await read_texts(dag.current_module().source(), _MODULE_FILES)
    if module != await read_texts(given, _MODULE_FILES):
        return
    workspace = dag.current_workspace()
    if module != await read_texts(workspace.directory("/", include=[*_MODULE_FILES]), _MODULE_FILES):
        raise ConfigurationError(
            Problem(
                what="The source is Slipway's own reference product, and the call is made elsewhere",
                value=f"called in {await workspace.address()}",
                expected="the source of your product",
                hint="give --source . beside -m, or put Slipway behind your own dagger.json once: dagger init "
                "--blueprint=URL@REF (docs/first-release.md); the reference product is tried in a clone of Slipway",
            )
        )


class DaggerSource:
    """A source tree in a Dagger directory; see `ci.pipelines.ports.SourceTree`.

    `directory` is the tree, `complete` the same with what its `.gitignore`s name.
    """

    def __init__(self, directory: dagger.Directory, complete: dagger.Directory) -> None:
        self.directory, self._complete = directory, complete

    async def files(self) -> frozenset[str]:
        """The path of every file; see `ci.pipelines.ports.SourceTree`."""
        return await _files(self.directory)

    async def ignored(self) -> frozenset[str]:
        """Every file that a `.gitignore` excludes; see `ci.pipelines.ports.SourceTree`."""
        return await _files(self._complete) - await _files(self.directory)

    async def existing(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the paths that are files; see `ci.pipelines.ports.SourceTree`."""

        async def exists(path: str) -> bool:
            return await self.directory.exists(path, expected_type=dagger.ExistsType.REGULAR_TYPE)

        outcomes = await run_all(list(paths), exists, at_once=AT_ONCE)
        return frozenset(one.item for one in outcomes if one.result)

    async def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """The text of each file that exists and is UTF-8; see `ci.pipelines.ports.SourceTree`."""
        return await read_texts(self.directory, paths)


async def _files(directory: dagger.Directory) -> frozenset[str]:
    return frozenset(path for path in await directory.glob("**") if not path.endswith("/"))


async def read_texts(directory: dagger.Directory, paths: Iterable[str]) -> dict[str, str]:
    """The text of each of the files that exists and is UTF-8."""

    async def read(path: str) -> str | None:
        try:
            return await directory.file(path).contents()
        except dagger.QueryError:  # missing, or not UTF-8: the core tells which
            return None

    outcomes = await run_all(list(paths), read, at_once=AT_ONCE)
    return {one.item: one.result for one in outcomes if one.result is not None}

"""The ports that say what images are made of, implemented with the engine."""

import json

import dagger
from dagger import dag

from ci.adapters.dagger_errors import end_of_log
from ci.core.images.tree import Entry, EntryKind, Tree
from ci.core.settings.product import Settings
from ci.errors import BuildError, Problem

_SCRIPT, _SOURCE, _OUTPUT = "/slipway/tree_hash.py", "/source", "/tmp/entries.json"  # noqa: S108 - in a container


class DaggerTree:
    """A tree in a Dagger directory, hashed in a container; see `ci.pipelines.ports.HashedTree`.

    Not by the engine's own digests, which depend on the umask of the machine that the tree comes from (docs/engine.md,
    "Digests"). The engine knows the step by the tree's content, and may answer it from its cache.
    """

    def __init__(self, directory: dagger.Directory, settings: Settings) -> None:
        self._directory, self._settings = directory, settings

    async def entries(self) -> Tree:
        """Each file and link; see `ci.pipelines.ports.HashedTree`."""
        script = dag.current_module().source().file("ci/adapters/tree_hash.py")
        output = (
            dag.container()
            .from_(self._settings.python_image)
            .with_mounted_file(_SCRIPT, script)
            .with_mounted_directory(_SOURCE, self._directory)
            .with_exec(["python", _SCRIPT, _SOURCE, _OUTPUT], use_entrypoint=False)
            .file(_OUTPUT)
        )
        found = json.loads(await output.contents())
        return {path: Entry(EntryKind(kind), value) for path, (kind, value) in found.items()}


class DaggerBaseImages:
    """Base images as the engine resolves them; see `ci.pipelines.ports.BaseImages`."""

    def __init__(self, settings: Settings) -> None:
        self._platform = dagger.Platform(settings.platform) if settings.platform else None

    async def digest(self, name: str) -> str:
        """The digest of an image now; see `ci.pipelines.ports.BaseImages`."""
        try:
            reference = await dag.container(platform=self._platform).from_(name).image_ref()
        except dagger.QueryError as error:
            raise BuildError(
                Problem(
                    what=f"The base image {name} can't be resolved",
                    value=end_of_log(error),
                    expected="an image that the engine can reach",
                    hint="correct the name in the Dockerfile, or sign in to its registry on this machine",
                )
            ) from error
        # Only the digest: the name before it may have another image's tag (docs/engine.md, "Digests").
        return reference.partition("@")[2]

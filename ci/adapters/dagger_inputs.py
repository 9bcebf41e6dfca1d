"""The ports that say what images are made of, implemented with the engine."""

import json
from collections.abc import Sequence
from pathlib import Path

import dagger
from dagger import dag

from ci.adapters import tree_hash
from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_secrets import made_secret
from ci.adapters.image_documents import OciImageDocuments
from ci.adapters.registry import OciRegistry
from ci.core.images.tree import Entry, EntryKind, Tree
from ci.core.release.plan import Plan, select
from ci.core.release.record import records_repository
from ci.core.settings.product import Settings
from ci.errors import BuildError, Problem
from ci.pipelines.reuse_ports import ReusePorts

ALL = "all"
"""Every image, where images to rebuild are named."""

_SCRIPT, _SOURCE, _OUTPUT = "/slipway/tree_hash.py", "/source", "/tmp/entries.json"  # noqa: S108 - in a container


class DaggerTree:
    """A tree in a Dagger directory, hashed in a container; see `ci.pipelines.reuse_ports.HashedTree`.

    Not by the engine's own digests, which depend on the umask of the machine that the tree comes from (docs/engine.md,
    "Digests"). The engine knows the step by the tree's content, and may answer it from its cache.
    """

    def __init__(self, directory: dagger.Directory, settings: Settings) -> None:
        self._directory, self._settings = directory, settings

    async def entries(self) -> Tree:
        """Each file and link; see `ci.pipelines.reuse_ports.HashedTree`.

        Raises:
            BuildError: the container could not be run.
        """
        output = (
            dag.container()
            .from_(self._settings.python_image)
            .with_new_file(_SCRIPT, _script())
            .with_mounted_directory(_SOURCE, self._directory)
            .with_exec(["python", _SCRIPT, _SOURCE, _OUTPUT], use_entrypoint=False)
            .file(_OUTPUT)
        )
        try:
            found = json.loads(await output.contents())
        except dagger.QueryError as error:
            raise BuildError(
                Problem(
                    what="The source tree could not be hashed",
                    value=end_of_log(error),
                    expected=f"an image with Python: {self._settings.python_image}",
                    hint="set `python_image` in [tool.slipway] to one that the engine can reach",
                )
            ) from error
        return {path: Entry(EntryKind(kind), value) for path, (kind, value) in found.items()}


class DaggerBaseImages:
    """Base images as the engine resolves them; see `ci.pipelines.reuse_ports.BaseImages`.

    With a password, those in the registry of own images are read with its token, and all others as the engine does.
    """

    def __init__(self, settings: Settings, password: str = "") -> None:
        self._settings = settings
        self._token = made_secret("base-images-token", password) if password else None

    async def digest(self, name: str) -> str:
        """The digest of an image now; see `ci.pipelines.reuse_ports.BaseImages`."""
        try:
            reference = await self._container(name).from_(name).image_ref()
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

    def _container(self, name: str) -> dagger.Container:
        settings = self._settings
        container = dag.container(platform=dagger.Platform(settings.platform) if settings.platform else None)
        host = settings.image_prefix.partition("/")[0]
        if self._token is None or not name.startswith(f"{host}/"):
            return container
        return container.with_registry_auth(host, settings.registry_username, self._token)


def _script() -> str:
    return Path(tree_hash.__file__).read_text(encoding="utf-8")


def reuse_ports(
    plan: Plan, tree: dagger.Directory, registry: OciRegistry, password: str = "", rebuild: Sequence[str] = ()
) -> ReusePorts:
    """What is needed to reuse images of a plan, but for those to `rebuild`: names of images, or `all`.

    Raises:
        ConfigurationError: there is no such image.
    """
    chosen = (select(plan.images, "" if one == ALL else one, "--rebuild") for one in rebuild)
    names = frozenset(image.name for images in chosen for image in images)
    documents = OciImageDocuments(registry, records_repository(plan.settings.image_prefix))
    return ReusePorts(DaggerTree(tree, plan.settings), DaggerBaseImages(plan.settings, password), documents, names)

"""The ports done with a Dagger engine; `ci.main` and `dagger_containers` are the other files that import dagger."""

import json
import posixpath
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import dagger
from dagger import dag

from ci.adapters.retry import is_transient, retried
from ci.concurrency import run_all
from ci.core.omctl.commands import PINNED_FILE
from ci.core.omctl.model import Completed
from ci.core.product.source import Source, first_texts, named_texts, parsed_compose
from ci.core.references import Reference
from ci.core.release.plan import ImagePlan
from ci.core.settings.product import Compression, Settings
from ci.core.settings.read import FILE, parse_settings, resolve_settings
from ci.errors import BuildError, ConfigurationError, OmnistrateError, Problem, PublishError

LOG_LINES = 20
"""Lines of an engine error that a problem shows, from the end."""
_COMPRESSIONS = {
    Compression.GZIP: dagger.ImageLayerCompression.Gzip,
    Compression.ZSTD: dagger.ImageLayerCompression.Zstd,
}


@dataclass(frozen=True)
class Rehearsal:
    """The outside world that a rehearsal brings along, a registry and an Omnistrate API: services of the engine."""

    registry: dagger.Service
    registry_endpoint: str
    """`host:port` at which this module's own process reaches the registry."""
    api: dagger.Service


_FOREIGN = ".slipway.Dockerfile"
REGISTRY_PORT = 5000
API_PORT = 8080


async def start_rehearsal(settings: Settings, seed: Mapping[str, Any]) -> Rehearsal:
    """Start a registry and a stand-in Omnistrate API, both empty but for what `seed` says (`ci.rehearsal.seed`).

    Raises:
        ConfigurationError: an image of them can't be had.
    """
    run = uuid.uuid4().hex  # services are told apart by what they are made of: each rehearsal has its own
    registry = (
        dag.container()
        .from_(settings.registry_image)
        .with_env_variable("SLIPWAY_RUN", run)
        .with_exposed_port(REGISTRY_PORT)
        .as_service(use_entrypoint=True)
    )
    api = (
        dag.container()
        .from_(settings.python_image)
        .with_directory("/standin/rehearsal", dag.current_module().source().directory("ci/rehearsal"))
        .with_new_file("/standin/seed.json", json.dumps(seed))
        .with_env_variable("PYTHONPATH", "/standin")
        .with_env_variable("SLIPWAY_RUN", run)
        .with_exposed_port(API_PORT)
        .as_service(
            args=[
                *("python", "-m", "rehearsal", "--seed", "/standin/seed.json"),
                *("--host", "0.0.0.0", "--port", str(API_PORT)),  # noqa: S104 - reachable from other containers only
            ]
        )
    )
    try:
        await registry.start()
        await api.start()
        return Rehearsal(registry, await registry.endpoint(port=REGISTRY_PORT), api)
    except dagger.QueryError as error:
        raise ConfigurationError(
            Problem(
                what="What the rehearsal brings along could not be started",
                value=end_of_log(error),
                expected=f"the images {settings.registry_image} and {settings.python_image} can be pulled",
                hint="give others by the settings `registry_image` and `python_image`",
            )
        ) from error


async def read_settings(directory: dagger.Directory, overrides: Mapping[str, Any]) -> tuple[Settings, list[Problem]]:
    """The settings in the source with `overrides`, and what is wrong with them; see `resolve_settings`."""
    text = (await _texts(directory, [FILE])).get(FILE, "")
    return resolve_settings(lambda: parse_settings(text) or Settings(), overrides)


async def read_source(directory: dagger.Directory, settings: Settings, *, full: bool = True) -> Source:
    """The source tree; with `full` all its files are listed, else only those that the pin needs."""
    files = frozenset(path for path in await directory.glob("**") if not path.endswith("/")) if full else None
    first = first_texts(settings, full=full)
    texts = await _texts(directory, first if files is None else first & files)
    compose = parsed_compose(texts, settings)
    named = named_texts(texts, compose, settings, full=full) - texts.keys()
    texts |= await _texts(directory, named if files is None else named & files)
    if files is None:
        unread = (first | named) - texts.keys()
        regular = dagger.ExistsType.REGULAR_TYPE
        files = frozenset({*texts, *[path for path in unread if await directory.exists(path, expected_type=regular)]})
    return Source(files, texts, compose)


async def _texts(directory: dagger.Directory, paths: Iterable[str]) -> dict[str, str]:
    async def read(path: str) -> str | None:
        try:
            return await directory.file(path).contents()
        except dagger.QueryError:  # not there, or not UTF-8: the core says which
            return None

    return {o.item: o.result for o in await run_all(list(paths), read, at_once=16) if o.result is not None}


class EngineBuilder:
    """Builds from a source directory, and pushes to the references' hosts or into a rehearsal's registry."""

    def __init__(
        self,
        source: dagger.Directory,
        settings: Settings,
        labels: Mapping[str, str],
        token: dagger.Secret | None = None,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        self._source, self._settings, self._labels = source, settings, labels
        self._token, self._rehearsal = token, rehearsal

    async def build(self, image: ImagePlan) -> dagger.Container:
        """Build one image; see `ci.pipelines.ports.Builder`."""
        build = image.image.build
        given = {name: self._settings.build_args.get(name) if value is None else value for name, value in build.args}
        # One without a value is left out, as compose does: the Dockerfile's own default holds.
        args = [dagger.BuildArg(name, value) for name, value in given.items() if value is not None]
        platform = dagger.Platform(self._settings.platform) if self._settings.platform else None
        try:
            context, dockerfile = await self._context(image)
            container = context.docker_build(
                dockerfile=dockerfile, platform=platform, build_args=args, target=build.target
            )
            for name, value in (*build.labels, *self._labels.items()):
                container = container.with_label(name, value)
            return await container.sync()
        except dagger.QueryError as error:
            raise BuildError(
                Problem(
                    what=f"The image `{image.name}` could not be built",
                    file=image.image.dockerfile,
                    value=end_of_log(error),
                    hint="mend the step shown, and run the same call again: steps that are done are cached",
                )
            ) from error

    async def _context(self, image: ImagePlan) -> tuple[dagger.Directory, str]:
        """The build context, narrowed to what the Dockerfile reads, and the Dockerfile's path in it."""
        build = image.image.build
        full = self._source.directory(image.image.context)
        ignore = [f"{build.dockerfile}.dockerignore", ".dockerignore"]
        context = full
        if image.context_paths and not await _has_link(full, image.context_paths):
            wanted = [build.dockerfile, *ignore, *image.context_paths, *(f"{path}/**" for path in image.context_paths)]
            # Only a directory that was evaluated is known to the cache by what is in it.
            context = await full.filter(include=wanted).sync()
        if not build.inline and ".." not in build.dockerfile.split("/"):
            return context, build.dockerfile
        # A Dockerfile from elsewhere, as compose allows: put into the context, and kept out of what is copied from it.
        own = f"{image.image.dockerfile}.dockerignore"
        texts = await _texts(self._source, [own, posixpath.normpath(f"{image.image.context}/.dockerignore")])
        ignored = next((text for text in texts.values() if text), "")
        context = context.with_new_file(f"{_FOREIGN}.dockerignore", f"{ignored}\n{_FOREIGN}*\n")
        if build.inline:
            return context.with_new_file(_FOREIGN, build.inline), _FOREIGN
        return context.with_file(_FOREIGN, self._source.file(image.image.dockerfile)), _FOREIGN

    async def push(self, built: Any, reference: Reference) -> str:
        """Push an image; see `ci.pipelines.ports.Builder`."""
        container: dagger.Container = built
        service, address = None, str(reference)
        if self._rehearsal:
            # The one host name at which the engine speaks plain HTTP: docs/engine.md, "Push over plain HTTP".
            service, address = self._rehearsal.registry, f"127.0.0.1:{REGISTRY_PORT}/{reference.path}:{reference.tag}"
        elif self._token:
            # Only on the container that is pushed: docs/engine.md, "Registry credentials and the cache".
            container = container.with_registry_auth(reference.host, self._settings.registry_username, self._token)

        async def once() -> str:
            return await container.publish(
                address,
                registry_service=service,
                forced_compression=_COMPRESSIONS[self._settings.compression],
            )

        try:
            published = await retried(
                once, transient=lambda e: isinstance(e, dagger.QueryError) and is_transient(str(e))
            )
        except dagger.QueryError as error:
            raise PublishError(
                Problem(
                    what=f"{reference} could not be pushed",
                    value=end_of_log(error),
                    hint="run the same call again: what was pushed is reused",
                )
            ) from error
        return published.rpartition("@")[2]


class EngineOmctl:
    """Runs omctl in its image, in a folder that holds the pinned file and what it mounts, and nothing else.

    The folder's path never changes: omctl writes absolute paths into what it sends, and another path would make
    another plan version of the same spec.
    """

    def __init__(
        self,
        settings: Settings,
        api_key: dagger.Secret,
        *,
        source: dagger.Directory | None = None,
        pinned: str = "",
        mounted: tuple[str, ...] = (),
        rehearsal: Rehearsal | None = None,
    ) -> None:
        beside = posixpath.dirname(settings.compose_file)  # relative paths in the pinned file start there
        pinned_file = posixpath.join(beside, PINNED_FILE)
        folder = dag.directory().with_new_file(pinned_file, pinned) if pinned else dag.directory()
        for path in mounted:
            folder = folder.with_directory("/", source.filter(include=[path, f"{path}/**"])) if source else folder
        container = (
            dag.container()
            .from_(settings.omctl_image)
            .with_directory("/release", folder)
            .with_workdir(posixpath.join("/release", beside))
            .with_mounted_temp("/slipway-home")  # the session's token is kept under HOME: never in a layer
            .with_env_variable("HOME", "/slipway-home")
            .with_env_variable("OMNISTRATE_LOG_LEVEL", "disabled")  # its log goes to stdout, among the JSON
            .with_secret_variable("OMNISTRATE_API_KEY", api_key)
        )
        if rehearsal:
            container = (
                container.with_service_binding("api", rehearsal.api)
                .with_env_variable("OMNISTRATE_HOST", f"api:{API_PORT}")
                .with_env_variable("OMNISTRATE_HOST_SCHEME", "http")
            )
        self._container = container

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """Run omctl once; see `ci.pipelines.ports.Omctl`."""
        run = self._container.with_env_variable("SLIPWAY_RUN", uuid.uuid4().hex).with_exec(
            list(arguments), use_entrypoint=True, expect=dagger.ReturnType.ANY
        )  # the variable: a step is cached by what goes into it, and this one looks at the world
        try:
            return Completed(await run.exit_code(), await run.stdout(), await run.stderr())
        except dagger.QueryError as error:
            raise OmnistrateError(
                Problem(
                    what=f"omctl {arguments[0]} could not be run",
                    value=end_of_log(error),
                    hint="check the setting `omctl_image`, then run the same call again",
                )
            ) from error


async def _has_link(context: dagger.Directory, paths: tuple[str, ...]) -> bool:
    """Whether one of the paths or patterns is reached by a symbolic link, which may lead anywhere in the context."""
    found: set[str] = set()
    for path in paths:
        for match in await context.glob(path) if re.search(r"[*?\[]", path) else [path]:
            parts = match.rstrip("/").split("/")
            found |= {"/".join(parts[: length + 1]) for length in range(len(parts))}

    async def is_link(path: str) -> bool:
        kind = dagger.ExistsType.SYMLINK_TYPE
        return await context.exists(path, expected_type=kind, do_not_follow_symlinks=True)

    return any(o.result for o in await run_all(sorted(found), is_link, at_once=16))


async def plaintext(secret: dagger.Secret, name: str, what: str) -> str:
    """A secret's value for the one step that needs it.

    Raises:
        ConfigurationError: it is empty or can't be read; the message never holds it.
    """
    hint = f"give --{name} env://NAME (or file://PATH, op://…), or a line in .env: see README"
    try:
        value = await secret.plaintext()
    except dagger.QueryError as error:
        raise ConfigurationError(Problem(what=f"{what} can't be read", value=end_of_log(error), hint=hint)) from error
    if not value.strip():
        raise ConfigurationError(Problem(what=f"{what} is empty", hint=hint))
    return value.strip()


def end_of_log(error: dagger.QueryError) -> str:
    """The end of what an engine's error says: the failed command with its output, where there is one."""
    if isinstance(error, dagger.ExecError):
        output = "\n".join(text.strip() for text in (error.stdout, error.stderr) if text.strip())
        said = f"{' '.join(error.command)}\nexit code {error.exit_code}\n{output}"
    else:
        said = str(error)
    lines = said.strip().splitlines()
    kept = [*lines[:1], "…", *lines[-LOG_LINES:]] if len(lines) > LOG_LINES + 1 else lines
    return "\n    ".join(kept)

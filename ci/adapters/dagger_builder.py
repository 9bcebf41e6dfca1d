"""The builder port, implemented with the engine's Dockerfile build."""

import posixpath
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

import dagger
from dagger import dag

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_progress import DaggerProgress
from ci.adapters.dagger_rehearsal import REGISTRY_PORT, Rehearsal
from ci.adapters.dagger_source import AT_ONCE, read_texts
from ci.adapters.retry import is_transient, retried
from ci.concurrency import run_all
from ci.core.images.build_problems import too_slow
from ci.core.images.spans import ImageSpan, SpanKind, spans_of
from ci.core.images.stages import SCRATCH, final_base, undeclared_arguments
from ci.core.redaction import NO_SECRETS
from ci.core.release.plan import ImagePlan
from ci.core.settings.product import Compression, Settings
from ci.errors import BuildError, Problem, PublishError
from ci.pipelines.ports import Builds

_COMPRESSIONS = {
    Compression.GZIP: dagger.ImageLayerCompression.Gzip,
    Compression.ZSTD: dagger.ImageLayerCompression.Zstd,
}
_ANY_DIGEST = f"sha256:{'0' * 64}"
"""A push to it sets no tag, and returns the real digest: docs/engine.md, "Push by digest"."""
_SHOWN = 300
"""Characters of an error that the line of a retry has."""
_DOCKERFILE = ".slipway.Dockerfile"
"""The name in the build context of a Dockerfile that is not part of it."""


class DaggerBuilder:
    """Builds from a source directory, and pushes to the references' hosts or to the registry of a rehearsal."""

    def __init__(
        self,
        source: dagger.Directory,
        settings: Settings,
        labels: Mapping[str, str],
        token: dagger.Secret | None = None,
        *,
        rehearsal: Rehearsal | None = None,
        inputs: BuildInputs | None = None,
    ) -> None:
        self._source, self._settings, self._labels = source, settings, labels
        self._token, self._rehearsal, self._inputs = token, rehearsal, inputs or BuildInputs()

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images; see `ci.pipelines.ports.Builder`."""

        async def built(image: ImagePlan, _: Callable[[SpanKind], None]) -> str:
            await self.built(image)
            return ""

        return await self._each(images, built)

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images and push each by its digest alone; see `ci.pipelines.ports.Builder`."""

        async def published(image: ImagePlan, mark: Callable[[SpanKind], None]) -> str:
            container = await self.built(image)
            mark(SpanKind.PUSHING)
            return await self._push(container, image.image.repository)

        return await self._each(images, published)

    async def save_cache(self) -> tuple[Problem, ...]:
        """Nothing, since the engine's own build has no layer cache; see `ci.pipelines.ports.Builder`."""
        return ()

    async def _each(
        self, images: Sequence[ImagePlan], work: Callable[[ImagePlan, Callable[[SpanKind], None]], Awaitable[str]]
    ) -> Builds:
        """The outcome of `work` on each image, which also marks what it does next with it."""
        began = monotonic()
        spans: dict[str, tuple[ImageSpan, ...]] = {}

        async def timed(image: ImagePlan) -> str:
            marks = [(SpanKind.WAITING, 0.0)]

            def mark(kind: SpanKind) -> None:
                marks.append((kind, monotonic() - began))

            mark(SpanKind.BUILDING)
            try:
                with DaggerProgress().step(f"image {image.name}", engine_steps=True) as line:
                    digest = await work(image, mark)
                    line.done("built and pushed" if digest else "built")
                return digest
            finally:
                spans[image.name] = spans_of(marks, monotonic() - began)

        outcomes = await run_all(
            images,
            timed,
            at_once=self._settings.parallel_builds,
            seconds=self._settings.build_minutes * 60,
            on_timeout=lambda image, seconds: too_slow(image.name, seconds),
        )
        return Builds(outcomes, spans=spans)

    async def built(self, image: ImagePlan) -> dagger.Container:
        """One image, built with its labels.

        Raises:
            BuildError: with the end of the build's log.
        """
        build = image.image.build
        args = [dagger.BuildArg(*one) for one in image.recipe.arguments]
        named = (*build.options.platforms, self._settings.platform)[0]
        platform = dagger.Platform(named) if named else None
        try:
            context, dockerfile = await self._context(image)
            container = context.docker_build(
                dockerfile=dockerfile,
                platform=platform,
                build_args=args,
                target=build.target,
                secrets=[self._inputs.secrets[one.id] for one in build.secrets],
                ssh=self._inputs.ssh if build.ssh else None,
            )
            container = await self._without_arguments(container, image, platform)
            for name, value in (*build.labels, *self._labels.items(), *image.own_labels.items()):
                container = container.with_label(name, value)
            return await container.sync()
        except dagger.ClientError as error:  # of a step, or of the connection to the engine
            raise BuildError(
                Problem(
                    what=f"The image `{image.name}` could not be built",
                    file=image.image.dockerfile,
                    value=end_of_log(error),
                    expected="every step of the Dockerfile succeeds",
                    hint="fix the step shown, and run the same call again: the steps before it are cached",
                )
            ) from error

    async def _without_arguments(
        self, container: dagger.Container, image: ImagePlan, platform: dagger.Platform | None
    ) -> dagger.Container:
        """The image without the build arguments in its environment: docs/engine.md, "Build arguments in images"."""
        recipe = image.recipe
        how = (recipe.text, recipe.target, dict(recipe.arguments), recipe.platform)
        base, names = final_base(*how), undeclared_arguments(*how)
        if not names or not base:
            return container
        from_base = dag.container(platform=platform)
        from_base = from_base if base == SCRATCH else from_base.from_(base)
        kept = {await one.name() for one in await from_base.env_variables()}
        for name in sorted(names - kept):
            container = container.without_env_variable(name)
        return container

    async def _push(self, built: dagger.Container, repository: str) -> str:
        """Push an image by its digest alone, and return that.

        Raises:
            PublishError: it could not be pushed.
        """
        host, _, path = repository.partition("/")
        container, service = built, None
        if self._rehearsal:
            # The one host name at which the engine speaks plain HTTP: docs/engine.md, "Push over plain HTTP".
            service, repository = self._rehearsal.registry, f"127.0.0.1:{REGISTRY_PORT}/{path}"
        elif self._token:
            # Only on the container that is pushed: docs/engine.md, "Registry credentials and the cache".
            container = container.with_registry_auth(host, self._settings.registry_username, self._token)

        async def once() -> str:
            return await container.publish(
                f"{repository}@{_ANY_DIGEST}",
                registry_service=service,
                forced_compression=_COMPRESSIONS[self._settings.compression],
            )

        try:
            published = await retried(
                once, what=f"Pushing an image to {repository}", transient=_is_transient, reason_of=_reason
            )
        except dagger.ClientError as error:  # of a step, or of the connection to the engine
            raise PublishError(
                Problem(
                    what=f"An image could not be pushed to {repository}",
                    value=end_of_log(error),
                    expected="a registry that accepts the push",
                    hint="check --registry-token and the registry, then run the same call again: what was pushed is "
                    "reused",
                )
            ) from error
        return published.rpartition("@")[2]

    async def _context(self, image: ImagePlan) -> tuple[dagger.Directory, str]:
        """The build context, filtered to what the Dockerfile reads, and the Dockerfile's path in it."""
        build = image.image.build
        context = self._source.directory(image.image.context)
        if image.context_paths and not await _has_link(context, image.context_paths):
            ignore = [f"{build.dockerfile}.dockerignore", ".dockerignore"]
            include = [build.dockerfile, *ignore, *image.context_paths, *(f"{path}/**" for path in image.context_paths)]
            # Evaluated: only then the cache knows it by its content (docs/engine.md, "Build contexts and the cache").
            context = await context.filter(include=include).sync()
        if not build.inline and ".." not in build.dockerfile.split("/"):
            return context, build.dockerfile
        return await self._with_dockerfile(context, image)

    async def _with_dockerfile(self, context: dagger.Directory, image: ImagePlan) -> tuple[dagger.Directory, str]:
        """The context with a Dockerfile from outside of it, or inline, which no COPY of the context includes."""
        build = image.image.build
        ignore = f"{image.image.dockerfile}.dockerignore"
        texts = await read_texts(self._source, [ignore, posixpath.normpath(f"{image.image.context}/.dockerignore")])
        ignored = next((text for text in texts.values() if text), "")
        context = context.with_new_file(f"{_DOCKERFILE}.dockerignore", f"{ignored}\n{_DOCKERFILE}*\n")
        if build.inline:
            return context.with_new_file(_DOCKERFILE, build.inline), _DOCKERFILE
        return context.with_file(_DOCKERFILE, self._source.file(image.image.dockerfile)), _DOCKERFILE


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, dagger.QueryError) and is_transient(str(error))


def _reason(error: BaseException) -> str:
    return NO_SECRETS.text(str(error))[:_SHOWN]


async def _has_link(context: dagger.Directory, paths: tuple[str, ...]) -> bool:
    """Whether a path or pattern is reached by a symbolic link, whose target may be anywhere in the context."""
    found: set[str] = set()
    for path in paths:
        for match in await context.glob(path) if re.search(r"[*?\[]", path) else [path]:
            parts = match.rstrip("/").split("/")
            found |= {"/".join(parts[: length + 1]) for length in range(len(parts))}

    async def is_link(path: str) -> bool:
        kind = dagger.ExistsType.SYMLINK_TYPE
        return await context.exists(path, expected_type=kind, do_not_follow_symlinks=True)

    return any(one.result for one in await run_all(sorted(found), is_link, at_once=AT_ONCE))

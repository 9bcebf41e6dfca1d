"""The builder port, implemented with BuildKit in a privileged container of the engine."""

import json
import uuid
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagger
from dagger import dag

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_rehearsal import REGISTRY_PORT, Rehearsal
from ci.adapters.dagger_secrets import made_secret
from ci.concurrency import Outcome
from ci.core.images import build_command as command
from ci.core.images import build_results
from ci.core.images.push_groups import push_groups
from ci.core.images.stages import final_base, syntax_image
from ci.core.redaction import Redactor
from ci.core.release.plan import ImagePlan
from ci.core.settings.product import Settings
from ci.errors import BuildError, Problem, SlipwayError
from ci.pipelines.ports import Builds

_SCRIPT = Path(__file__).with_name("buildkit.sh")
_STATE = "/var/lib/buildkit"
_REGISTRY = "slipway-registry"
"""The name of a rehearsal's registry in the builder's container."""
_DOCKER_CONFIG = "/slipway/docker"
_REFUSED = "security.insecure is not allowed"
"""What the engine says where its configuration forbids privileged containers: docs/engine.md, "Privileges"."""


class BuildkitBuilder:
    """Builds from a source directory, and pushes to the repositories or to the registry of a rehearsal."""

    def __init__(
        self,
        source: dagger.Directory,
        settings: Settings,
        labels: Mapping[str, str],
        password: str = "",
        *,
        rehearsal: Rehearsal | None = None,
        inputs: BuildInputs | None = None,
    ) -> None:
        self._source, self._settings, self._labels = source, settings, labels
        self._password, self._rehearsal, self._inputs = password, rehearsal, inputs or BuildInputs()
        self._redactor = Redactor((*filter(None, [password]), *self._inputs.values))

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images; see `ci.pipelines.ports.Builder`."""
        return await self._run(images, "build")

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images and push each by its digest alone; see `ci.pipelines.ports.Builder`."""
        return await self._run(images, "push")

    async def _run(self, images: Sequence[ImagePlan], mode: str) -> Builds:
        text = await self._results(images, mode)
        results = build_results.read_results(text)
        missing = [one.name for one in images if one.name not in results.images]
        lost = build_results.no_outcome(missing, results, self._settings.build_minutes) if missing else None
        outcomes = [
            Outcome(one, error=lost) if one.name in missing else self._outcome(one, results.images[one.name], mode)
            for one in images
        ]
        return Builds(outcomes, (build_results.emptied(results),) if results.emptied else ())

    def _outcome(self, image: ImagePlan, done: build_results.ImageOutcome, mode: str) -> Outcome[ImagePlan, str]:
        if done.status is build_results.Status.DONE and (done.digest or mode != "push"):
            return Outcome(image, result=done.digest)
        seconds = self._settings.build_minutes * 60
        error = build_results.failure(image.name, image.image.dockerfile, seconds, done)
        return Outcome(image, error=type(error)(*self._redactor.problems(error.problems)))

    async def _results(self, images: Sequence[ImagePlan], mode: str) -> str:
        """The text that the script has written.

        Raises:
            BuildError: the container could not be started.
            SlipwayError: it ended by itself, and what it did is not known.
        """
        container = self._container(images, mode)
        try:
            await container.sync()  # what is missing is known before anything is done
            ran = container.with_exec(["sh", "/slipway/buildkit.sh"], insecure_root_capabilities=True)
            return await ran.file("/slipway/results").contents()
        except dagger.ClientError as error:
            raise self._failed(error) from error

    def _container(self, images: Sequence[ImagePlan], mode: str) -> dagger.Container:
        settings = self._settings
        volume = dag.cache_volume(f"slipway-buildkit-{settings.product_name or settings.image_prefix}")
        container = (
            dag.container()
            .from_(settings.buildkit_image)
            .with_new_file("/slipway/buildkit.sh", _SCRIPT.read_text(encoding="utf-8"))
            .with_new_file("/slipway/buildkitd.toml", self._daemon_settings())
            .with_mounted_directory(command.JOBS, self._programs(images, mode))
            .with_mounted_directory(command.SOURCE, self._source)
            .with_mounted_cache(_STATE, volume, sharing=dagger.CacheSharingMode.SHARED)
            .with_env_variable("MODE", mode)
            .with_env_variable("SECONDS_EACH", str(settings.build_minutes * 60))
            .with_env_variable("AT_ONCE", str(settings.parallel_builds))
            .with_env_variable("KEEP_MB", str(settings.builder_cache_gb * 1000))
            .with_env_variable("FLAGS", _flags(images))
            .with_env_variable("SLIPWAY_RUN", uuid.uuid4().hex)
        )
        for name, secret in self._inputs.secrets.items():
            container = container.with_mounted_secret(command.secret_path(name), secret)
        if self._inputs.ssh:
            container = container.with_unix_socket(command.SSH_AGENT, self._inputs.ssh)
        if self._rehearsal:
            container = container.with_service_binding(_REGISTRY, self._rehearsal.registry)
        elif self._password:
            config = made_secret("docker-config", self._docker_config())
            container = container.with_mounted_secret(f"{_DOCKER_CONFIG}/config.json", config)
            container = container.with_env_variable("DOCKER_CONFIG", _DOCKER_CONFIG)
        return container

    def _programs(self, images: Sequence[ImagePlan], mode: str) -> dagger.Directory:
        """A folder for each image, with its program, its group, and an inline Dockerfile."""
        groups = push_groups([_base(one) for one in images]) if mode == "push" else ("",) * len(images)
        folder = dag.directory()
        for image, group in zip(images, groups, strict=True):
            own = dag.directory().with_new_file(command.PROGRAM, command.program(self._request(image)))
            if group and not image.image.build.options.no_cache:
                own = own.with_new_file("group", group)
            if image.image.build.inline:
                own = own.with_new_file("Dockerfile", image.image.build.inline)
            folder = folder.with_directory(image.name, own)
        return folder

    def _request(self, image: ImagePlan) -> command.BuildRequest:
        settings = self._settings
        return command.BuildRequest(
            image=image.image,
            repository=self._place(image.image.repository),
            folder=image.name,
            compose_file=settings.compose_file,
            platform=settings.platform,
            arguments=image.recipe.arguments,
            labels=(*self._labels.items(), *image.own_labels.items()),
            bases=image.bases,
            frontend=syntax_image(image.recipe.text),
            compression=settings.compression,
        )

    def _place(self, repository: str) -> str:
        path = repository.partition("/")[2]
        return f"{_REGISTRY}:{REGISTRY_PORT}/{path}" if self._rehearsal else repository

    def _daemon_settings(self) -> str:
        return f'\n[registry."{_REGISTRY}:{REGISTRY_PORT}"]\n  http = true\n' if self._rehearsal else ""

    def _docker_config(self) -> str:
        """The client's `config.json` with the credential of the registry that own images are in."""
        host = self._settings.image_prefix.partition("/")[0]
        value = b64encode(f"{self._settings.registry_username}:{self._password}".encode()).decode()
        return json.dumps({"auths": {host: {"auth": value}}})

    def _failed(self, error: dagger.ClientError) -> SlipwayError:
        text = self._redactor.text(end_of_log(error))
        if _REFUSED in str(error):
            return BuildError(
                Problem(
                    what="The engine refuses the privileges that BuildKit needs in its container",
                    value=text,
                    expected="an engine whose configuration allows privileged containers, as it does by default",
                    hint='set `builder = "dagger"` in [tool.slipway], which builds with the engine itself; or allow '
                    "`insecureRootCapabilities` in the engine's configuration",
                )
            )
        return SlipwayError(
            Problem(
                what="The builder's container could not be run to its end",
                value=text,
                expected=f"a container of {self._settings.buildkit_image} that ends by itself",
                hint="run the same call again: what was built is cached. If its image can't be pulled, set "
                '`buildkit_image` in [tool.slipway], or `builder = "dagger"` to build with the engine itself',
            )
        )


def _base(image: ImagePlan) -> str:
    recipe = image.recipe
    return final_base(recipe.text, recipe.target, dict(recipe.arguments), recipe.platform)


def _flags(images: Sequence[ImagePlan]) -> str:
    host = any(one.image.build.options.network == "host" for one in images)
    return "--allow-insecure-entitlement network.host" if host else ""

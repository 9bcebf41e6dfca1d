"""The privileged container in which BuildKit builds: its programs, its cache volume, and what it is given."""

import json
import uuid
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagger
from dagger import dag

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.adapters.dagger_rehearsal import REGISTRY_PORT, Rehearsal
from ci.adapters.dagger_secrets import made_secret
from ci.core.images import build_command as command
from ci.core.images.layer_cache import github_cache, registry_cache
from ci.core.images.push_groups import push_places
from ci.core.images.stages import final_base, syntax_image
from ci.core.release.plan import ImagePlan
from ci.core.settings.product import LayerCache, Settings

_SCRIPT = Path(__file__).with_name("buildkit.sh")
_STATE = "/var/lib/buildkit"
_REGISTRY = "slipway-registry"
"""The name of a rehearsal's registry in the builder's container."""
_DOCKER_CONFIG = "/slipway/docker"
_DOCKER_HUB = "https://index.docker.io/v1/"
"""The name that a client's configuration has for Docker Hub."""


class BuildkitContainer:
    """Makes the container; `run` is the text of the results of a run in it."""

    def __init__(
        self,
        source: dagger.Directory,
        settings: Settings,
        labels: Mapping[str, str],
        password: str,
        *,
        rehearsal: Rehearsal | None,
        inputs: BuildInputs,
    ) -> None:
        self._source, self._settings, self._labels = source, settings, labels
        self._password, self._rehearsal, self._inputs = password, rehearsal, inputs

    async def run(self, images: Sequence[ImagePlan], mode: str) -> str:
        """Do with images what `buildkit.sh` calls a mode, and return what it has written.

        Raises:
            dagger.ClientError: the container could not be started, or did not end by itself.
        """
        container = self._container(images, mode)
        await container.sync()  # what is missing is known before anything is done
        ran = container.with_exec(["sh", "/slipway/buildkit.sh"], insecure_root_capabilities=True)
        return await ran.file("/slipway/results").contents()

    def cache(self, image: ImagePlan) -> str:
        """The layer cache of an image; `""` where there is none, or none that this call can reach."""
        kind = self._settings.layer_cache
        if kind is LayerCache.GHA and self._inputs.actions_token:
            return github_cache(image.name)
        if kind is LayerCache.REGISTRY and (self._rehearsal or self._password):
            return registry_cache(self._place(self._settings.image_prefix), image.name)
        return ""

    def _container(self, images: Sequence[ImagePlan], mode: str) -> dagger.Container:
        settings = self._settings
        volume = dag.cache_volume(f"slipway-buildkit-{settings.product_name or settings.image_prefix}")
        container = (
            dag.container()
            .from_(settings.buildkit_image)
            .with_new_file("/slipway/buildkit.sh", _SCRIPT.read_text(encoding="utf-8"))
            .with_new_file("/slipway/buildkitd.toml", self._daemon_settings())
            .with_mounted_directory(command.JOBS, self._programs(images))
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
        if self._inputs.actions_token:  # the names under which buildctl looks for them
            container = (
                container.with_secret_variable("ACTIONS_RUNTIME_TOKEN", self._inputs.actions_token)
                .with_env_variable("ACTIONS_RESULTS_URL", self._inputs.actions_url)
                .with_env_variable("ACTIONS_CACHE_SERVICE_V2", "true")
            )
        if self._rehearsal:
            container = container.with_service_binding(_REGISTRY, self._rehearsal.registry)
        elif self._password:
            config = made_secret("docker-config", self._docker_config())
            container = container.with_mounted_secret(f"{_DOCKER_CONFIG}/config.json", config)
            container = container.with_env_variable("DOCKER_CONFIG", _DOCKER_CONFIG)
        return container

    def _programs(self, images: Sequence[ImagePlan]) -> dagger.Directory:
        """A folder for each image, with its program, its group, and an inline Dockerfile."""
        places = push_places([_base(one) for one in images], [one.image.repository for one in images])
        ordered = sorted(zip(images, places, strict=True), key=lambda one: not one[1].first)
        folder = dag.directory().with_new_file("order", "".join(f"{image.name}\n" for image, _ in ordered))
        for image, place in ordered:
            own = dag.directory().with_new_file(command.PROGRAM, command.program(self._request(image)))
            if place.group and not image.image.build.options.no_cache:
                own = own.with_new_file("first" if place.first else "group", place.group)
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
            cache=self.cache(image),
        )

    def _place(self, repository: str) -> str:
        path = repository.partition("/")[2]
        return f"{_REGISTRY}:{REGISTRY_PORT}/{path}" if self._rehearsal else repository

    def _daemon_settings(self) -> str:
        return f'\n[registry."{_REGISTRY}:{REGISTRY_PORT}"]\n  http = true\n' if self._rehearsal else ""

    def _docker_config(self) -> str:
        """The client's `config.json` with the credential of the registry that own images are in."""
        host = self._settings.image_prefix.partition("/")[0]
        host = _DOCKER_HUB if host == "docker.io" else host
        value = b64encode(f"{self._settings.registry_username}:{self._password}".encode()).decode()
        return json.dumps({"auths": {host: {"auth": value}}})


def _base(image: ImagePlan) -> str:
    recipe = image.recipe
    return final_base(recipe.text, recipe.target, dict(recipe.arguments), recipe.platform)


def _flags(images: Sequence[ImagePlan]) -> str:
    host = any(one.image.build.options.network == "host" for one in images)
    return "--allow-insecure-entitlement network.host" if host else ""

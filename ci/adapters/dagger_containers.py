"""The container runtime of a smoke: a Dagger service for each service of the product, with a supervisor in it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import anyio
import dagger
from dagger import dag

from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_images import AT_ONCE, DaggerImages
from ci.adapters.http import HttpServiceControl
from ci.concurrency import raise_failures, run_all
from ci.core.smoke.service_spec import ImageConfig, Mount, MountKind, ServiceSpec
from ci.core.smoke.start_plan import StartPlan
from ci.core.smoke.supervisor_spec import CONTENT
from ci.errors import Problem, SmokeError

PORT = 28657
"""The port of supervisors: no known program listens on it."""
_TOKEN_VARIABLE = "SLIPWAY_SUPERVISOR_TOKEN"  # noqa: S105 - a variable's name
_PYTHON = "/.slipway/python"
_PACKAGES = "/.slipway/packages"
_MAIN = f"import sys; sys.path.insert(0, '{_PACKAGES}'); from supervisor.server import main; sys.exit(main())"


@dataclass
class DaggerRuntime:
    """Creates containers with a Dagger engine; see `ci.pipelines.smoke_ports.ContainerRuntime`.

    The supervisor runs with a Python of its own, which is mounted beside it. The loader of that Python's libc is
    called by its path, so the supervisor runs in any image, with or without a Python or a libc.
    """

    source: dagger.Directory
    images: DaggerImages
    title: str
    """The product's name: kept volumes belong to it."""
    supervisor: dagger.Directory
    """The package `ci.supervisor`."""
    keep_volumes: bool = False
    _run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    _services: list[dagger.Service] = field(default_factory=list)

    async def pull(self, plan: StartPlan) -> Mapping[str, ImageConfig]:
        """Pull every image, and return the configuration of each service's image."""
        return await self.images.pull(plan)

    async def create(self, plan: StartPlan, images: Mapping[str, ImageConfig]) -> Mapping[str, HttpServiceControl]:
        """Start a Dagger service for each service, with nothing but the supervisor in it."""
        python = self.images.empty().from_(self.images.settings.python_image)
        command = await self._supervisor_command(python)
        token_value = uuid.uuid4().hex
        token = dag.set_secret(f"slipway-supervisor-{self._run_id}", token_value)

        async def create(service: ServiceSpec) -> HttpServiceControl:
            container = (
                self.images.containers[service.image]
                .without_docker_healthcheck()
                .with_user("0")
                .with_workdir("/")
                .without_env_variable("LD_PRELOAD")
                .with_mounted_directory(_PYTHON, python.rootfs(), read_only=True)
                .with_mounted_directory(f"{_PACKAGES}/supervisor", self.supervisor, read_only=True)
                .with_secret_variable(_TOKEN_VARIABLE, token)
                .with_env_variable("SLIPWAY_RUN", self._run_id)
                .with_env_variable("SLIPWAY_SERVICE", service.name)  # without it, services of one image would be one
                .with_exposed_port(PORT)
            )
            for number, mount in enumerate(service.mounts):
                container = await self._with_mount(container, service, images[service.name], number, mount)
            address = await self._start(container, service.name, command)
            return HttpServiceControl(f"http://{address}:{PORT}", token_value, address)

        outcomes = await run_all(plan.services, create, at_once=AT_ONCE)
        raise_failures(outcomes, SmokeError)
        return {one.item.name: one.result for one in outcomes if one.result}

    async def remove(self) -> None:
        """Stop every Dagger service."""

        async def stop(service: dagger.Service) -> None:
            try:
                await service.stop(kill=True)
            except dagger.QueryError:
                return  # it has ended by itself

        await run_all(self._services, stop, at_once=AT_ONCE)

    async def _supervisor_command(self, python: dagger.Container) -> list[str]:
        """The command that runs the supervisor by the mounted Python."""
        loaders = await python.rootfs().glob("usr/lib/*/ld-linux-*.so.*")
        if not loaders:
            raise SmokeError(
                Problem(
                    what="The supervisors can't run: the image of their Python has no loader of the GNU libc",
                    value=self.images.settings.python_image,
                    expected="an image based on Debian, such as python:3.11-slim",
                    hint="set `python_image` in [tool.slipway]",
                )
            )
        libraries = f"{_PYTHON}/{loaders[0].rpartition('/')[0]}"
        interpreter = await python.with_exec(
            ["python3", "-c", "import os, sys; print(os.path.realpath(sys.executable), end='')"]
        ).stdout()
        return [
            f"{_PYTHON}/{loaders[0]}",
            *("--library-path", f"{libraries}:{_PYTHON}/usr/local/lib"),
            *(f"{_PYTHON}{interpreter}", "-I", "-u", "-c", _MAIN),
            *("--host", "0.0.0.0", "--port", str(PORT)),  # noqa: S104 - reachable from other containers only
        ]

    async def _start(self, container: dagger.Container, name: str, command: list[str]) -> str:
        """Start a container's supervisor, and return the container's address.

        Under a host name of its own, a service is found by all others of the session, without a binding.
        """
        service = container.as_service(args=command).with_hostname(name)
        try:
            await service.start()
            self._services.append(service)
            host = (await service.endpoint(port=PORT)).rpartition(":")[0]
            return str((await anyio.getaddrinfo(host, PORT))[0][4][0])
        except (dagger.QueryError, OSError) as error:
            raise SmokeError(
                Problem(
                    what=f"The container of `{name}` could not be created",
                    value=end_of_log(error) if isinstance(error, dagger.QueryError) else str(error),
                    expected="a running container",
                    hint="run the same call again; if it fails again, read the engine's log",
                )
            ) from error

    async def _with_mount(
        self, container: dagger.Container, service: ServiceSpec, image: ImageConfig, number: int, mount: Mount
    ) -> dagger.Container:
        match mount.kind:
            case MountKind.TMPFS:
                return container.with_mounted_temp(mount.target)
            case MountKind.CONTENT:
                file = dag.directory().with_new_file("content", mount.source).file("content")
                return container.with_mounted_file(mount.target, file)
            case MountKind.BIND:
                return await self._with_bind(container, mount)
            case MountKind.VOLUME:
                owner = self.title if self.keep_volumes else self._run_id
                volume = dag.cache_volume(f"slipway-smoke-{owner}-{mount.source}")
                container = container.with_mounted_cache(mount.target, volume)
                if mount.target not in image.volume_content:
                    return container
                content = self.images.containers[service.image].directory(mount.target)
                return container.with_mounted_directory(f"{CONTENT}/{number}", content, read_only=True)

    async def _with_bind(self, container: dagger.Container, mount: Mount) -> dagger.Container:
        """The container with a file or folder of the source mounted; compose makes a folder of a missing path."""
        path = mount.source
        if await self.source.exists(path, expected_type=dagger.ExistsType.REGULAR_TYPE):
            return container.with_mounted_file(mount.target, self.source.file(path))
        exists = path == "." or await self.source.exists(path)
        folder = self.source.directory(path) if exists else dag.directory()
        return container.with_mounted_directory(mount.target, folder, read_only=mount.read_only)


def runtime_of(source: dagger.Directory, images: DaggerImages, *, keep_volumes: bool = False) -> DaggerRuntime:
    """The runtime of a product's containers, with the module's own supervisor."""
    supervisor = dag.current_module().source().directory("ci/supervisor")
    return DaggerRuntime(source, images, images.settings.product_name, supervisor, keep_volumes)

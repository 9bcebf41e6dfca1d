"""Images pulled by a Dagger engine, and their configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import dagger
from dagger import dag

from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_rehearsal import REGISTRY_PORT
from ci.concurrency import raise_failures, run_all
from ci.core.settings import toml
from ci.core.settings.product import Settings
from ci.core.smoke.service_spec import HealthCheck, ImageConfig, MountKind, ServiceSpec
from ci.core.smoke.start_plan import StartPlan
from ci.core.smoke.units import parse_duration
from ci.errors import Problem, SmokeError

AT_ONCE = 6


@dataclass(frozen=True)
class RehearsalImages:
    """Images in a rehearsal's registry: reference -> `path@digest` there."""

    registry: dagger.Service
    images: Mapping[str, str]


@dataclass
class DaggerImages:
    """Pulls images from their registries, or from a rehearsal's."""

    settings: Settings
    token: dagger.Secret | None = None
    rehearsal: RehearsalImages | None = None
    containers: dict[str, dagger.Container] = field(default_factory=dict)
    """The pulled images, by their reference."""

    async def pull(self, plan: StartPlan) -> Mapping[str, ImageConfig]:
        """Pull every image of a plan, and return the configuration of each service's image.

        Raises:
            SmokeError: images are not available; all of them.
        """
        users: dict[str, list[str]] = {}
        for service in plan.services:
            users.setdefault(service.image, []).append(service.name)

        async def pull(image: str) -> tuple[dagger.Container, ImageConfig]:
            container = self._from(image)
            try:
                await container.sync()
                return container, await _config(container)
            except dagger.QueryError as error:
                raise SmokeError(_not_available(image, users[image], error)) from error

        pulled = await run_all(list(users), pull, at_once=AT_ONCE)
        raise_failures(pulled, SmokeError)
        results = {one.item: one.result for one in pulled if one.result}
        self.containers = {image: container for image, (container, _) in results.items()}

        async def config(service: ServiceSpec) -> ImageConfig:
            container, shared = results[service.image]
            volumes = [one.target for one in service.mounts if one.kind == MountKind.VOLUME]
            content = [target for target in volumes if await container.exists(target)]
            return replace(shared, volume_content=tuple(content))

        configs = await run_all(plan.services, config, at_once=AT_ONCE)
        return {one.item.name: one.result for one in configs if one.result}

    def empty(self) -> dagger.Container:
        """A container of the product's platform without an image."""
        return dag.container(platform=dagger.Platform(self.settings.platform) if self.settings.platform else None)

    def _from(self, image: str) -> dagger.Container:
        container = self.empty()
        if self.rehearsal and (pushed := self.rehearsal.images.get(image)):
            # The engine speaks plain HTTP to a service under this name only: docs/engine.md, "Push over plain HTTP".
            return container.from_(f"127.0.0.1:{REGISTRY_PORT}/{pushed}", registry_service=self.rehearsal.registry)
        if self.token and image.startswith(self.settings.image_prefix):
            host = image.partition("/")[0]
            container = container.with_registry_auth(host, self.settings.registry_username, self.token)
        return container.from_(image)


async def _config(container: dagger.Container) -> ImageConfig:
    variables = [(await one.name(), await one.value()) for one in await container.env_variables()]
    return ImageConfig(
        entrypoint=tuple(await container.entrypoint() or ()),
        command=tuple(await container.default_args() or ()),
        environment=dict(variables),
        user=await container.user(),
        working_dir=await container.workdir(),
        health_check=await _health_check(container),
    )


async def _health_check(container: dagger.Container) -> HealthCheck | None:
    check = container.docker_healthcheck()
    try:
        command = await check.args()
    except dagger.InvalidQueryError:  # what the SDK (0.21.8) raises for an image without a health check
        return None
    return HealthCheck(
        (*(("/bin/sh", "-c") if await check.shell() else ()), *command),
        parse_duration(await check.interval()) or None,
        parse_duration(await check.timeout()) or None,
        await check.retries() or None,
        parse_duration(await check.start_period()) or None,
        parse_duration(await check.start_interval()) or None,
    )


def _not_available(image: str, services: list[str], error: dagger.QueryError) -> Problem:
    return Problem(
        what=f"The image of {', '.join(services)} is not available",
        value=f"{image}\n    {end_of_log(error)}",
        expected="a published image that the engine can reach",
        hint="release or rehearse the commit first if it is one of your own, with --registry-token if it is private; "
        f'or name another image below [tool.slipway.smoke.images]: {toml.key(services[0])} = "…"',
    )

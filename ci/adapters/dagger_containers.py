"""The yard of a smoke done with a Dagger engine: a Dagger service for each service of the product."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import anyio
import dagger
from dagger import dag

from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_rehearsal import REGISTRY_PORT
from ci.adapters.http import HttpKeeper
from ci.concurrency import Outcome, run_all
from ci.core.settings.product import Settings
from ci.core.smoke.boot import Booted, BootPlan, HealthCheck, ImageFacts, Mount
from ci.core.smoke.forms import seconds
from ci.core.smoke.spec import CONTENT
from ci.errors import Problem, SmokeError

PORT = 28657
"""Where keepers listen: a port that no known program takes."""
_TOKEN_VARIABLE = "SLIPWAY_KEEPER_TOKEN"  # noqa: S105 - a variable's name
_PYTHON = "/.slipway/python"
_KEEPER = "/.slipway/keeper"
_BEGIN = f"import sys; sys.path.insert(0, '{_KEEPER}'); from keeper.server import main; sys.exit(main())"
_AT_ONCE = 6


@dataclass(frozen=True)
class Rehearsed:
    """Images that are in a rehearsal's registry: reference -> `path@digest` there."""

    registry: dagger.Service
    images: Mapping[str, str]


@dataclass(frozen=True)
class _Pulled:
    container: dagger.Container
    facts: ImageFacts


@dataclass
class EngineYard:
    """See `ci.pipelines.ports.Yard`.

    In each container runs the keeper, with a Python of its own that is mounted beside it: the loader of its libc is
    called by its path, so that it runs in any image, whatever that holds.
    """

    source: dagger.Directory
    settings: Settings
    title: str
    keeper: dagger.Directory
    """The package `ci.supervisor`."""
    keep_volumes: bool = False
    token: dagger.Secret | None = None
    rehearsed: Rehearsed | None = None
    _run: str = field(default_factory=lambda: uuid.uuid4().hex)
    _pulled: dict[str, _Pulled] = field(default_factory=dict)
    _services: list[dagger.Service] = field(default_factory=list)

    async def images(self, plan: BootPlan) -> Mapping[str, ImageFacts]:
        """Pull every image; see `ci.pipelines.ports.Yard`."""
        users: dict[str, list[str]] = {}
        for one in plan.services:
            users.setdefault(one.image, []).append(one.name)

        async def pull(image: str) -> _Pulled:
            container = self._from(image)
            try:
                await container.sync()
                return _Pulled(container, await _facts(container))
            except dagger.QueryError as error:
                raise SmokeError(_not_to_be_had(image, users[image], error)) from error

        outcomes = await run_all(list(users), pull, at_once=_AT_ONCE)
        _raise_all(outcomes)
        self._pulled = {outcome.item: outcome.result for outcome in outcomes if outcome.result}

        async def content(one: Booted) -> ImageFacts:
            pulled = self._pulled[one.image]
            there = [
                mount.target
                for mount in one.mounts
                if mount.kind == "volume" and await pulled.container.exists(mount.target)
            ]
            return ImageFacts(**{**vars(pulled.facts), "content": tuple(there)})

        looked = await run_all(plan.services, content, at_once=_AT_ONCE)
        return {outcome.item.name: outcome.result for outcome in looked if outcome.result}

    async def put_up(self, plan: BootPlan, images: Mapping[str, ImageFacts]) -> Mapping[str, HttpKeeper]:
        """Start a Dagger service for each; see `ci.pipelines.ports.Yard`."""
        python = self._empty().from_(self.settings.python_image)
        loaders = await python.rootfs().glob("usr/lib/*/ld-linux-*.so.*")
        if not loaders:
            raise SmokeError(
                Problem(
                    what="The keepers can't run: their Python's image holds no loader of the GNU libc",
                    value=self.settings.python_image,
                    expected="an image made of Debian, such as python:3.11-slim",
                    hint="set `python_image` in [tool.slipway]",
                )
            )
        libraries = f"{_PYTHON}/{loaders[0].rpartition('/')[0]}"
        interpreter = await python.with_exec(
            ["python3", "-c", "import os, sys; print(os.path.realpath(sys.executable), end='')"]
        ).stdout()
        command = [
            f"{_PYTHON}/{loaders[0]}",
            *("--library-path", f"{libraries}:{_PYTHON}/usr/local/lib"),
            *(f"{_PYTHON}{interpreter}", "-I", "-u", "-c", _BEGIN),
            *("--host", "0.0.0.0", "--port", str(PORT)),  # noqa: S104 - reachable from other containers only
        ]
        key = uuid.uuid4().hex
        token = dag.set_secret(f"slipway-keeper-{self._run}", key)

        async def put_up(one: Booted) -> HttpKeeper:
            container = (
                self._pulled[one.image]
                .container.without_docker_healthcheck()
                .with_user("0")
                .with_workdir("/")
                .without_env_variable("LD_PRELOAD")
                .with_mounted_directory(_PYTHON, python.rootfs(), read_only=True)
                .with_mounted_directory(f"{_KEEPER}/keeper", self.keeper, read_only=True)
                .with_secret_variable(_TOKEN_VARIABLE, token)
                .with_env_variable("SLIPWAY_RUN", self._run)
                .with_env_variable("SLIPWAY_SERVICE", one.name)  # two services of one image are two
                .with_exposed_port(PORT)
            )
            for number, mount in enumerate(one.mounts):
                container = await self._mounted(container, one, images[one.name], number, mount)
            # By a name of its own, every service of this call is found by every other, with no binding.
            service = container.as_service(args=command).with_hostname(one.name)
            try:
                await service.start()
                self._services.append(service)
                host = (await service.endpoint(port=PORT)).rpartition(":")[0]
                address = str((await anyio.getaddrinfo(host, PORT))[0][4][0])
            except (dagger.QueryError, OSError) as error:
                raise SmokeError(
                    Problem(
                        what=f"The container of `{one.name}` could not be put up",
                        value=end_of_log(error) if isinstance(error, dagger.QueryError) else str(error),
                        hint="run the same call again; if it stays so, look into the engine's log",
                    )
                ) from error
            return HttpKeeper(f"http://{address}:{PORT}", key, address)

        outcomes = await run_all(plan.services, put_up, at_once=_AT_ONCE)
        _raise_all(outcomes)
        return {outcome.item.name: outcome.result for outcome in outcomes if outcome.result}

    async def take_down(self) -> None:
        """Stop every Dagger service; see `ci.pipelines.ports.Yard`."""

        async def stop(service: dagger.Service) -> None:
            try:
                await service.stop(kill=True)
            except dagger.QueryError as error:  # it has ended by itself
                raise SmokeError(Problem(what=str(error))) from error

        await run_all(self._services, stop, at_once=_AT_ONCE)

    def _empty(self) -> dagger.Container:
        return dag.container(platform=dagger.Platform(self.settings.platform) if self.settings.platform else None)

    def _from(self, image: str) -> dagger.Container:
        container = self._empty()
        if self.rehearsed and (pushed := self.rehearsed.images.get(image)):
            # The one host name at which the engine speaks plain HTTP: docs/engine.md, "Push over plain HTTP".
            return container.from_(f"127.0.0.1:{REGISTRY_PORT}/{pushed}", registry_service=self.rehearsed.registry)
        if self.token and image.startswith(self.settings.image_prefix):
            host = image.partition("/")[0]
            container = container.with_registry_auth(host, self.settings.registry_username, self.token)
        return container.from_(image)

    async def _mounted(
        self, container: dagger.Container, one: Booted, image: ImageFacts, number: int, mount: Mount
    ) -> dagger.Container:
        if mount.kind == "tmpfs":
            return container.with_mounted_temp(mount.target)
        if mount.kind == "text":
            return container.with_mounted_file(
                mount.target, dag.directory().with_new_file("text", mount.source).file("text")
            )
        if mount.kind == "bind":
            path = mount.source.removeprefix("./") or "."
            if await self.source.exists(path, expected_type=dagger.ExistsType.REGULAR_TYPE):
                return container.with_mounted_file(mount.target, self.source.file(path))
            there = path == "." or await self.source.exists(path)
            folder = self.source.directory(path) if there else dag.directory()  # compose makes one that is not there
            return container.with_mounted_directory(mount.target, folder, read_only=mount.read_only)
        run = self.title if self.keep_volumes else self._run
        mounted = container.with_mounted_cache(mount.target, dag.cache_volume(f"slipway-smoke-{run}-{mount.source}"))
        if mount.target not in image.content:
            return mounted
        content = self._pulled[one.image].container.directory(mount.target)
        return mounted.with_mounted_directory(f"{CONTENT}/{number}", content, read_only=True)


async def _facts(container: dagger.Container) -> ImageFacts:
    variables = [(await one.name(), await one.value()) for one in await container.env_variables()]
    return ImageFacts(
        entrypoint=tuple(await container.entrypoint() or ()),
        command=tuple(await container.default_args() or ()),
        environment=dict(variables),
        user=await container.user(),
        working_dir=await container.workdir(),
        health=await _health(container),
    )


async def _health(container: dagger.Container) -> HealthCheck | None:
    check = container.docker_healthcheck()
    try:
        command = await check.args()
    except dagger.InvalidQueryError:  # what the SDK (0.21.8) makes of an image without one
        return None
    return HealthCheck(
        (*(("/bin/sh", "-c") if await check.shell() else ()), *command),
        seconds(await check.interval()) or None,
        seconds(await check.timeout()) or None,
        await check.retries() or None,
        seconds(await check.start_period()) or None,
        seconds(await check.start_interval()) or None,
    )


def _not_to_be_had(image: str, services: list[str], error: dagger.QueryError) -> Problem:
    return Problem(
        what=f"The image of {', '.join(services)} can't be had",
        value=f"{image}\n    {end_of_log(error)}",
        expected="an image that is published, and that the engine reaches",
        hint="release or rehearse the commit first, where it is one of your own (give --registry-token, where it is "
        f'private); else give another: below [tool.slipway.smoke.images]: "{services[0]}" = "…"',
    )


def _raise_all(
    outcomes: list[Outcome[object, object]] | list[Outcome[str, _Pulled]] | list[Outcome[Booted, HttpKeeper]],
) -> None:
    problems = [problem for outcome in outcomes if outcome.error for problem in outcome.error.problems]
    if problems:
        raise SmokeError(*problems)

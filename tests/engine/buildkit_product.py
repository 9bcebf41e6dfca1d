"""A product that BuildKit builds on a real engine, with a registry of its own."""

import os
import shutil
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import anyio
import dagger
import pytest
from dagger import dag

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.adapters.dagger_buildkit import BuildkitBuilder
from ci.adapters.dagger_rehearsal import REGISTRY_PORT, Rehearsal
from ci.adapters.dagger_source import DaggerSource
from ci.core.release import plan as planning
from ci.core.settings.product import BUILDKIT, Settings
from ci.pipelines.ports import Builds
from ci.session import read_source

GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
BASE = "FROM python:3.11-slim\n"
ONE = "services:\n  web:\n    build: .\n"
Files = Mapping[str, str]


def settings(**more: object) -> Settings:
    """Each test has a builder of its own; BUILDKIT_IMAGE names the image where the default can't be pulled."""
    own = Settings(image_prefix="ghcr.io/slipway-tests/builder", product_name=f"Builder {uuid.uuid4().hex}")
    image = os.environ.get("BUILDKIT_IMAGE", f"moby/buildkit:{BUILDKIT}")
    return replace(own, buildkit_image=image, **more)  # type: ignore[arg-type]


def on_the_engine(monkeypatch: pytest.MonkeyPatch, test: Callable[[], Awaitable[None]]) -> None:
    monkeypatch.setenv("_EXPERIMENTAL_DAGGER_CLI_BIN", shutil.which("dagger") or "")

    async def connected() -> None:
        async with dagger.connection():
            await test()

    anyio.run(connected)


def tree(files: Files) -> dagger.Directory:
    made = dag.directory()
    for path, text in files.items():
        made = made.with_new_file(path, text)
    return made


def registry() -> Rehearsal:
    """An empty registry of its own."""
    container = dag.container().from_("registry:3").with_env_variable("RUN", uuid.uuid4().hex)
    service = container.with_exposed_port(REGISTRY_PORT).as_service(use_entrypoint=True)
    return Rehearsal(service, "", service)


class Product:
    """A product on the engine, with a registry of its own; `publish` builds all of its images."""

    def __init__(self, files: Files, own: Settings | None = None, inputs: BuildInputs | None = None) -> None:
        self.source, self.settings, self.rehearsal = tree(files), own or settings(), registry()
        self.inputs = inputs

    async def publish(self, labels: Files | None = None, *, save: bool = False) -> Builds:
        read = await read_source(DaggerSource(self.source, self.source), self.settings)
        self.images = planning.plan_images(read, self.settings, GIT_SHA)
        await self.rehearsal.registry.start()
        builder = BuildkitBuilder(
            self.source, self.settings, labels or {}, rehearsal=self.rehearsal, inputs=self.inputs
        )
        builds = await builder.publish(self.images)
        return replace(builds, warnings=(*builds.warnings, *await builder.save_cache())) if save else builds

    def pushed(self, builds: Builds, at: int = 0) -> dagger.Container:
        outcome = builds.outcomes[at]
        assert not outcome.error, outcome.error
        path = outcome.item.image.repository.partition("/")[2]
        address = f"127.0.0.1:{REGISTRY_PORT}/{path}@{outcome.result}"
        return dag.container().from_(address, registry_service=self.rehearsal.registry)

    async def problem(self) -> str:
        """The one image's failure."""
        outcome = (await self.publish()).outcomes[0]
        assert outcome.error
        return str(outcome.error)

"""Builds by BuildKit on a real engine: contexts, options of compose, secrets, failures, two runs at once."""

import os
import shutil
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import anyio
import dagger
import pytest
from dagger import dag
from engine.calls import unreachable
from programs import unavailable

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.adapters.dagger_buildkit import BuildkitBuilder
from ci.adapters.dagger_rehearsal import REGISTRY_PORT, Rehearsal
from ci.adapters.dagger_source import DaggerSource
from ci.core.release import plan as planning
from ci.core.settings.product import BUILDKIT, Settings
from ci.pipelines.ports import Builds
from ci.session import read_source

pytestmark = pytest.mark.engine
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
BASE = "FROM python:3.11-slim\n"
ONE = "services:\n  web:\n    build: .\n"
Files = Mapping[str, str]


def settings(**more: object) -> Settings:
    """Each test has a builder of its own; BUILDKIT_IMAGE names the image where the default can't be pulled."""
    own = Settings(image_prefix="ghcr.io/slipway-tests/builder", product_name=f"Builder {uuid.uuid4().hex}")
    image = os.environ.get("BUILDKIT_IMAGE", f"moby/buildkit:{BUILDKIT}")
    return replace(own, buildkit_image=image, **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def engine() -> None:
    if why := unreachable():
        unavailable("engine", why)


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

    def __init__(self, files: Files, own: Settings | None = None, **inputs: object) -> None:
        self.source, self.settings, self.rehearsal = tree(files), own or settings(), registry()
        self.inputs = BuildInputs(**inputs)  # type: ignore[arg-type]

    async def publish(self, labels: Files | None = None) -> Builds:
        read = await read_source(DaggerSource(self.source, self.source), self.settings)
        self.images = planning.plan_images(read, self.settings, GIT_SHA)
        await self.rehearsal.registry.start()
        builder = BuildkitBuilder(
            self.source, self.settings, labels or {}, rehearsal=self.rehearsal, inputs=self.inputs
        )
        return await builder.publish(self.images)

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


def test_arguments_target_and_labels_reach_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = (
        "services:\n  web:\n    build:\n      context: .\n      target: first\n"
        "      args: {WHO: \"you and 'me'\\n$HOME\"}\n      labels: [org.example.team=web]\n"
    )
    dockerfile = f'{BASE.strip()} AS first\nARG WHO=nobody\nRUN echo -n "$WHO" > /who\n{BASE}RUN false\n'

    async def test() -> None:
        product = Product({"docker-compose.yaml": compose.replace("$HOME", "$$HOME"), "Dockerfile": dockerfile})
        image = product.pushed(await product.publish({"org.example.run": "1"}))
        assert await image.file("/who").contents() == "you and 'me'\n$HOME"
        assert await image.label("org.example.team") == "web"
        assert await image.label("org.example.run") == "1"
        assert await image.env_variable("WHO") is None

    on_the_engine(monkeypatch, test)

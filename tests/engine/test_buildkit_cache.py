"""The layer cache of a product, from which a builder takes steps that it never executed."""

import pytest
from engine.buildkit_product import BASE, ONE, Product, on_the_engine, settings
from engine.calls import unreachable
from programs import unavailable

from ci.core.settings.product import LayerCache

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def engine() -> None:
    if why := unreachable():
        unavailable("engine", why)


def test_a_fresh_builder_takes_the_steps_from_the_layer_cache_of_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = "RUN cat /proc/sys/kernel/random/uuid > /stamp\n"
    dockerfile = f"{BASE}{stamp}COPY mine /\nRUN cat /mine > /copied\n"
    files = {"docker-compose.yaml": ONE, "Dockerfile": dockerfile, "mine": "1"}

    async def test() -> None:
        first = Product(files, settings(layer_cache=LayerCache.REGISTRY))
        builds = await first.publish(save=True)
        assert builds.warnings == ()
        made = await first.pushed(builds).file("/stamp").contents()
        again = Product({**files, "mine": "2"}, settings(layer_cache=LayerCache.REGISTRY))  # its builder is empty
        again.rehearsal = first.rehearsal
        builds = await again.publish(save=True)
        assert builds.warnings == ()
        assert await again.pushed(builds).file("/stamp").contents() == made
        assert await again.pushed(builds).file("/copied").contents() == "2"

    on_the_engine(monkeypatch, test)


def test_a_layer_cache_that_fails_costs_a_warning_and_no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = (
        "services:\n  web:\n    build:\n      context: .\n      cache_from: [nobody.invalid/cache]\n"
        "      cache_to: ['type=registry,ref=nobody.invalid/cache']\n"
    )

    async def test() -> None:
        product = Product({"docker-compose.yaml": compose, "Dockerfile": f"{BASE}RUN echo 1 > /one\n"})
        builds = await product.publish(save=True)
        assert await product.pushed(builds).file("/one").contents() == "1\n"
        assert [one.what for one in builds.warnings] == [
            "The layer cache was not read for builder",
            "The layer cache was not written for builder",
        ]

    on_the_engine(monkeypatch, test)

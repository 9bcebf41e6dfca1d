"""An image is built again if and only if something that its Dockerfile reads has changed.

A thousand random edits in `make test`; fifty times as many with the nightly profile.
"""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from properties.image_edits import Model, World, worlds

from ci.core.compose.model import Build
from ci.core.images.contexts import Contexts
from ci.core.images.image import Image
from ci.core.images.inputs import inputs_of
from ci.core.images.recipe import recipe_of
from ci.core.settings.product import Settings

PRODUCTS = settings().max_examples // 4
EDITS = 20


def hash_of(world: World, contexts: Contexts, model: Model) -> str:
    name = f"Dockerfile.{model.number}"
    image = Image(
        name=str(model.number),
        repository="r.example/o/p",
        context=".",
        dockerfile=name,
        build=Build(".", name, args=model.arguments),
        services=("web",),
        line=1,
    )
    texts = {name: model.dockerfile, f"{name}.dockerignore": model.ignore}
    return inputs_of(recipe_of(image, texts, Settings()), contexts, world.digests).hash


@settings(max_examples=PRODUCTS)
@given(st.integers(0, 2**32))
def test_an_image_has_another_hash_if_and_only_if_it_is_made_of_something_else(seed: int) -> None:
    truths: dict[int, object] = {}
    hashes: dict[int, str] = {}
    for world in worlds(Random(seed), EDITS):  # noqa: S311 - a random product, no secret
        contexts = Contexts(world.tree)
        for model in world.images:
            truth, found = world.truth(model), hash_of(world, contexts, model)
            if model.number in truths:
                assert (truth != truths[model.number]) == (found != hashes[model.number]), model.dockerfile
            truths[model.number], hashes[model.number] = truth, found
            assert found

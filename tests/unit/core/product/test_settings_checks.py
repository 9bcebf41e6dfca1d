"""The settings against the product."""

from typing import Any

from ci.core.compose.parse import parse
from ci.core.images.names import own_images
from ci.core.product.settings_checks import (
    env_secret_problems,
    prefix_problems,
    product_name_problems,
    sidecar_problems,
)
from ci.core.settings.product import Settings

BUILT = parse("services:\n  web: {build: .}\n", "c.yaml")


def test_a_prefix_is_needed_only_if_something_is_built() -> None:
    (problem,) = prefix_problems(BUILT, Settings())
    assert "--image-prefix" in problem.hint
    assert "web" in problem.value
    assert list(prefix_problems(BUILT, Settings(image_prefix="ghcr.io/o/p"))) == []
    assert list(prefix_problems(parse("services: {db: {image: x}}\n", "c.yaml"), Settings())) == []


def test_without_a_prefix_the_names_that_the_file_has_are_proposed() -> None:
    built = parse("services:\n  web: {build: ., image: ghcr.io/o/site/web}\n", "c.yaml")
    (problem,) = prefix_problems(built, Settings())
    assert problem.hint.endswith('below [tool.slipway.image_names]:\n    web = "ghcr.io/o/site/web"')


def test_the_product_needs_a_name() -> None:
    (problem,) = product_name_problems(Settings())
    assert "--product-name" in problem.hint
    assert list(product_name_problems(Settings(product_name="Shop"))) == []


def test_a_sidecar_runs_an_image_that_is_built() -> None:
    settings: Any = Settings(sidecars={"scaler": "web", "runner": "wbe"})
    (problem,) = sidecar_problems(settings, own_images(BUILT, "ghcr.io/o/web"))
    assert "`runner`" in problem.what
    assert (problem.value, problem.expected) == ("wbe", "one of web")
    assert "[tool.slipway.sidecars]" in problem.hint


def test_a_table_of_env_secrets_is_of_a_service() -> None:
    secrets: dict[str, str | dict[str, str]] = {"A": "a", "web": {"A": "b"}, "wbe": {"A": "c"}, "other": {"A": "d"}}
    found = list(env_secret_problems(BUILT, Settings(env_secrets={**secrets})))
    assert [(one.value, one.expected) for one in found] == [
        ("wbe", "`web`?"),
        ("other", "the name of a service of the compose file"),
    ]

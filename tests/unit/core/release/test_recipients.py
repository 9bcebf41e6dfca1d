"""Who is given a credential: what the caller named or the default, never what the source names."""

from typing import Any

import pytest

from ci.core.release.recipients import omctl_problems, registry_problems
from ci.core.settings.product import Settings

TREE = "evil.example/o/p"
DEFAULT_IMAGE = Settings().omctl_image


@pytest.mark.parametrize(
    ("prefix", "arguments", "registry", "expected"),
    [
        ("ghcr.io/o/p", {}, "", ""),
        ("ghcr.io/o/p", {"image_prefix": ""}, "", ""),
        (TREE, {}, "", "ghcr.io"),
        (TREE, {}, "ghcr.io", "ghcr.io"),
        (TREE, {}, "evil.example", ""),
        (TREE, {"image_prefix": TREE}, "", ""),
        (TREE, {"image_prefix": TREE}, "registry.example", "registry.example"),
        ("ghcr.io/o/p", {}, "registry.example", "registry.example"),
        ("ghcr.io.evil.example/o/p", {}, "", "ghcr.io"),
        ("ghcr.io:443/o/p", {}, "", "ghcr.io"),
        ("", {}, "", ""),  # no image has a name then, which is a problem of its own
    ],
)
def test_the_token_goes_to_the_registry_that_the_caller_named(
    prefix: str, arguments: dict[str, Any], registry: str, expected: str
) -> None:
    found = list(registry_problems(Settings(image_prefix=prefix), arguments, registry))
    assert bool(found) is bool(expected)
    for problem in found:
        assert problem.expected.startswith(expected)
        assert f"--registry {prefix.partition('/')[0]}" in problem.hint


def test_a_reference_product_s_registry_is_nobody_s() -> None:
    arguments = {"image_prefix": "registry.invalid/o/p"}
    (found,) = registry_problems(Settings(image_prefix="registry.invalid/o/p"), arguments, "registry.invalid")
    assert "give --image-prefix ghcr.io/OWNER/NAME" in found.hint
    assert "--source ." in found.hint


@pytest.mark.parametrize(
    ("image", "argument", "problem"),
    [
        (DEFAULT_IMAGE, "", ""),
        ("evil.example/omctl", "", "give --omctl-image evil.example/omctl"),
        ("own.example/omctl:1", "own.example/omctl:1", ""),
        (DEFAULT_IMAGE + "-evil", "", f"give --omctl-image {DEFAULT_IMAGE}-evil"),
    ],
)
def test_the_api_key_goes_to_the_default_image_or_that_of_the_argument(image: str, argument: str, problem: str) -> None:
    found = list(omctl_problems(Settings(omctl_image=image), {"omctl_image": argument}))
    assert [one.hint.partition(" if ")[0] for one in found] == [problem][: len(problem)]

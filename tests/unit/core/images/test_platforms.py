import pytest

from ci.core.compose.parse import parse
from ci.core.images.names import own_images
from ci.core.images.platforms import normal, platform_problems


def problems(services: str, platform: str = "linux/amd64", **names: str) -> list[str]:
    compose = parse(f"services:\n{services}", "c.yaml")
    images = own_images(compose, "registry.example/o/shop", names)
    return [str(one) for one in platform_problems(compose, images, platform)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("linux/amd64", "linux/amd64"),
        ("amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/arm64/v8", "linux/arm64"),
        ("linux/arm/v7", "linux/arm/v7"),
    ],
)
def test_a_platform_is_completed(written: str, expected: str) -> None:
    assert normal(written) == expected


def test_one_dockerfile_for_two_platforms_is_an_error_that_names_the_setting() -> None:
    (found,) = problems("  a: {build: ., platform: linux/amd64}\n  b: {build: ., platform: linux/arm64}\n")
    assert found.startswith("c.yaml:3:17: Service `b` is to run on `linux/arm64`, and its image is built for `linux/am")
    assert 'set `platform = "linux/arm64"` below [tool.slipway]' in found


def test_two_images_of_one_dockerfile_may_have_two_platforms() -> None:
    build = "{context: ., platforms: [linux/arm64]}"
    services = f"  a: {{build: ., platform: linux/amd64}}\n  b: {{build: {build}, platform: linux/arm64}}\n"
    assert problems(services, b="arm") == []


@pytest.mark.parametrize("platform", ["linux/arm64", "${PLATFORM:-linux/arm64}"])
def test_the_setting_decides(platform: str) -> None:
    services = f"  a: {{build: ., platform: '{platform}'}}\n"
    assert problems(services, "linux/arm64/v8") == []
    assert len(problems(services)) == 1


@pytest.mark.parametrize("platform", ["${PLATFORM}", "", "linux/amd64"])
def test_what_is_not_known_or_the_same_is_no_problem(platform: str) -> None:
    assert problems(f"  a: {{build: ., platform: '{platform}'}}\n") == []
    assert problems("  a: {build: ., platform: linux/arm64}\n", "") == []

"""Own images: one for each build, in a repository that is named by its Dockerfile."""

from ci.core.compose.parse import parse
from ci.core.images.names import own_images, unnamed_images

PREFIX = "ghcr.io/o/app"


def repositories(services: str, names: dict[str, str] | None = None) -> dict[str, str]:
    """The repository of each service, less the prefix."""
    images = own_images(parse(f"services:\n{services}", "compose.yaml"), PREFIX, names)
    return {name: image.repository.removeprefix(PREFIX) for image in images for name in image.services}


def test_services_that_build_the_same_share_an_image_however_it_is_written() -> None:
    found = repositories("  a: {build: .}\n  b: {build: {context: ./, dockerfile: ./Dockerfile}}\n  c: {build: ./c}\n")
    assert found == {"a": "-dockerfile", "b": "-dockerfile", "c": "-c"}


def test_keys_that_only_change_how_an_image_is_built_locally_do_not_tell_builds_apart() -> None:
    assert repositories("  a: {build: {context: ., cache_from: [x], tags: [y]}}\n  b: {build: .}\n") == {
        "a": "",
        "b": "",
    }


def test_the_name_of_one_service_holds_for_all_services_with_its_build() -> None:
    text = "  a: {build: {context: ., target: t}}\n  b: {build: .}\n  c: {build: .}\n"
    assert repositories(text, {"c": "small"}) == {"a": "", "b": "-small", "c": "-small"}
    assert repositories(text, {"a": "t", "b": "x", "c": "y"}) == {"a": "-t", "b": "-x", "c": "-y"}


def test_paths_are_relative_to_the_top_of_the_source() -> None:
    services = "services:\n  a: {build: .}\n  b: {build: {context: ../web, dockerfile: docker/D}}\n"
    images = own_images(parse(services, "deploy/compose.yaml"), PREFIX)
    assert [(image.context, image.dockerfile) for image in images] == [
        ("deploy", "deploy/Dockerfile"),
        ("web", "web/docker/D"),
    ]
    assert [image.name for image in images] == ["deploy", "web"]


def test_images_without_names_are_those_of_the_builds() -> None:
    text = "services:\n  a: {build: .}\n  b: {build: .}\n  c: {build: {context: ., target: t}}\n  d: {image: x}\n"
    images = unnamed_images(parse(text, "compose.yaml"))
    assert [(image.services, image.name, image.line) for image in images] == [(("a", "b"), "", 2), (("c",), "", 4)]


def test_a_dockerfile_outside_of_the_source_is_named_after_its_service() -> None:
    found = repositories("  a: {build: ./api}\n  B-c: {build: ../x}\n  d: {build: ../y/z}\n")
    assert found == {"a": "", "B-c": "-b-c", "d": "-d"}
    remote = "https://github.com/o/r.git"
    found = repositories(f"  a: {{build: ./api}}\n  b: {{build: '{remote}'}}\n  c: {{build: ./web}}\n")
    assert found == {"a": "-api", "b": "-b", "c": "-web"}


def test_a_name_can_be_a_whole_repository() -> None:
    compose = parse("services:\n  a: {build: ./a}\n  b: {build: ./b}\n", "compose.yaml")
    images = own_images(compose, PREFIX, {"a": "ghcr.io/other/path/app"})
    assert [(image.name, image.repository) for image in images] == [
        ("app", "ghcr.io/other/path/app"),
        ("app", "ghcr.io/o/app"),
    ]

"""Checks of image names."""

import pytest

from ci.core.compose.parse import parse
from ci.core.images.names import own_images
from ci.errors import ConfigurationError

PREFIX = "ghcr.io/o/app"


def problems(services: str, names: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        own_images(parse(f"services:\n{services}", "compose.yaml"), PREFIX, names)
    return [f"{problem.what} {problem.expected} {problem.hint}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("build", "difference"),
    [
        ("{context: ., target: t}", "target"),
        ("{context: ., args: {A: b}}", "arguments"),
        ("{context: ., labels: {a: b}}", "labels"),
        ("{context: ., additional_contexts: {a: ./b}}", "other keys"),
        ("{context: ., dockerfile_inline: FROM scratch}", "dockerfile_inline"),
    ],
)
def test_two_images_of_one_name_are_reported_with_what_they_differ_in(build: str, difference: str) -> None:
    (message,) = problems(f"  a: {{build: .}}\n  b: {{build: {build}}}\n")
    assert message.startswith("Two images have the same name: services `a` (line 2) and `b` ")
    assert f"they differ in {difference}" in message
    assert 'below [tool.slipway.image_names]: b = "…"' in message


def test_builds_that_differ_in_other_keys_are_different_images() -> None:
    base = "{{context: ., additional_contexts: {{a: ./{}}}}}"
    assert problems(f"  a: {{build: {base.format('x')}}}\n  b: {{build: {base.format('y')}}}\n")


def test_a_name_that_is_no_bare_key_of_toml_is_quoted_in_the_hint() -> None:
    (message,) = problems("  a: {build: .}\n  'b c': {build: {context: ., target: t}}\n")
    assert message.endswith('below [tool.slipway.image_names]: "b c" = "…"')


def test_a_name_that_is_not_valid_in_a_registry_is_a_problem() -> None:
    (message,) = problems("  a: {build: ./größe}\n  b: {build: ./b}\n")
    assert message.startswith("The name of the image of service `a` is not valid in a registry")


def test_a_path_with_an_unknown_variable_is_reported_with_it() -> None:
    (message,) = problems("  a: {build: {context: ., dockerfile: $FILE}}\n  b: {build: ./b}\n")
    assert message.startswith(
        "The image of service `a` has no name: its Dockerfile's path has a variable without a value"
    )
    assert "a value for `FILE`" in message


def test_the_name_that_the_file_has_for_an_image_is_proposed() -> None:
    (message,) = problems("  a: {build: .}\n  b: {build: {context: ., target: t}, image: 'ghcr.io/o/b:${T:-1}'}\n")
    assert message.endswith('below [tool.slipway.image_names]: b = "ghcr.io/o/b"')


@pytest.mark.parametrize("name", ["quay.io/o/a", "team/a", "ghcr.io.evil.example/o/a"])
def test_a_whole_repository_in_another_registry_is_refused_since_the_token_is_not_for_it(name: str) -> None:
    (message,) = problems("  a: {build: .}\n", {"a": name})
    assert message.startswith("The image of service `a` is named in another registry than the others")
    assert "a repository of ghcr.io, whose token a call has" in message

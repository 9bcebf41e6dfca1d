"""Own images: one for each build, named by its Dockerfile, and which services run one that nobody publishes."""

import pytest

from ci.core.compose.parse import parse
from ci.core.images.names import labels, own_images, suffix, unpublished
from ci.errors import ConfigurationError

PREFIX = "ghcr.io/o/app"


def repositories(services: str, names: dict[str, str] | None = None) -> dict[str, str]:
    """The repository of each service, less the prefix."""
    images = own_images(parse(f"services:\n{services}", "compose.yaml"), PREFIX, names)
    return {name: image.repository.removeprefix(PREFIX) for image in images for name in image.services}


def problems(services: str, names: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        repositories(services, names)
    return [f"{problem.what} {problem.expected} {problem.hint}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["Dockerfile"], {"Dockerfile": ""}),
        (["Dockerfile.Web", "Dockerfile.b"], {"Dockerfile.Web": "dockerfile.web", "Dockerfile.b": "dockerfile.b"}),
        (["web/Dockerfile", "mail/Dockerfile"], {"web/Dockerfile": "web", "mail/Dockerfile": "mail"}),
        (["Dockerfile", "a/Dockerfile"], {"Dockerfile": "dockerfile", "a/Dockerfile": "a"}),
        (["s/a/Dockerfile", "s/b/Dockerfile"], {"s/a/Dockerfile": "a", "s/b/Dockerfile": "b"}),
        (["s/a/D", "s/b/D", "t/D"], {"s/a/D": "s-a", "s/b/D": "s-b", "t/D": "t"}),
        (["s/a/D", "s/a/E", "s/b/D", "t/D"], {"s/a/D": "s-a-d", "s/a/E": "s-a-e", "s/b/D": "s-b", "t/D": "t"}),
        ([], {}),
    ],
)
def test_an_image_is_called_after_what_tells_its_dockerfile_from_the_others(
    paths: list[str], found: dict[str, str]
) -> None:
    assert labels(paths) == found


def test_the_rule_of_one_path_among_others() -> None:
    assert suffix("a/x/D", ["a/x/D", "a/y/D", "b/D"]) == "a"
    assert suffix("D", ["D"]) == ""


def test_services_that_build_the_same_share_an_image_however_it_is_written() -> None:
    found = repositories("  a: {build: .}\n  b: {build: {context: ./, dockerfile: ./Dockerfile}}\n  c: {build: ./c}\n")
    assert found == {"a": "-dockerfile", "b": "-dockerfile", "c": "-c"}


def test_what_changes_an_image_only_here_does_not_tell_builds_apart() -> None:
    assert repositories("  a: {build: {context: ., cache_from: [x], tags: [y]}}\n  b: {build: .}\n") == {
        "a": "",
        "b": "",
    }


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
def test_two_images_with_one_name_are_told_with_what_they_differ_in(build: str, difference: str) -> None:
    (told,) = problems(f"  a: {{build: .}}\n  b: {{build: {build}}}\n")
    assert told.startswith("Two images with one name: services `a` (line 2) and `b` ")
    assert f"they differ in {difference}" in told
    assert 'set [tool.slipway.image_names] b = "…"' in told


def test_other_contexts_of_one_name_are_other_images() -> None:
    base = "{{context: ., additional_contexts: {{a: ./{}}}}}"
    assert problems(f"  a: {{build: {base.format('x')}}}\n  b: {{build: {base.format('y')}}}\n")


def test_the_name_of_one_service_counts_for_all_that_build_the_same() -> None:
    text = "  a: {build: {context: ., target: t}}\n  b: {build: .}\n  c: {build: .}\n"
    assert repositories(text, {"c": "small"}) == {"a": "", "b": "-small", "c": "-small"}
    assert repositories(text, {"a": "t", "b": "x", "c": "y"}) == {"a": "-t", "b": "-x", "c": "-y"}


def test_a_name_that_no_key_of_toml_can_be_is_quoted_in_what_to_do() -> None:
    (told,) = problems("  a: {build: .}\n  'b c': {build: {context: ., target: t}}\n")
    assert told.endswith('set [tool.slipway.image_names] "b c" = "…"')


def test_a_name_that_no_registry_takes_is_told() -> None:
    (told,) = problems("  a: {build: ./größe}\n  b: {build: ./b}\n")
    assert told.startswith("The image of service `a` would get a name that no registry takes")


def test_a_path_with_an_unknown_variable_is_told_with_it() -> None:
    (told,) = problems("  a: {build: {context: ., dockerfile: $FILE}}\n  b: {build: ./b}\n")
    assert told.startswith(
        "The image of service `a` can't be named: its Dockerfile's path has a variable without a value"
    )
    assert "a value for `FILE`" in told


@pytest.mark.parametrize(
    ("services", "found"),
    [
        ("  a: {build: ., image: x}\n  b: {image: x}\n  c: {image: y}\n", ["b"]),
        ("  a: {build: ., image: '${I}'}\n  b: {image: '${I}'}\n", ["b"]),
        ("  a: {build: .}\n  b: {image: x}\n", []),
        ("  a: &a {image: x}\n  b: {<<: *a, build: .}\n", []),
        ("  a: &a {build: ., image: x}\n  b: {<<: *a}\n", []),
    ],
)
def test_who_runs_an_image_that_is_built_under_a_local_name(services: str, found: list[str]) -> None:
    told = list(unpublished(parse(f"services:\n{services}", "compose.yaml")))
    assert [problem.what.split("`")[1] for problem in told] == found
    assert all(problem.line and problem.hint for problem in told)

"""A compose file read into its model, and the forms that are refused."""

from textwrap import dedent

import pytest

from ci.core.compose.model import Build, Compose, EnvFile, Service
from ci.core.compose.parse import parse
from ci.errors import ConfigurationError, Problem


def compose(text: str) -> Compose:
    return parse(dedent(text), "compose.yaml")


def service(text: str, name: str = "web") -> Service:
    return compose(text).by_name[name]


def refused(text: str) -> list[Problem]:
    with pytest.raises(ConfigurationError) as caught:
        compose(text)
    return list(caught.value.problems)


def test_a_service_has_its_image_build_env_files_and_places() -> None:
    text = """\
    services:
      web:
        image: " a:1"
        build: ./web
        env_file: [a.env, {path: b.env, required: false, format: raw}]
      db: {image: postgres}
    """
    web = service(text)
    assert (web.name, web.line, web.image, web.build) == ("web", 2, " a:1", Build("./web"))
    assert web.env_files == (EnvFile("a.env"), EnvFile("b.env", required=False, format="raw"))
    assert list(web.keys) == ["image", "build", "env_file"]
    assert dedent(text)[web.start :].startswith("web:")
    assert [one.name for one in compose(text).services] == ["web", "db"]


@pytest.mark.parametrize(
    ("value", "image"), [("", ""), ("~", ""), ("'~'", "~"), ("{{ $var.image }}", ""), ("${IMAGE}", "${IMAGE}")]
)
def test_an_image_is_its_string_and_none_for_null_or_an_expression(value: str, image: str) -> None:
    assert service(f"services:\n  web:\n    image: {value}\n").image == image


@pytest.mark.parametrize(
    ("value", "paths"), [("a.env", ["a.env"]), ("[a.env, b.env, a.env]", ["a.env", "b.env"]), ("", []), ("[]", [])]
)
def test_each_env_file_is_listed_once(value: str, paths: list[str]) -> None:
    text = f"services:\n  web:\n    image: x\n    env_file: {value}\n"
    assert [one.path for one in service(text).env_files] == paths


def test_merged_and_extended_keys_are_those_of_the_service() -> None:
    text = """\
    x-base: &base {image: base, restart: always}
    services:
      web: {extends: parent, build: ./web}
      parent: {<<: *base, image: own, env_file: a.env}
    """
    web = service(text)
    assert (web.base, web.image, set(web.keys)) == (
        "parent",
        "own",
        {"extends", "image", "restart", "env_file", "build"},
    )
    assert [one.name for one in compose(text).ancestry(web)] == ["parent", "web"]


def test_a_service_may_be_a_template_which_is_not_read() -> None:
    assert [one.name for one in compose("services:\n  a: {{ $file:a.yaml }}\n  b: {image: x}\n").services] == ["b"]


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("a: 1\n", "No services", 0),
        ("services: [a]\n", "No services", 1),
        ("include: [a.yaml]\nservices: {}\n", "`include` is not supported: omctl is given one file alone", 1),
        ("services:\n  web:\n", "Service `web` is not a mapping", 2),
        ("services:\n  web:\n    image: [a]\n    build: []\n", "`build` of `web` is a list", 4),
        ("services:\n  web:\n    image:\n    - a\n", "`image` of `web` is not a string", 4),
        ("a: &a image\nservices:\n  web:\n    *a : x\n", "A key of a service is an alias", 4),
        ("a: &a target\nservices:\n  web:\n    build: {*a : x}\n", "A key of a service is an alias", 4),
    ],
)
def test_what_is_not_supported_is_refused_with_its_line(text: str, what: str, line: int) -> None:
    (problem,) = refused(text)
    assert (problem.what, problem.line) == (what, line)
    assert problem.expected
    assert problem.hint


def test_an_alias_that_is_a_key_elsewhere_is_allowed() -> None:
    assert compose("a: &a image\nx-b: {*a : x}\nservices:\n  web: {image: x, x-c: {*a : x}}\n").services


@pytest.mark.parametrize("tag", ["!reset", "!override"])
@pytest.mark.parametrize("key", ["build", "image", "env_file", "environment", "extends", "x-omnistrate-capabilities"])
def test_an_override_tag_on_what_a_pin_reads_is_refused(key: str, tag: str) -> None:
    problems = refused(f"services:\n  web:\n    {key}: {tag} {{}}\n  web2: {{image: x}}\n")
    assert any(f"`web.{key}` has the tag" in problem.what for problem in problems)


def test_an_override_tag_elsewhere_is_allowed() -> None:
    assert service("services:\n  web:\n    image: x\n    ports: !reset []\n").image == "x"


def test_every_problem_is_listed() -> None:
    assert [problem.line for problem in refused("include: [a]\nservices:\n  web:\n  worker: {build: []}\n")] == [
        1,
        3,
        4,
    ]

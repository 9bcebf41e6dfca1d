"""What each image is built from: the keys of `build`, the build context and the Dockerfile."""

from dataclasses import replace
from typing import Any

import pytest

from ci.core.compose.build_options import read_options
from ci.core.compose.model import Build
from ci.core.compose.paths import from_top
from ci.core.images.image import Image
from ci.core.product.build_checks import build_problems
from ci.core.product.source import Source
from ci.core.settings.product import BuilderKind, Settings
from ci.errors import Problem

SETTINGS = Settings(compose_file="c.yaml", build_args={"WHERE": "src"})
TEXTS = {
    "app/Dockerfile": "FROM scratch\nCOPY src /\n",
    "app/src/main.py": "",
    "certs/ca.pem": "",
    "VERSION": "",
}


def image(context: str = "./app", *, dockerfile: str = "app/Dockerfile", **build: Any) -> Image:  # Any: parts of Build
    return Image(
        name="web",
        repository="ghcr.io/o/web",
        context=from_top("c.yaml", context),
        dockerfile=dockerfile,
        build=Build(context=context, **build),
        services=("web", "jobs"),
        line=7,
    )


def found(*images: Image, settings: Settings = SETTINGS, **texts: str | None) -> list[Problem]:
    """The problems of images in the small tree; `texts` replaces files, or removes them with None."""
    names = {
        "app_Dockerfile": "app/Dockerfile",
        "app_ignore": "app/.dockerignore",
        "own_ignore": "app/Dockerfile.dockerignore",
    }
    changed = TEXTS | {names[name]: text for name, text in texts.items() if text is not None}
    removed = {names[name] for name, text in texts.items() if text is None}
    kept = {name: text for name, text in changed.items() if name not in removed}
    return list(build_problems(images, Source(frozenset(kept), kept), settings))


@pytest.mark.parametrize("context", ["app", "./app", "./app/", "other/../app"])
def test_a_complete_tree_has_no_problems(context: str) -> None:
    assert found(image(context)) == []


def test_a_context_may_be_the_full_source() -> None:
    text = "FROM scratch\nCOPY app/src certs VERSION /\n"
    assert found(image(".", dockerfile="app/Dockerfile"), app_Dockerfile=text) == []


@pytest.mark.parametrize("context", ["..", "../app", "app/../../x", "/app", "https://code.example/o/r.git"])
def test_a_context_outside_the_source_is_a_problem(context: str) -> None:
    (problem,) = found(image(context))
    assert problem.what == "The build context of `web` is outside the source"
    assert (problem.value, problem.file, problem.line) == (context, "c.yaml", 7)
    assert problem.hint


@pytest.mark.parametrize("context", ["gone", "./gone", "app/Dockerfile", "ap", "..app"])
def test_a_context_that_is_missing_or_empty_is_a_problem(context: str) -> None:
    (problem,) = found(image(context))
    assert problem.what == "The build context of `web` is missing or empty"
    assert (problem.value, problem.file, problem.line) == (context, "c.yaml", 7)
    assert problem.hint


def test_a_missing_dockerfile_is_a_problem_at_the_line_of_its_service() -> None:
    (problem,) = found(image(dockerfile="app/Dockerfile.gone"))
    assert problem.what == "The Dockerfile of `web` does not exist"
    assert (problem.value, problem.file, problem.line) == ("app/Dockerfile.gone", "c.yaml", 7)
    assert problem.hint


def test_a_dockerfile_or_a_copied_file_that_git_ignores_is_said_to_be() -> None:
    files = frozenset(TEXTS)
    ignored = frozenset({"app/Dockerfile.own", "app/.npmrc"})
    (problem,) = build_problems(
        (image(dockerfile="app/Dockerfile.own"),), Source(files, TEXTS, None, ignored), SETTINGS
    )
    assert problem.what == "The Dockerfile of `web` is excluded by .gitignore"
    assert "take it out of .gitignore" in problem.hint
    texts = TEXTS | {"app/Dockerfile": "FROM scratch\nCOPY .npmrc /\n"}
    (problem,) = build_problems((image(),), Source(files, texts, None, ignored), SETTINGS)
    assert problem.what == "COPY names a path that .gitignore excludes"


def test_a_dockerfile_that_is_not_utf8_is_a_problem() -> None:
    files = frozenset(TEXTS)
    texts = {name: text for name, text in TEXTS.items() if name != "app/Dockerfile"}
    (problem,) = build_problems((image(),), Source(files, texts), SETTINGS)
    assert (problem.what, problem.file) == ("The Dockerfile of `web` is not readable as UTF-8", "app/Dockerfile")


def test_a_copied_file_that_is_missing_is_a_problem_at_its_line_in_the_dockerfile() -> None:
    (problem,) = found(image(), app_Dockerfile="FROM scratch\n\nCOPY certs /\n")
    assert (problem.value, problem.file, problem.line) == ("certs", "app/Dockerfile", 3)


def test_a_dockerfile_in_the_compose_file_needs_no_file_and_is_named_by_its_service() -> None:
    inline = image(dockerfile="app/Dockerfile.gone", inline="FROM scratch\nCOPY src /\n")
    assert found(inline) == []
    (problem,) = found(image(dockerfile="app/Dockerfile.gone", inline="FROM scratch\nCOPY gone /\n"))
    assert (problem.file, problem.line) == ("c.yaml (`dockerfile_inline` of `web`)", 2)


@pytest.mark.parametrize(
    ("own_ignore", "app_ignore", "excluded"),
    [
        (None, None, False),
        (None, "src", True),
        ("src", None, True),
        ("nothing", "src", False),
        ("", "src", True),
    ],
)
def test_a_dockerignore_of_the_dockerfile_s_own_comes_before_that_of_the_context(
    own_ignore: str | None,
    app_ignore: str | None,
    excluded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert bool(found(image(), own_ignore=own_ignore, app_ignore=app_ignore)) is excluded


@pytest.mark.parametrize(
    ("value", "missing"),
    [("src", []), ("gone", ["$WHERE"]), (None, []), ("${WHERE}", [])],
)
def test_a_build_argument_counts_for_what_is_copied(value: str | None, missing: list[str]) -> None:
    text = "FROM scratch\nARG WHERE=gone\nCOPY $WHERE /\n"
    assert [p.value for p in found(image(args=(("WHERE", value),)), app_Dockerfile=text)] == missing


@pytest.mark.parametrize("key", ["cache_from", "cache_to", "no_cache", "pull", "tags", "x-bake"])
def test_a_key_of_build_that_changes_no_image_is_no_problem(key: str) -> None:
    assert found(image(other_keys=(key,))) == []


def test_a_key_of_build_that_nobody_knows_is_a_problem() -> None:
    (problem,) = found(image(other_keys=("cache_from", "extra_hosts", "privilegd", "x-mine")))
    assert problem.what == "`build` of `web` has a key that is not known"
    assert (problem.value, problem.file, problem.line) == ("privilegd", "c.yaml", 7)


def test_a_value_that_the_builder_does_not_serve_is_a_problem() -> None:
    (problem,) = found(image(options=read_options({"network": "mine"})))
    assert problem.what == "`build.network` of `web` has a value that is not supported"
    assert (problem.value, problem.expected) == ("network", "none, host or default")
    assert (problem.file, problem.line) == ("c.yaml", 7)


def test_what_the_engine_s_own_build_does_not_know_names_the_setting() -> None:
    options = read_options({"extra_hosts": ["a=1.1.1.1"], "no_cache": "true"})
    assert found(image(options=options)) == []
    (problem,) = found(image(options=options), settings=replace(SETTINGS, builder=BuilderKind.DAGGER))
    assert (problem.value, problem.line) == ("extra_hosts", 7)
    assert 'builder = "buildkit"' in problem.hint


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ("lib=../certs", "outside the source"),
        ("lib=gone", "missing or empty"),
        ("lib=certs", ""),
        ("lib=./app/src", ""),
        ("lib=docker-image://alpine:3", ""),
        ("lib=https://code.example/r.git", ""),
    ],
)
def test_an_additional_context_must_be_in_the_source(context: str, reason: str) -> None:
    problems = found(image(options=read_options({"additional_contexts": [context]})))
    assert [one.what for one in problems] == ([f"The additional context `lib` of `web` is {reason}"] if reason else [])
    assert all(one.line == 7 for one in problems)


def test_buildkit_reads_any_frontend_and_the_engine_s_own_build_docker_s_alone() -> None:
    text = "# syntax=example.com/other\nMODULE x\n"
    assert found(image(), app_Dockerfile=text) == []
    (problem,) = found(image(), app_Dockerfile=text, settings=replace(SETTINGS, builder=BuilderKind.DAGGER))
    assert problem.value == "example.com/other"


def test_one_ssh_agent_is_supported() -> None:
    assert found(image(ssh=("default",))) == []
    (problem,) = found(image(ssh=("default", "own")))
    assert (problem.value, "default" in problem.hint) == ("own", True)


@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [
        ("PIP_TOKEN", "ghp_" + "a1B2" * 9, True),
        ("INDEX", "https://user:pa55w0rd@pypi.example/simple", True),
        ("NPM_TOKEN", None, False),
        ("VERSION", "1.2.3", False),
        ("PUBLIC_KEY", "pk-1234567890abcdef1234", False),  # in `env_literals`
    ],
)
def test_a_build_argument_that_looks_like_a_secret_is_refused(name: str, value: str | None, refused: bool) -> None:  # noqa: FBT001 - a column
    settings = replace(SETTINGS, env_literals=("PUBLIC_KEY",))
    problems = list(build_problems((image(args=((name, value),)),), Source(frozenset(TEXTS), TEXTS), settings))
    assert len(problems) == refused
    for problem in problems:
        assert f"secrets: [{name.lower()}]" in problem.hint
        assert f"--build-secret env://{name}" in problem.hint
        assert str(value) not in str(problem)


def test_two_images_of_one_dockerfile_have_its_problem_once() -> None:
    assert len(found(image(), image(target="x"), app_Dockerfile="FROM scratch\nCOPY gone /\n")) == 1


def test_all_problems_of_every_image_are_reported() -> None:
    text = "FROM scratch\nCOPY one two /\n"
    values = [p.value for p in found(image("gone"), image(other_keys=("networks",)), app_Dockerfile=text)]
    assert values == ["gone", "networks", "one", "two"]

"""What can be known of a source tree before anything is built from it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ci.core.compose.model import Build
from ci.core.images.names import Image
from ci.core.product.checks import exists, sidecars, tree
from ci.core.settings.product import Settings
from ci.errors import Problem

SETTINGS = Settings(compose_file="c.yaml", build_args={"WHERE": "src"})
TEXTS = {
    "app/Dockerfile": "FROM scratch\nCOPY src /\n",
    "app/src/main.py": "",
    "certs/ca.pem": "",
    "VERSION": "",
}


def image(context: str = "./app", *, dockerfile: str = "app/Dockerfile", **build: Any) -> Image:
    return Image(
        "web",
        "ghcr.io/o/web",
        dockerfile,
        replace(Build(context=context), **build),
        ("web", "jobs"),
        7,
    )


def found(*images: Image, mounts: Mapping[str, tuple[int, bool]] | None = None, **texts: str | None) -> list[Problem]:
    """The problems of images in the small tree; `texts` replaces or takes out files: `app_Dockerfile`, `app_ignore`."""
    names = {
        "app_Dockerfile": "app/Dockerfile",
        "app_ignore": "app/.dockerignore",
        "own_ignore": "app/Dockerfile.dockerignore",
    }
    changed = TEXTS | {names[name]: text for name, text in texts.items() if text is not None}
    gone = {names[name] for name, text in texts.items() if text is None}
    kept = {name: text for name, text in changed.items() if name not in gone}
    return list(tree(images, mounts or {}, frozenset(kept), kept, SETTINGS))


@pytest.mark.parametrize("context", ["app", "./app", "./app/", "other/../app"])
def test_a_whole_tree_has_no_problems(context: str) -> None:
    assert found(image(context)) == []


def test_a_context_may_be_the_whole_source() -> None:
    text = "FROM scratch\nCOPY app/src certs VERSION /\n"
    assert found(image(".", dockerfile="app/Dockerfile"), app_Dockerfile=text) == []


@pytest.mark.parametrize("context", ["..", "../app", "app/../../x", "/app", "https://code.example/o/r.git"])
def test_a_context_outside_the_source_is_told(context: str) -> None:
    (problem,) = found(image(context))
    assert problem.what == "The build context of `web` is outside the source"
    assert (problem.value, problem.file, problem.line) == (context, "c.yaml", 7)
    assert problem.hint


@pytest.mark.parametrize("context", ["gone", "./gone", "app/Dockerfile", "ap", "..app"])
def test_a_context_that_is_missing_or_empty_is_told(context: str) -> None:
    (problem,) = found(image(context))
    assert problem.what == "The build context of `web` is missing or empty"
    assert (problem.value, problem.file, problem.line) == (context, "c.yaml", 7)
    assert problem.hint


def test_a_dockerfile_that_is_missing_is_told_with_the_line_of_its_service() -> None:
    (problem,) = found(image(dockerfile="app/Dockerfile.gone"))
    assert problem.what == "The Dockerfile of `web` is not there"
    assert (problem.value, problem.file, problem.line) == ("app/Dockerfile.gone", "c.yaml", 7)
    assert problem.hint


def test_a_dockerfile_that_is_no_utf8_is_told() -> None:
    files = frozenset(TEXTS)
    texts = {name: text for name, text in TEXTS.items() if name != "app/Dockerfile"}
    (problem,) = tree((image(),), {}, files, texts, SETTINGS)
    assert (problem.what, problem.file) == ("Not readable as UTF-8", "app/Dockerfile")


def test_a_copied_file_that_is_missing_is_told_at_its_place_in_the_dockerfile() -> None:
    (problem,) = found(image(), app_Dockerfile="FROM scratch\n\nCOPY certs /\n")
    assert (problem.value, problem.file, problem.line) == ("certs", "app/Dockerfile", 3)


def test_a_dockerfile_in_the_compose_file_needs_no_file_and_is_told_by_its_service() -> None:
    inline = image(dockerfile="app/Dockerfile.gone", inline="FROM scratch\nCOPY src /\n")
    assert found(inline) == []
    (problem,) = found(image(dockerfile="app/Dockerfile.gone", inline="FROM scratch\nCOPY gone /\n"))
    assert (problem.file, problem.line) == ("c.yaml (`dockerfile_inline` of `web`)", 2)


@pytest.mark.parametrize(
    ("own_ignore", "app_ignore", "kept_out"),
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
    kept_out: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert bool(found(image(), own_ignore=own_ignore, app_ignore=app_ignore)) is kept_out


@pytest.mark.parametrize(
    ("value", "missing"),
    [("src", []), ("gone", ["$WHERE"]), (None, []), ("${WHERE}", [])],
)
def test_a_build_argument_counts_for_what_is_copied(value: str | None, missing: list[str]) -> None:
    text = "FROM scratch\nARG WHERE=gone\nCOPY $WHERE /\n"
    assert [p.value for p in found(image(args=(("WHERE", value),)), app_Dockerfile=text)] == missing


@pytest.mark.parametrize("key", ["cache_from", "cache_to", "no_cache", "pull", "tags", "x-bake"])
def test_a_key_of_build_that_changes_no_image_is_let_through(key: str) -> None:
    assert found(image(other_keys=(key,))) == []


def test_keys_of_build_that_the_engine_does_not_do_are_told() -> None:
    (problem,) = found(image(other_keys=("cache_from", "ssh", "extra_hosts", "secrets")))
    assert problem.what == "`build` of `web` asks for what the engine's build does not do"
    assert (problem.value, problem.file, problem.line) == ("extra_hosts, secrets, ssh", "c.yaml", 7)
    assert problem.hint


def test_two_images_of_one_dockerfile_have_its_problem_once() -> None:
    assert len(found(image(), image(target="x"), app_Dockerfile="FROM scratch\nCOPY gone /\n")) == 1


def test_every_image_is_looked_at_and_all_that_is_wrong_with_it_told() -> None:
    text = "FROM scratch\nCOPY one two /\n"
    values = [p.value for p in found(image("gone"), image(other_keys=("ssh",)), app_Dockerfile=text)]
    assert values == ["gone", "ssh", "one", "two"]


@pytest.mark.parametrize(
    ("path", "required", "told"),
    [("./certs", True, False), ("./certs/ca.pem", True, False), ("./cert", True, True), ("./gone", False, False)],
)
def test_a_mounted_path_must_be_there_where_it_can_only_be_read(
    path: str,
    required: bool,  # noqa: FBT001 - a column of the table
    told: bool,  # noqa: FBT001 - a column of the table
) -> None:
    problems = found(mounts={path: (5, required)})
    assert [(p.value, p.file, p.line) for p in problems] == ([(path, "c.yaml", 5)] if told else [])
    assert all(p.expected and p.hint for p in problems)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("a", True),
        ("./a/", True),
        ("a/b", True),
        ("a/b/c", False),
        (".", True),
        ("./", True),
        ("a/../x", True),
        ("b", False),
    ],
)
def test_a_path_is_there_as_a_file_or_a_folder_with_one(path: str, there: bool) -> None:  # noqa: FBT001 - a column
    assert exists(path, frozenset({"a/b", "x"})) is there


def test_a_sidecar_of_an_image_that_the_product_has_not_is_told() -> None:
    settings = Settings(sidecars={"scaler": "web", "runner": "wbe"})
    (problem,) = sidecars(settings, (image(),))
    assert "`runner`" in problem.what
    assert (problem.value, problem.expected) == ("wbe", "one of web")
    assert "[tool.slipway.sidecars]" in problem.hint

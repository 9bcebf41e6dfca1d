"""Which files of a source are read, which are not part of it, and how one that must exist is missed."""

import pytest
from fakes import SETTINGS

from ci.core.omctl.files import PINNED_FILE
from ci.core.product.source import (
    Source,
    compose_of,
    embedded_texts,
    first_texts,
    is_excluded,
    named_texts,
    parsed_compose,
    pinned_path,
)
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem


def named(compose: str, compose_file: str = "c.yaml", *, full: bool = True) -> frozenset[str]:
    """The files that a compose file names, apart from those that it embeds."""
    settings, texts = Settings(compose_file=compose_file), {compose_file: compose}
    return named_texts(parsed_compose(texts, settings), settings, full=full)


def made_of(texts: dict[str, str], compose_file: str = "c.yaml") -> frozenset[str]:
    """The files that omctl makes its text of."""
    return embedded_texts(texts, Settings(compose_file=compose_file))


def problem(source: Source, path: str) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        source.text(path, "the notes", "write them")
    (found,) = caught.value.problems
    return found


def test_the_files_with_fixed_names_are_read_first() -> None:
    assert first_texts(SETTINGS, full=True) == {"docker-compose.yaml", "VERSION", "CHANGELOG.md"}
    assert first_texts(SETTINGS, full=False) == {"docker-compose.yaml"}


COMPOSE = """\
services:
  a: {build: ./x/, env_file: ./a.env}
  b: {build: {context: y, dockerfile: ../D}}
  c: {image: "{{ $file:./image }}"}
"""


def test_then_the_files_that_the_compose_file_names_are_read() -> None:
    assert named(COMPOSE) == {
        *("a.env", "D", "D.dockerignore", "y/.dockerignore"),
        *("x/Dockerfile", "x/Dockerfile.dockerignore", "x/.dockerignore"),
    }


def test_their_paths_are_relative_to_the_folder_of_the_compose_file() -> None:
    assert named(COMPOSE, "deploy/c.yaml") == {f"deploy/{path}" for path in named(COMPOSE)}
    assert named("services:\n  a: {build: .., env_file: ../a.env}\n", "deploy/c.yaml") == {
        *("a.env", "Dockerfile", "Dockerfile.dockerignore", ".dockerignore")
    }


def test_the_pin_needs_only_env_files() -> None:
    assert named(COMPOSE, full=False) == {"a.env"}


def test_embedded_files_are_known_from_round_to_round() -> None:
    texts = {"d/c.yaml": "services: [\nx: {{ $file:a/b.yaml }}\n"}
    assert made_of(texts, "d/c.yaml") == {"d/a/b.yaml", "d/.env"}
    texts["d/a/b.yaml"] = "a: ${B}\n  {{ $file:../x }}\n"
    assert made_of(texts, "d/c.yaml") == {"d/a/b.yaml", "d/.env", "d/x"}
    assert made_of({}) == frozenset()


def test_the_dotenv_of_compose_is_read_but_for_that_at_the_top() -> None:
    assert made_of({"d/c.yaml": "a: 1"}, "d/c.yaml") == {"d/.env"}
    assert made_of({"c.yaml": "a: 1"}) == frozenset()


@pytest.mark.parametrize("compose", ["{", "services: 1\n", ""])
def test_a_compose_file_that_can_t_be_parsed_names_nothing(compose: str) -> None:
    assert named(compose) == frozenset()


@pytest.mark.parametrize(
    ("path", "excluded"),
    [
        (".git", True),
        ("web/node_modules/x.js", True),
        (".env", True),
        ("web/.env", False),
        (PINNED_FILE, True),
        (f"deploy/{PINNED_FILE}", True),
        (".github/x", False),
        ("web/app.env", False),
    ],
)
def test_what_is_not_part_of_a_source(path: str, excluded: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_excluded(path) is excluded


@pytest.mark.parametrize(
    ("compose_file", "path"), [("c.yaml", PINNED_FILE), ("deploy/eu/c.yaml", f"deploy/eu/{PINNED_FILE}")]
)
def test_the_pinned_file_is_beside_the_compose_file(compose_file: str, path: str) -> None:
    assert pinned_path(Settings(compose_file=compose_file)) == path


def test_an_excluded_file_is_not_read_though_it_is_named() -> None:
    assert named("services:\n  a: {image: x, env_file: [.env, app.env]}\n") == {"app.env"}


def test_a_missing_file_is_a_problem_with_the_hint_of_the_caller() -> None:
    found = problem(Source(frozenset(), {}), "NOTES")
    assert (found.what, found.value, found.hint) == ("Missing: the notes", "NOTES", "write them")


def test_a_file_that_is_not_utf8_is_a_problem_of_its_own() -> None:
    found = problem(Source(frozenset({"NOTES"}), {}), "NOTES")
    assert (found.what, found.file, found.hint) == ("Not readable as UTF-8: the notes", "NOTES", "save NOTES as UTF-8")


def test_a_file_that_git_ignores_is_not_called_missing() -> None:
    found = problem(Source(frozenset(), {}, None, frozenset({"NOTES"})), "NOTES")
    assert (found.what, found.value) == ("Not part of the source: the notes", "NOTES")
    assert ".gitignore" in found.hint


@pytest.mark.parametrize(
    ("path", "ignored"),
    [("dist", True), ("dist/a", True), ("web/x", True), ("web", True), ("web/xy", False), ("distant", False)],
)
def test_a_path_is_ignored_itself_or_by_what_is_in_it_or_above_it(path: str, ignored: bool) -> None:  # noqa: FBT001 - a column
    assert Source(frozenset(), {}, None, frozenset({"dist", "web/x"})).is_ignored(path) is ignored


def test_an_excluded_file_is_not_called_missing() -> None:
    found = problem(Source(frozenset(), {}), ".env")
    assert (found.what, found.value) == ("Not part of the source: the notes", ".env")


def test_the_compose_file_is_parsed_once() -> None:
    texts = {SETTINGS.compose_file: "services: {a: {image: x}}\n"}
    compose = parsed_compose(texts, SETTINGS)
    assert compose_of(Source(frozenset(texts), texts, compose), SETTINGS) is compose
    assert compose_of(Source(frozenset(texts), texts), SETTINGS).services[0].name == "a"


def test_a_problem_in_another_compose_file_has_its_place_there() -> None:
    texts = {
        "c.yaml": "services:\n  web:\n    extends: {file: common/b.yaml, service: b}\n",
        "common/b.yaml": "services:\n  b:\n    hostname: x\n    build: {context: [a]}\n",
    }
    with pytest.raises(ConfigurationError) as caught:
        compose_of(Source(frozenset(texts), texts), Settings(compose_file="c.yaml"))
    (found,) = caught.value.problems
    assert (found.what, found.file, found.line) == ("`build.context` of `web` is not a string", "common/b.yaml", 4)


def test_the_files_of_a_folder_are_relative_to_it() -> None:
    source = Source(frozenset({"a/x", "a/b/y", "a.txt", "ab/z", "a0"}), {})
    assert source.below(".") == source.files
    assert source.below("a") == {"x", "b/y"}
    assert source.below("a/b") == {"y"}
    assert source.below("c") == frozenset()


def test_many_contexts_are_found_in_linear_time() -> None:
    source = Source(frozenset(f"d{number}/Dockerfile" for number in range(10_000)), {})
    assert all(source.below(f"d{number}") == {"Dockerfile"} for number in range(10_000))

"""The files that omctl reads beside the compose file."""

import pytest

from ci.core.compose.parse import parse
from ci.core.product.compose_file import read_compose
from ci.core.product.omctl_file_checks import build_secret_problems, exists, missing_problems, reading_problems
from ci.core.product.source import Source
from ci.core.settings.product import Settings
from ci.errors import Problem

FILES = frozenset({"certs/ca.pem", "c.yaml"})


@pytest.mark.parametrize(
    ("mount", "missing"),
    [
        ("./certs:/c:ro", []),
        ("./certs/ca.pem:/c:ro", []),
        ("./cert:/c:ro", ["cert"]),
        ("../certs:/c:ro", ["../certs"]),
        ("./gone:/c", []),
        ("data:/c:ro", []),
    ],
)
def test_a_read_only_mount_must_exist(mount: str, missing: list[str]) -> None:
    compose = parse(f"services:\n  a:\n    image: x\n    volumes: ['{mount}']\n", "c.yaml")
    problems = list(missing_problems(compose, Source(FILES, {})))
    assert [(one.value, one.file, one.line) for one in problems] == [(path, "c.yaml", 4) for path in missing]
    assert all("add " in one.hint for one in problems)


def test_a_mount_that_git_ignores_is_said_to_be() -> None:
    compose = parse("services: {a: {image: x, volumes: ['./gone:/c:ro']}}\n", "c.yaml")
    (problem,) = missing_problems(compose, Source(FILES, {}, None, frozenset({"gone/x"})))
    assert problem.what.endswith("is excluded by .gitignore")
    assert "take it out of .gitignore" in problem.hint


@pytest.mark.parametrize(
    ("secret", "problems"),
    [
        ("{file: ./pip}", []),
        ("{environment: PIP}", ["pip has no `file`"]),
        ("{file: /run/pip}", ["/run/pip"]),
        ("{file: ../pip}", ["../pip"]),
    ],
)
def test_a_secret_of_builds_has_a_file_in_the_source_which_omctl_is_not_given(secret: str, problems: list[str]) -> None:
    text = f"services: {{a: {{build: {{context: ., secrets: [pip]}}}}}}\nsecrets:\n  pip: {secret}\n"
    found = list(build_secret_problems(parse(text, "c.yaml")))
    assert [(one.value, one.line) for one in found] == [(value, 3) for value in problems]
    assert not list(missing_problems(parse(text, "c.yaml"), Source(FILES, {})))


def test_a_secret_that_a_service_uses_too_is_read_by_omctl() -> None:
    text = "services: {a: {build: {context: ., secrets: [pip]}, secrets: [pip]}}\nsecrets: {pip: {file: ./pip}}\n"
    assert not list(build_secret_problems(parse(text, "c.yaml")))
    assert [one.value for one in missing_problems(parse(text, "c.yaml"), Source(FILES, {}))] == ["pip"]


def test_a_mount_is_relative_to_the_folder_of_the_compose_file() -> None:
    text = "services: {a: {image: x, volumes: ['./certs:/c:ro', '../certs:/d:ro']}}\n"
    (problem,) = missing_problems(parse(text, "deploy/c.yaml"), Source(FILES, {}))
    assert problem.value == "deploy/certs"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", True),
        ("a/b", True),
        ("a/b/c", False),
        (".", True),
        ("x", True),
        ("a/", False),
        ("b", False),
    ],
)
def test_a_path_exists_as_a_file_or_as_a_folder_with_one(path: str, expected: bool) -> None:  # noqa: FBT001 - a column
    assert exists(path, frozenset({"a/b", "x"})) is expected


def reading(text: str, **files: str) -> list[Problem]:
    """The problems of the text that omctl makes of a compose file."""
    texts = {name.replace("_", "."): one for name, one in files.items()}
    compose = read_compose(text, "c.yaml", texts, Settings())
    return list(reading_problems(compose, Source(frozenset(texts), texts)))


def test_a_variable_of_omctl_is_refused_wherever_it_stands_in_the_file_itself() -> None:
    text = "services:\n  a: {image: x}\n  # ${OMCTL_A}\n  b: {image: 'y:${OMCTL_B}'}\n  {{ $file:m.yaml }}\n"
    found = reading(text, m_yaml="c: {image: '${OMCTL_C}'}\n")
    assert [(one.value, one.line) for one in found] == [("${OMCTL_A}", 3), ("${OMCTL_B}", 4)]


def test_a_file_that_is_no_text_of_omctl_has_no_such_problem() -> None:
    assert not list(reading_problems(parse("services: {a: {image: x}}", "c.yaml"), Source(frozenset(), {})))
    assert not reading("services: {a: {image: 'x:${TAG}'}}")


def test_a_missing_embedded_file_is_told_with_the_file_that_embeds_it() -> None:
    (found,) = reading("services:\n  a: {image: x}\n  {{ $file:m.yaml }}\n", m_yaml="\n# {{ $file:gone }}\n")
    assert (found.value, found.file, found.line) == ("gone", "m.yaml", 2)

"""The files that omctl reads beside the compose file."""

import pytest

from ci.core.compose.parse import parse
from ci.core.product.omctl_file_checks import build_secret_problems, embedded_problems, exists, missing_problems
from ci.core.product.source import Source

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


EMBEDDING = "services:\n  web: {image: x}\n  {{ $file:./more.yaml }}\n"


@pytest.mark.parametrize(
    ("more", "what", "value"),
    [
        ("db: {image: y}\n", "", ""),
        ("mail:\n  build: ./mail\n", "An embedded file has a `build`", "{{ $file:./more.yaml }}: build: ./mail"),
        (
            "a: b\n  {{ $file:inner.yaml }}\n",
            "An embedded file embeds another file",
            "{{ $file:./more.yaml }}, line 2: {{ $file:inner.yaml }}",
        ),
    ],
)
@pytest.mark.parametrize(("compose_file", "path"), [("c.yaml", "more.yaml"), ("deploy/c.yaml", "deploy/more.yaml")])
def test_an_embedded_file_has_no_build_and_embeds_nothing(
    more: str, what: str, value: str, compose_file: str, path: str
) -> None:
    compose = parse(EMBEDDING, compose_file)
    problems = list(embedded_problems(compose, Source(frozenset({path}), {path: more})))
    assert [one.value for one in problems] == ([value] if value else [])
    assert all(one.what.startswith(what) and one.line == 3 and one.file == compose_file for one in problems)

"""The env files of a compose file: where they are, and what their services set themselves."""

import pytest

from ci.core.compose.parse import parse
from ci.core.env_files.files import EnvFiles, own_environment
from ci.errors import Findings

COMPOSE = "services:\n  web: {image: x, env_file: [./a.env, {path: ../b.env, required: false}]}\n"


@pytest.mark.parametrize(
    ("compose_file", "paths"), [("c.yaml", ["a.env", "../b.env"]), ("deploy/c.yaml", ["deploy/a.env", "b.env"])]
)
def test_a_path_is_relative_to_the_compose_file(compose_file: str, paths: list[str]) -> None:
    texts = {path: f"{name}=1\n" for name, path in zip("AB", paths, strict=True)}
    compose = parse(COMPOSE, compose_file)
    read = EnvFiles(compose, frozenset(texts), texts)
    assert [[(v.name, v.file) for v in file] for file in read.of(compose.services[0])] == [
        [("A", paths[0])],
        [("B", paths[1])],
    ]
    assert read.names == {"A", "B"}


def test_only_a_required_file_may_not_be_missing() -> None:
    findings = Findings()
    EnvFiles(parse(COMPOSE, "c.yaml"), frozenset(), {}, findings)
    assert [(problem.value, problem.line) for problem in findings.problems] == [("a.env", 2)]


def test_a_file_that_exists_and_has_no_text_is_a_problem_even_if_it_may_be_missing() -> None:
    findings = Findings()
    EnvFiles(parse(COMPOSE, "d/c.yaml"), frozenset({"b.env"}), {"d/a.env": ""}, findings)
    assert [problem.value for problem in findings.problems] == ["b.env"]


@pytest.mark.parametrize("written", ["{A: 1, B: }", "[A=1, B]"])
def test_the_own_environment_is_read_in_both_forms(written: str) -> None:
    compose = parse(f"services: {{web: {{image: x, environment: {written}}}}}", "c.yaml")
    assert own_environment(compose, compose.services[0]) == {"A": "1", "B": None}

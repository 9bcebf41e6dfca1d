"""What is told of variables that omctl would fill in from a shell."""

import pytest

from ci.core.compose.parse import parse
from ci.core.env_files.fill import fill
from ci.core.env_files.project_variables import project_variables
from ci.core.env_files.variable_problems import profile_problems, refused_variables, variable_problems
from ci.core.settings.product import Settings
from ci.core.yaml.parse import read
from ci.errors import Problem


def problems(text: str, dotenv: str = "") -> list[Problem]:
    project = project_variables("d/c.yaml", {"d/.env": dotenv}, Settings())
    document = read(text, "d/c.yaml")
    return list(variable_problems(document, fill(document, project.known), project))


def test_all_variables_without_a_value_are_one_problem_with_the_lines_to_add() -> None:
    text = "services:\n  a:\n    user: ${UID}\n    labels: ['${X-Y}', '${b}', '${UID}']\n"
    (found,) = problems(text)
    assert (found.file, found.line, found.value) == ("d/c.yaml", 3, "UID (line 3), b (line 4)")
    assert '[tool.slipway.variables]:\n    UID = "…"\n    b = "…"\n' in found.hint
    assert "d/.env" in found.hint


def test_a_secret_is_asked_for_by_name_and_never_shown() -> None:
    (found,) = problems("services: {a: {command: '-p ${DB_PASSWORD}'}}", "DB_PASSWORD=hunter22\n")
    assert '    DB_PASSWORD = "dbPassword"\n' in found.hint
    assert 'env_literals = ["DB_PASSWORD"]' in found.hint
    assert "hunter22" not in str(found)


@pytest.mark.parametrize(
    "keys", ["user: '${DB_PASSWORD:-x}'", "environment: [DB_PASSWORD]", "command: '${X:-${DB_PASSWORD}}'"]
)
def test_no_default_takes_the_place_of_a_secret(keys: str) -> None:
    (found,) = problems(f"services: {{a: {{{keys}}}}}", "DB_PASSWORD=hunter22\n")
    assert "DB_PASSWORD" in found.value


def test_an_escaped_variable_is_refused_with_its_lines() -> None:
    (found,) = problems("services:\n  a: {command: '$${A}'}\n  b: {command: '$${A:-b}'}\n")
    assert (found.line, found.value) == (2, "lines 2, 3")


def test_a_service_whose_profile_is_not_active_is_not_released_unseen() -> None:
    compose = parse(
        "services:\n  a: {image: x}\n  b: {image: x, profiles: [c, d]}\n  e: {image: x, profiles: []}\n", "c"
    )
    (found,) = profile_problems(compose, {})
    assert (found.line, found.value) == (3, "c, d")
    assert 'COMPOSE_PROFILES = "c"' in found.hint
    assert [len(list(profile_problems(compose, {"COMPOSE_PROFILES": one}))) for one in ("x,y", "x, d", "*")] == [
        1,
        0,
        0,
    ]


def test_what_omctl_refuses_is_one_problem_with_its_lines() -> None:
    text = "services:\n  a:\n    image: x\n    user: ${A}\n    ports: ['${A}:80', '80:80']\n    mem_limit: ${A}\n"
    (found,) = refused_variables(parse(text, "c.yaml"))
    assert (found.line, found.value) == (5, "line 5, 6")
    assert not list(refused_variables(parse(text.replace("${A}", "1"), "c.yaml")))

"""What a release has in place of the shell, and the `.env` beside a compose file."""

import pytest

from ci.core.env_files.project_variables import ProjectVariables, project_env_file, project_variables
from ci.core.settings.product import Settings


def found(texts: dict[str, str], settings: Settings | None = None) -> ProjectVariables:
    return project_variables("deploy/compose.yaml", texts, settings or Settings())


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({}, {}),
        ({"deploy/.env": "A=1\nB=${A}-${UNKNOWN:-x}\nC=$UNKNOWN\n"}, {"A": "1", "B": "1-x"}),
        ({".env": "A=1\n"}, {}),
    ],
)
def test_the_variables_with_known_values(texts: dict[str, str], expected: dict[str, str]) -> None:
    assert found(texts) == ProjectVariables(expected, expected)


def test_a_dotenv_that_can_t_be_read_is_a_problem() -> None:
    (problem,) = found({"deploy/.env": "A=1\n\nno variable\n"}).problems
    assert (problem.file, problem.line) == ("deploy/.env", 3)


def test_it_is_beside_the_compose_file() -> None:
    assert project_env_file("deploy/compose.yaml") == "deploy/.env"


def test_the_setting_has_the_place_of_the_shell_which_wins() -> None:
    settings = Settings(variables={"A": "2", "D": "4"})
    values = found({"deploy/.env": "A=1\nB=${A}\nE=${D}\n"}, settings).values
    assert values == {"A": "2", "B": "2", "D": "4", "E": "4"}


def test_a_secret_is_written_as_an_expression_or_not_at_all() -> None:
    settings = Settings(env_secrets={"DB_PASSWORD": "dbPassword"}, env_literals=("NO_TOKEN",))
    project = found({"deploy/.env": "DB_PASSWORD=hunter22\nAPI_TOKEN=abc123\nNO_TOKEN=abc123\n"}, settings)
    assert project.values == {"DB_PASSWORD": "{{ $secrets.dbPassword }}", "NO_TOKEN": "abc123"}
    assert project.secrets.keys() == {"API_TOKEN"}
    assert "hunter22" not in repr(project)
    assert "abc123" not in repr(project)


def test_what_is_made_of_a_secret_has_the_expression_in_it() -> None:
    settings = Settings(env_secrets={"DB_PASSWORD": "dbPassword"})
    project = found({"deploy/.env": "DB_PASSWORD=hunter22\nDSN=db:${DB_PASSWORD}@host\n"}, settings)
    assert project.values["DSN"] == "db:{{ $secrets.dbPassword }}@host"


def test_what_is_made_of_a_secret_that_no_setting_names_is_one_too() -> None:
    project = found({"deploy/.env": "API_TOKEN=abc123\nURL=x/${API_TOKEN}\nMORE=${URL}\n"})
    assert project.values == {}
    assert project.secrets.keys() == {"API_TOKEN", "URL", "MORE"}
    assert "API_TOKEN" in project.secrets["URL"]


def test_what_has_a_secret_s_value_in_it_has_the_expression_there_or_is_one_too() -> None:
    settings = Settings(env_secrets={"DB_PASSWORD": "dbPassword", "web": {"A": "b"}})
    text = "DB_PASSWORD=hunter22\nNOTE=see hunter22!\nURL=db://app:hunter22@host\nSAME=hunter22\n"
    project = found({"deploy/.env": text}, settings)
    it = "{{ $secrets.dbPassword }}"
    assert project.values == {"DB_PASSWORD": it, "NOTE": f"see {it}!", "URL": f"db://app:{it}@host"}
    assert project.secrets == {"SAME": "its value is that of the secret `dbPassword`"}
    assert project.mapped(settings) == [("hunter22", "dbPassword")]

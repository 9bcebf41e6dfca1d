"""The `.env` beside a compose file."""

import pytest

from ci.core.env_files.project_variables import project_env_file, project_variables


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({}, {}),
        ({"deploy/.env": "A=1\nB=${A}-${UNKNOWN:-x}\nC=$UNKNOWN\n"}, {"A": "1", "B": "1-x"}),
        ({".env": "A=1\n"}, {}),
        ({"deploy/.env": "no variable\n"}, None),
    ],
)
def test_the_variables_with_known_values(texts: dict[str, str], expected: dict[str, str] | None) -> None:
    assert project_variables("deploy/compose.yaml", texts) == expected


def test_it_is_beside_the_compose_file() -> None:
    assert project_env_file("deploy/compose.yaml") == "deploy/.env"

"""What the secrets of variables are called."""

import pytest

from ci.core.env_files.secret_names import secret_name


@pytest.mark.parametrize(
    ("variable", "name"),
    [("DB_PASSWORD", "dbPassword"), ("_KEY", "key"), ("x.y-KEY", "xYKey"), ("apiKey", "apikey"), ("ÄB_ünï", "bN")],
)
def test_the_proposed_name_of_a_secret(variable: str, name: str) -> None:
    assert secret_name(variable) == name

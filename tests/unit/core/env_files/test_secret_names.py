"""Which variables look like secrets, and what their secrets are called."""

import pytest

from ci.core.env_files.secret_names import looks_secret, secret_name


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD", "DB_PASS", "PASSWD", "API_KEY", "APIKEY", "GH_PAT", "AUTH_TOKEN", "SENTRY_DSN", "db_password"),
        *("CLIENT_SECRET", "SECRETKEY", "AWS_CREDENTIALS", "PRIVATE_KEY", "MYPASSWORD2", "db.password", "accessKeyId"),
        *("DB_PWD", "PASSWORD_SALT", "AZURE_STORAGE_CONNECTION_STRING", "SIGNING_KEYS", "smtp-pass"),
    ],
)
def test_a_name_that_secrets_usually_have_looks_secret(name: str) -> None:
    assert looks_secret(name, "v")


@pytest.mark.parametrize(
    "name", ["KEYBOARD", "TOKENIZER", "PATH", "PASSENGER", "DB_HOST", "MONKEY_NAME", "COMPASS", "PWD", "USE_AUTH0"]
)
def test_a_name_that_only_begins_or_ends_like_that_of_a_secret_does_not_look_secret(name: str) -> None:
    assert not looks_secret(name, "v")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("amqp://user:hidden@mq:5672/", True),
        ("redis://:hidden@cache:6379/0", True),
        ("postgresql+asyncpg://u:p@db/x", True),
        ("Server=db;User=sa;Password=hidden", True),
        ("https://x.example/hook?token=hidden", True),
        ("-----BEGIN RSA PRIVATE KEY-----", True),
        ("ghp_" + "x" * 36, True),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", True),
        ("http://web:8000/@x", False),
        ("bolt://graph:7687", False),
        ("password", False),
        ("ghp_short", False),
    ],
)
def test_a_value_of_the_form_of_a_secret_looks_secret(value: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert looks_secret("BROKER", value) is expected


@pytest.mark.parametrize(
    ("variable", "name"),
    [("DB_PASSWORD", "dbPassword"), ("_KEY", "key"), ("x.y-KEY", "xYKey"), ("apiKey", "apikey"), ("ÄB_ünï", "bN")],
)
def test_the_proposed_name_of_a_secret(variable: str, name: str) -> None:
    assert secret_name(variable) == name

import pytest

from ci.core.env_files.include_variables import include_variables
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError

TEXTS = {"a.yaml": "image: x:${TAG}\nuser: $USER_NAME\n", "a/.env": "TAG=7\nDB_PASSWORD=hidden\nUSER_NAME=$HOME\n"}


def values(texts: dict[str, str], **settings: dict[str, str] | tuple[str, ...]) -> dict[str, str]:
    return include_variables(texts, Settings(**settings), ("a/.env",), "compose.yaml", 2)  # type: ignore[arg-type]


def test_only_what_is_used_is_taken() -> None:
    assert values({"a.yaml": "x: ${TAG}", "a/.env": TEXTS["a/.env"]}) == {"TAG": "7"}
    assert values({"a.yaml": "x: ${TAG}"}) == {}


def test_a_secret_is_an_expression_once_the_settings_name_it() -> None:
    texts = {"a.yaml": "x: ${DB_PASSWORD}", "a/.env": TEXTS["a/.env"]}
    with pytest.raises(ConfigurationError, match=r"compose.yaml:2: An included .* `DB_PASSWORD`") as raised:
        values(texts)
    assert "hidden" not in str(raised.value)
    assert values(texts, env_secrets={"DB_PASSWORD": "dbPassword"}) == {"DB_PASSWORD": "{{ $secrets.dbPassword }}"}
    assert values(texts, env_literals=("DB_PASSWORD",)) == {"DB_PASSWORD": "hidden"}


def test_a_value_that_is_not_known_or_unreadable_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="uses `USER_NAME`"):
        values(TEXTS)
    with pytest.raises(ConfigurationError):
        values({**TEXTS, "a/.env": "no variable here\n"})


def test_what_is_derived_from_a_secret_has_its_expression() -> None:
    texts = {"a.yaml": "${A} ${B}", "a/.env": "DB_PASSWORD=tr0ub4dor&3\nA=x-$DB_PASSWORD\nB=db://u:tr0ub4dor&3@h\n"}
    it = "{{ $secrets.db }}"
    assert values(texts, env_secrets={"DB_PASSWORD": "db"}) == {
        "DB_PASSWORD": it,
        "A": f"x-{it}",
        "B": f"db://u:{it}@h",
    }


def test_a_value_with_an_unclear_secret_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="its value is that of the secret `db`"):
        values(
            {"a.yaml": "${A}", "a/.env": "DB_PASSWORD=tr0ub4dor&3\nA=tr0ub4dor&3\n"}, env_secrets={"DB_PASSWORD": "db"}
        )

"""Keys and strings of TOML are read again as what they were made of."""

import tomllib

import pytest

from ci.core.settings.toml import key, string


@pytest.mark.parametrize("name", ["web", "a-b_1", "a b", "x.key", 'a"b\\', "ünï", "", "line\nbreak", "\x7f"])
def test_a_key_and_a_string_are_read_again_as_they_were(name: str) -> None:
    assert tomllib.loads(f"{key(name)} = {string(name)}") == {name: name}


def test_a_key_is_in_quotes_only_where_it_must_be() -> None:
    assert (key("DB_PASSWORD"), key("x.key")) == ("DB_PASSWORD", '"x.key"')

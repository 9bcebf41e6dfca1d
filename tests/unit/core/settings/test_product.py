"""The settings of a product: their defaults and what their values must be."""

import pytest

from ci.core.settings.product import Settings
from ci.core.settings.read import parse_settings
from ci.errors import ConfigurationError


def test_no_default_names_a_product() -> None:
    defaults = Settings()
    empty = (defaults.image_prefix, defaults.product_name, defaults.source_url, defaults.instance)
    assert not any(empty)
    assert not any((defaults.sidecars, defaults.image_names, defaults.env_secrets, defaults.env_literals))


@pytest.mark.parametrize(
    ("name", "toml", "expected"),
    [
        ("product_name", "1", "a string"),
        ("product_name", "['x']", "a string"),
        ("parallel_builds", "'3'", "a whole number"),
        ("parallel_builds", "true", "a whole number"),
        ("parallel_builds", "1.5", "a whole number"),
        ("parallel_builds", "0", "a whole number, 1 or more"),
        ("poll_seconds", "-5", "a whole number"),
        ("env_literals", "'A'", "an array of strings"),
        ("env_literals", "[1]", "a string"),
        ("sidecars", "['a']", "a table"),
        ("sidecars", "{a = 1}", "a string"),
        ("environment_type", "'Dev'", "one of dev, prod, qa, canary, staging, private"),
        ("compression", "'lzma'", "one of gzip, zstd"),
        ("image_prefix", "'shop'", "the beginning of a repository, in lower case"),
        ("image_prefix", "'ghcr.io/Org/shop'", "the beginning of a repository, in lower case"),
        ("image_prefix", "'ghcr.io/o/shop:1'", "the beginning of a repository, in lower case"),
        ("image_prefix", "'https://ghcr.io/o/shop'", "the beginning of a repository, in lower case"),
    ],
)
def test_an_invalid_value_is_reported_with_its_line(name: str, toml: str, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(f"[tool.slipway]\n{name} = {toml}\n", "p.toml")
    (problem,) = caught.value.problems
    assert problem.what.startswith(f"Invalid setting `{name}")
    assert (problem.file, problem.line) == ("p.toml", 2)
    assert problem.expected.startswith(expected)
    assert problem.value
    assert problem.hint == "correct it in [tool.slipway]"


def test_a_secret_of_a_service_s_own_table_wins() -> None:
    settings = Settings(env_secrets={"A": "a", "B": "b", "web": {"A": "own"}})
    assert [settings.env_secret("web", name) for name in ("A", "B", "C", "web")] == ["own", "b", "", ""]
    assert [settings.env_secret("db", name) for name in ("A", "B")] == ["a", "b"]
    assert settings.service_secrets("web") == {"A": "own"}
    assert settings.service_secrets("A") == {}

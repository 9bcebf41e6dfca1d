"""The settings: read from `[tool.slipway]`, overridden by arguments, and what is said of those that can't be used."""

from typing import Any

import pytest

from ci.core.settings.product import Settings, SettingsError, override, parse_settings
from ci.errors import ConfigurationError, Problem

TABLE = "[tool.slipway]\n"


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(text, "p.toml")
    return caught.value.problems


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "[tool.ruff]\nline-length = 1\n", "tool = 1\n"])
def test_a_file_without_the_table_has_no_settings(text: str) -> None:
    assert parse_settings(text) is None


@pytest.mark.parametrize("text", ["[tool.slipway]\n", "[tool]\nslipway = {}\n"])
def test_an_empty_table_is_the_defaults(text: str) -> None:
    assert parse_settings(text) == Settings()


def test_every_kind_of_setting_is_read() -> None:
    text = """\
[tool.slipway]
image_prefix = "ghcr.io/o/shop"
env_literals = ["PUBLIC_KEY"]
parallel_builds = 3

[tool.slipway.sidecars]
scaler = "web"

[tool.slipway.env_secrets]
DB_PASSWORD = "dbPassword"
"""
    assert parse_settings(text) == Settings(
        image_prefix="ghcr.io/o/shop",
        env_literals=("PUBLIC_KEY",),
        parallel_builds=3,
        sidecars={"scaler": "web"},
        env_secrets={"DB_PASSWORD": "dbPassword"},
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tool.slipway\n", 1),
        ("[tool.slipway]\nproduct_name = x\n", 2),
        ("[tool.slipway]\ninstance = 'a'\n\ninstance = 'b'\n", 4),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    (problem,) = problems(text)
    assert problem.what.startswith("Not readable as TOML")
    assert (problem.file, problem.line) == ("p.toml", line)
    assert problem.hint


def test_settings_that_are_no_table_are_told() -> None:
    (problem,) = problems("[tool]\nslipway = 1\n")
    assert (problem.what, problem.file) == ("`tool.slipway` is no table", "p.toml")


@pytest.mark.parametrize(
    ("text", "name", "line", "expected"),
    [
        (f"{TABLE}\nproduct_nam = 'x'\n", "product_nam", 3, "`product_name`?"),
        (f"{TABLE}sidecar.a = 'x'\n", "sidecar", 2, "`sidecars`?"),
        (f"{TABLE}'image-prefix' = 'x'\n", "image-prefix", 2, "`image_prefix`?"),
        (f"{TABLE}\n[tool.slipway.env_secret]\nA = 'x'\n", "env_secret", 3, "`env_secrets`?"),
        ("[tool.other]\nxyzzy = 1\n[tool.slipway]\nxyzzy = 1\n", "xyzzy", 4, "one of build_args, build_minutes,"),
        ("[tool]\nslipway = {xyzzy = 1}\n", "xyzzy", 0, "one of build_args, build_minutes,"),
    ],
)
def test_an_unknown_setting_is_told_with_its_line_and_the_nearest_name(
    text: str, name: str, line: int, expected: str
) -> None:
    (problem,) = problems(text)
    assert (problem.what, problem.value, problem.file, problem.line) == ("Unknown setting", name, "p.toml", line)
    assert problem.expected.startswith(expected)
    assert problem.hint


@pytest.mark.parametrize(
    ("name", "toml", "expected"),
    [
        ("product_name", "1", "a text"),
        ("product_name", "['x']", "a text"),
        ("parallel_builds", "'3'", "a whole number, 1 or more"),
        ("parallel_builds", "true", "a whole number, 1 or more"),
        ("parallel_builds", "1.5", "a whole number, 1 or more"),
        ("parallel_builds", "0", "a whole number, 1 or more"),
        ("poll_seconds", "-5", "a whole number, 1 or more"),
        ("env_literals", "'A'", "a list of texts"),
        ("env_literals", "[1]", "a list of texts"),
        ("sidecars", "['a']", "a table of texts"),
        ("sidecars", "{a = 1}", "a table of texts"),
        ("environment_type", "'Dev'", "one of dev, prod, qa, canary, staging, private"),
        ("compression", "'lzma'", "one of gzip, zstd"),
        ("image_prefix", "'shop'", "a repository's beginning in lower case"),
        ("image_prefix", "'ghcr.io/Org/shop'", "a repository's beginning in lower case"),
        ("image_prefix", "'ghcr.io/o/shop:1'", "a repository's beginning in lower case"),
        ("image_prefix", "'https://ghcr.io/o/shop'", "a repository's beginning in lower case"),
    ],
)
def test_a_value_of_another_kind_is_told_with_its_line(name: str, toml: str, expected: str) -> None:
    (problem,) = problems(f"{TABLE}{name} = {toml}\n")
    assert problem.what == f"The setting `{name}` can't be used"
    assert (problem.file, problem.line) == ("p.toml", 2)
    assert problem.expected.startswith(expected)
    assert problem.value
    assert problem.hint


def test_all_wrong_settings_are_told_and_the_others_are_kept() -> None:
    text = f"{TABLE}one = 1\nproduct_name = 2\nenvironment = 'Test'\nenv_literals = 'A'\n"
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 5]
    assert caught.value.usable == Settings(environment="Test")


def test_an_argument_overrides_a_setting_and_an_empty_one_does_not() -> None:
    settings = Settings(image_prefix="ghcr.io/o/shop", product_name="Shop", parallel_builds=4)
    found = override(settings, image_prefix=None, product_name="Other", environment="", parallel_builds=0)
    assert found == Settings(image_prefix="ghcr.io/o/shop", product_name="Other", parallel_builds=4)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"image_prefix": "Shop"}, ["image_prefix"]),
        (
            {"environment_type": "production", "parallel_builds": -1, "instance": "i"},
            ["environment_type", "parallel_builds"],
        ),
    ],
)
def test_arguments_that_cannot_be_used_are_all_told(given: dict[str, Any], names: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        override(Settings(), **given)
    assert [p.what for p in caught.value.problems] == [f"The setting `{name}` can't be used" for name in names]
    assert all(p.expected and p.hint for p in caught.value.problems)


def test_nothing_of_one_product_is_a_default() -> None:
    defaults = Settings()
    empty = (defaults.image_prefix, defaults.product_name, defaults.source_url, defaults.instance)
    assert not any(empty)
    assert not any((defaults.sidecars, defaults.image_names, defaults.env_secrets, defaults.env_literals))

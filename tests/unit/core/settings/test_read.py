"""The settings read from `[tool.slipway]`, and overridden by arguments."""

from typing import Any

import pytest

from ci.core.settings.product import Compression, EnvironmentType, Settings
from ci.core.settings.read import SettingsError, override, parse_settings, resolve_settings
from ci.core.settings.smoke import SmokeSettings, Step
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
environment_type = "qa"
compression = "zstd"

[tool.slipway.sidecars]
scaler = "web"

[tool.slipway.env_secrets]
DB_PASSWORD = "dbPassword"

[[tool.slipway.smoke.steps]]
name = "alive"
service = "web"
http = "GET /"
"""
    assert parse_settings(text) == Settings(
        image_prefix="ghcr.io/o/shop",
        env_literals=("PUBLIC_KEY",),
        parallel_builds=3,
        environment_type=EnvironmentType.QA,
        compression=Compression.ZSTD,
        sidecars={"scaler": "web"},
        env_secrets={"DB_PASSWORD": "dbPassword"},
        smoke=SmokeSettings(steps=(Step(name="alive", service="web", http="GET /"),)),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tool.slipway\n", 1),
        ("[tool.slipway]\nproduct_name = x\n", 2),
        ("[tool.slipway]\ninstance = 'a'\n\ninstance = 'b'\n", 4),
    ],
)
def test_invalid_toml_is_reported_with_its_line(text: str, line: int) -> None:
    (problem,) = problems(text)
    assert problem.what == "Not valid TOML"
    assert (problem.file, problem.line) == ("p.toml", line)
    assert problem.expected
    assert problem.hint


def test_settings_must_be_a_table() -> None:
    (problem,) = problems("[tool]\nslipway = 1\n")
    assert (problem.what, problem.value, problem.file, problem.line) == (
        "Not a table: `tool.slipway`",
        "1",
        "p.toml",
        2,
    )


@pytest.mark.parametrize(
    ("text", "name", "line", "expected"),
    [
        (f"{TABLE}\nproduct_nam = 'x'\n", "product_nam", 3, "`product_name`?"),
        (f"{TABLE}sidecar.a = 'x'\n", "sidecar", 2, "`sidecars`?"),
        (f"{TABLE}'image-prefix' = 'x'\n", "image-prefix", 2, "`image_prefix`?"),
        (f"{TABLE}\n[tool.slipway.env_secret]\nA = 'x'\n", "env_secret", 3, "`env_secrets`?"),
        (
            "[tool.other]\nxyzzy = 1\n[tool.slipway]\nxyzzy = 1\n",
            "xyzzy",
            4,
            "one of allow_older, build_args, build_minutes,",
        ),
        ("[tool]\nslipway = {xyzzy = 1}\n", "xyzzy", 2, "one of allow_older, build_args, build_minutes,"),
        (f"{TABLE}[[tool.slipway.smoke.steps]]\n\nwithn = 1\n", "smoke.steps[1].withn", 4, "one of exec, expect_"),
    ],
)
def test_an_unknown_setting_is_reported_with_its_line_and_the_nearest_name(
    text: str, name: str, line: int, expected: str
) -> None:
    problem = next(one for one in problems(text) if one.what == "Unknown setting")
    assert (problem.value, problem.file, problem.line) == (name, "p.toml", line)
    assert problem.expected.startswith(expected)
    assert problem.hint


def test_all_invalid_settings_are_reported_and_the_others_are_usable() -> None:
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
def test_invalid_arguments_are_all_reported(given: dict[str, Any], names: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        override(Settings(), **given)
    assert [p.what for p in caught.value.problems] == [f"Invalid setting `{name}`" for name in names]
    assert [p.hint for p in caught.value.problems] == [
        f"correct the argument --{name.replace('_', '-')}" for name in names
    ]
    assert all(p.expected for p in caught.value.problems)


def test_settings_and_arguments_are_resolved_with_the_problems_of_both() -> None:
    def reading() -> Settings:
        return parse_settings(f"{TABLE}product_name = 2\nenvironment = 'Test'\n") or Settings()

    settings, found = resolve_settings(reading, {"image_prefix": "Shop", "instance": ""})
    assert settings == Settings(environment="Test")
    assert [problem.what for problem in found] == ["Invalid setting `product_name`", "Invalid setting `image_prefix`"]


def test_without_readable_settings_the_defaults_are_used() -> None:
    settings, (problem,) = resolve_settings(lambda: parse_settings("[") or Settings(), {"product_name": "Shop"})
    assert settings == Settings(product_name="Shop")
    assert problem.what == "Not valid TOML"


def test_env_secrets_can_have_a_table_for_a_service() -> None:
    text = f'{TABLE}[tool.slipway.env_secrets]\nA = "a"\nworker.A = "b"\n[tool.slipway.env_secrets."b c"]\nA = "c"\n'
    found = parse_settings(text)
    assert found
    assert found.env_secrets == {"A": "a", "worker": {"A": "b"}, "b c": {"A": "c"}}


@pytest.mark.parametrize(
    ("line", "name", "expected"),
    [
        ("A = 1", "env_secrets.A", "a string, or a table"),
        ("worker.A = 1", "env_secrets.worker.A", "a string"),
        ("worker.A.B = 'x'", "env_secrets.worker.A", "a string"),
    ],
)
def test_what_is_no_secret_s_name_is_reported_with_its_line(line: str, name: str, expected: str) -> None:
    (problem,) = problems(f"{TABLE}[tool.slipway.env_secrets]\nX = 'x'\n{line}\n")
    assert (problem.what, problem.expected, problem.line) == (f"Invalid setting `{name}`", expected, 4)

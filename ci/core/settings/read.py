"""Reads the settings from the text of a `pyproject.toml`, and applies arguments to them."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ci.core.settings.prefix import for_compose_file
from ci.core.settings.product import Settings
from ci.core.settings.tables import Origin, read_table
from ci.errors import ConfigurationError, Problem

FILE = "pyproject.toml"
TABLE = ("tool", "slipway")


class SettingsError(ConfigurationError):
    """Some settings are invalid; `usable` holds the others, so that further problems can be found with them."""

    def __init__(self, usable: Settings, *problems: Problem) -> None:
        super().__init__(*problems)
        self.usable = usable


def parse_settings(text: str, file: str = FILE) -> Settings | None:
    """The settings in the text of a `pyproject.toml`; None if it has no table `[tool.slipway]`.

    Raises:
        SettingsError: settings are unknown or invalid; all of them.
        ConfigurationError: the file is not TOML, or `tool.slipway` is not a table.
    """
    tool = _parse_toml(text, file).get("tool")
    table = tool.get("slipway") if isinstance(tool, Mapping) else None
    if table is None:
        return None
    origin = Origin(file, text, TABLE)
    if not isinstance(table, Mapping):
        raise ConfigurationError(
            origin.problem(
                (), "Not a table: `tool.slipway`", value=repr(table), expected="a table", hint="write [tool.slipway]"
            )
        )
    values, problems = read_table(Settings, table, origin)
    if problems:
        raise SettingsError(Settings(**values), *problems)
    return Settings(**values)


def is_set(text: str, name: str) -> bool:
    """Whether the text of a `pyproject.toml` sets one of the settings, as far as it can be read."""
    try:
        tool = _parse_toml(text, FILE).get("tool")
    except ConfigurationError:
        return False
    table = tool.get("slipway") if isinstance(tool, Mapping) else None
    return isinstance(table, Mapping) and name in table


def override(settings: Settings, **arguments: Any) -> Settings:  # Any: of any setting's type
    """The settings with those arguments that were given; None, `""` and 0 mean that one was not.

    Raises:
        ConfigurationError: arguments are invalid; all of them.
    """
    given = {name: value for name, value in arguments.items() if value not in (None, "", 0)}
    values, problems = read_table(Settings, given, Origin())
    if problems:
        raise ConfigurationError(*problems)
    return replace(settings, **values)


def resolve_settings(reading: Callable[[], Settings], arguments: Mapping[str, Any]) -> tuple[Settings, list[Problem]]:
    """The settings that `reading` returns with `arguments` applied, and the problems of both.

    Where the compose file is an argument, the image prefix is that of its product (`ci.core.settings.prefix`).
    Invalid ones are excluded, so that the caller can look for further problems with the valid ones.
    """
    settings, problems = Settings(), list[Problem]()
    try:
        settings = reading()
    except SettingsError as error:
        settings, problems = error.usable, [*error.problems]
    except ConfigurationError as error:
        problems += error.problems
    try:
        return for_compose_file(override(settings, **arguments), settings.compose_file), problems
    except ConfigurationError as error:
        return settings, [*problems, *error.problems]


def _parse_toml(text: str, file: str) -> dict[str, Any]:  # Any: TOML
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise ConfigurationError(
            Problem(
                what="Not valid TOML",
                value=str(error),
                file=file,
                line=int(at[1]) if at else 0,
                expected="a file that a TOML parser accepts",
                hint="fix the syntax there",
            )
        ) from error

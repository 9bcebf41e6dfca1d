"""The variables that compose takes from the file `.env` beside a compose file for that file's own variables."""

from collections.abc import Mapping

from ci.core.compose.paths import from_top
from ci.core.env_files.entries import entries
from ci.core.env_files.syntax import parse_env_file
from ci.errors import ConfigurationError


def project_env_file(compose_file: str) -> str:
    """The path of the `.env` that compose reads, relative to the top of the source."""
    return from_top(compose_file, ".env")


def project_variables(compose_file: str, texts: Mapping[str, str]) -> dict[str, str] | None:
    """The variables with a known value; None if there is a `.env` that can't be read as one.

    At the top of the source there is none: `.env` has the caller's own values there, and is not part of the source.
    """
    path = project_env_file(compose_file)
    try:
        found = entries([parse_env_file(texts[path], path)] if path in texts else [], {})
    except ConfigurationError:
        return None
    return {name: entry.value for name, entry in found.items() if entry.value is not None}

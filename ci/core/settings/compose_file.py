"""The compose file of a product whose settings do not name one: the one that compose would use."""

from collections.abc import Collection
from dataclasses import replace

from ci.core.settings.product import Settings
from ci.core.settings.read import is_set

COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The names that compose looks for in a folder, the preferred one first (compose-go, cli/options.go)."""


def with_found_file(settings: Settings, text: str, existing: Collection[str]) -> tuple[Settings, str]:
    """The settings with the compose file that compose would use, and a warning where it could be another one.

    `text` is that of `pyproject.toml`, `existing` are those of `COMPOSE_FILES` that are at the top of the source.
    """
    found = [name for name in COMPOSE_FILES if name in existing]
    if not found or settings.compose_file not in COMPOSE_FILES or is_set(text, "compose_file"):
        return settings, ""
    warning = f"Several compose files are here: {', '.join(found)}; {found[0]} is used, as compose does"
    return replace(settings, compose_file=found[0]), warning if len(found) > 1 else ""

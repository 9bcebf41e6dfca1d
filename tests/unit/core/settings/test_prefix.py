"""Prefixes of several products in one source."""

import pytest

from ci.core.settings.prefix import in_folder
from ci.core.settings.product import Settings
from ci.core.settings.read import parse_settings, resolve_settings


@pytest.mark.parametrize(
    ("prefix", "folder", "expected"),
    [
        ("ghcr.io/o/p", "", "ghcr.io/o/p"),
        ("", "p1", ""),
        ("ghcr.io/o/p", "p1", "ghcr.io/o/p-p1"),
        ("ghcr.io/o/p", "Deploy/My App_2/", "ghcr.io/o/p-deploy-my-app-2"),
        ("ghcr.io/o/p", "./-", "ghcr.io/o/p"),
    ],
)
def test_a_folder_is_a_part_of_a_prefix(prefix: str, folder: str, expected: str) -> None:
    assert in_folder(prefix, folder) == expected


@pytest.mark.parametrize(
    ("own", "given", "prefix"),
    [
        ("docker-compose.yaml", "", "ghcr.io/o/p"),
        ("docker-compose.yaml", "compose.yaml", "ghcr.io/o/p"),
        ("docker-compose.yaml", "p1/docker-compose.yaml", "ghcr.io/o/p-p1"),
        ("docker-compose.yaml", "p2/docker-compose.yaml", "ghcr.io/o/p-p2"),
        ("deploy/compose.yaml", "", "ghcr.io/o/p"),
        ("deploy/compose.yaml", "deploy/other.yaml", "ghcr.io/o/p"),
        ("deploy/compose.yaml", "p1/compose.yaml", "ghcr.io/o/p-p1"),
    ],
)
def test_a_compose_file_of_another_folder_is_another_product(own: str, given: str, prefix: str) -> None:
    text = f'[tool.slipway]\nimage_prefix = "ghcr.io/o/p"\ncompose_file = "{own}"\n'
    settings, problems = resolve_settings(lambda: parse_settings(text) or Settings(), {"compose_file": given})
    assert (settings.image_prefix, settings.compose_file, problems) == (prefix, given or own, [])

"""The name of a compose project."""

import pytest

from ci.core.compose.parse import parse
from ci.core.compose.project import project_name

SERVICES = "services:\n  a: {image: x}\n"


@pytest.mark.parametrize(
    ("top", "file", "variables", "expected"),
    [
        ("", "compose.yaml", {}, ""),
        ("", "deploy/compose.yaml", {}, "deploy"),
        ("", "deploy/My App.v2/compose.yaml", {}, "myappv2"),
        ("", "_-X/compose.yaml", {}, "x"),
        ("name: shop\n", "deploy/compose.yaml", {}, "shop"),
        ("name: ${N}\n", "compose.yaml", {"N": "Shop"}, "shop"),
        ("name: ${N:-other}\n", "compose.yaml", {}, "other"),
        ("name: ${N}\n", "deploy/compose.yaml", {}, ""),
        ("name: shop\n", "compose.yaml", {"COMPOSE_PROJECT_NAME": "Prod"}, "prod"),
    ],
)
def test_compose_s_rules(top: str, file: str, variables: dict[str, str], expected: str) -> None:
    assert project_name(parse(top + SERVICES, file), variables) == expected

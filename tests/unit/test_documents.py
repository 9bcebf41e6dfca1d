"""What the documents say of the code is what the code is."""

import ast
import dataclasses
import itertools
import json
from pathlib import Path

from ci.core.settings import Settings

ROOT = Path(__file__).parents[2]


def _described() -> dict[str, str]:
    """Each setting's docstring in the source."""
    tree = ast.parse((ROOT / "ci/core/settings.py").read_text())
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    found = {}
    for field, text in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            found[field.target.id] = str(ast.literal_eval(text.value)).rstrip(".")
    return found


def test_the_table_of_settings_is_that_of_the_code() -> None:
    described, defaults = _described(), Settings()
    rows = []
    for field in dataclasses.fields(Settings):
        default = getattr(defaults, field.name)
        shown = json.dumps(list(default) if isinstance(default, tuple) else default)
        rows.append(f"| `{field.name}` | `{shown}` | {described[field.name]} |")
    text = (ROOT / "docs/settings.md").read_text()
    assert [line for line in text.splitlines() if line.startswith("| `")] == rows

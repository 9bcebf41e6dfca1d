"""The documents agree with the code: settings, pictures, and the headings that the code points to."""

import ast
import dataclasses
import itertools
import json
import re
from pathlib import Path

from event_rows import table

from ci.adapters.disk import locate, read_source
from ci.core.event.plain import KEYS
from ci.core.picture.picture import picture
from ci.core.settings.events import EventSettings
from ci.core.settings.product import Settings
from ci.core.settings.smoke import SmokeSettings, Step

ROOT = Path(__file__).parents[2]


def _described(file: str, kind: type) -> dict[str, str]:
    """Each setting's docstring in the source."""
    tree = ast.parse((ROOT / file).read_text())
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__).body
    found = {}
    for field, text in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            found[field.target.id] = str(ast.literal_eval(text.value)).rstrip(".")
    return found


def _rows(file: str, kind: type[Settings | SmokeSettings | Step | EventSettings], defaults: object) -> list[str]:
    described = _described(file, kind)
    rows = []
    for field in dataclasses.fields(kind):
        default = getattr(defaults, field.name)
        shown = "{}" if dataclasses.is_dataclass(default) else json.dumps(default)
        rows.append(f"| `{field.name}` | `{shown}` | {described[field.name]} |")
    return rows


def _tables(document: str) -> list[str]:
    return [line for line in (ROOT / document).read_text().splitlines() if line.startswith("| `")]


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert _tables("docs/settings.md") == _rows("ci/core/settings/product.py", Settings, Settings())


def test_the_tables_of_a_smoke_are_those_of_the_code() -> None:
    file, step = "ci/core/settings/smoke.py", Step(name="", service="")
    rows = _rows(file, SmokeSettings, SmokeSettings()) + _rows(file, Step, step)
    assert _tables("docs/smoke.md") == rows


def test_the_table_of_the_settings_of_events_is_that_of_the_code() -> None:
    assert _tables("docs/ci.md") == _rows("ci/core/settings/events.py", EventSettings, EventSettings())


def test_the_table_of_events_is_that_of_the_tests() -> None:
    assert (ROOT / "docs/ci.md").read_text().split("## Every case\n")[1].strip().splitlines()[2:] == table()


def test_the_keys_of_an_event_are_those_of_the_code() -> None:
    section = (ROOT / "docs/ci.md").read_text().split("| key | of |")[1].split("```")[0]
    assert tuple(re.findall(r"(?m)^\| (\w+) \|", section)) == KEYS


def test_the_picture_of_the_product_is_that_of_its_compose_file() -> None:
    settings = locate(ROOT, {}).settings
    drawn = picture(read_source(ROOT, settings, full=False), settings)
    assert (ROOT / "docs/product.svg").read_text() == drawn, "slipway picture --output docs/product.svg"
    assert "docs/product.svg" in (ROOT / "README.md").read_text()


def test_every_heading_that_the_code_points_to_is_in_its_document() -> None:
    """The form of such a pointer: docs/engine.md, "Heading"; it may be wrapped."""
    missing = []
    for path in sorted((ROOT / "ci").rglob("*.py")):
        for file, heading in re.findall(r'(docs/[\w./-]+\.md),\s+"([^"]+)"', path.read_text()):
            plain = " ".join(heading.replace("#", " ").split())  # a comment wraps with a "#"
            if f"## {plain}" not in (ROOT / file).read_text().splitlines():
                missing.append(f"{path.relative_to(ROOT)}: {file}, {plain!r}")
    assert missing == []


def test_every_link_of_a_document_leads_to_a_file() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "stack").rglob("*.md")]
    links = [(one, link) for one in documents for link in re.findall(r"\]\(([^)#\s]+)", one.read_text())]
    assert len(links) > 20
    assert [(one.name, link) for one, link in links if "://" not in link and not (one.parent / link).exists()] == []

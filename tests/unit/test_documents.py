"""The documents agree with the code: settings, events, steps, messages, and the picture of the product."""

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
from ci.core.release.steps import FIND_OUT, NEXT, StepName
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
    assert "(product.svg)" in (ROOT / "docs/first-release.md").read_text()


def test_the_table_of_steps_that_were_not_done_is_that_of_the_code() -> None:
    rows = [f"| {name} | {NEXT[name]} | {FIND_OUT[name]} |" for name in StepName]
    assert "\n".join(rows) in (ROOT / "docs/when-it-fails.md").read_text()


def test_every_message_that_a_document_explains_is_one_of_the_code() -> None:
    section = (ROOT / "docs/when-it-fails.md").read_text().split("| the message has |")[1]
    messages = re.findall(r"(?m)^\| `(.+?)` \|", section)
    code = "".join(path.read_text() for path in sorted((ROOT / "ci").rglob("*.py")))
    assert len(messages) > 10
    assert [one for one in messages if one not in code] == []

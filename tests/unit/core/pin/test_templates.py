"""Which templates stay in the pinned file."""

from dataclasses import replace

import pytest

from ci.core.compose.model import Original
from ci.core.compose.parse import parse
from ci.core.pin.edits import Edit
from ci.core.pin.templates import template_edits

TEXT = "services:\n  a: {}\n"
COMPOSE = replace(parse(TEXT, "c.yaml"), original=Original(TEXT, templates=((10, 15, "T"), (16, 17, "U"))))


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        (Edit(0, 9, "x"), "TU"),
        (Edit(0, 10, ""), "TU"),
        (Edit(10, 10, "x\n"), "TU"),
        (Edit(10, 10, "x"), "U"),
        (Edit(15, 15, "x"), "TU"),
        (Edit(15, 15, "\n"), "TU"),
        (Edit(14, 15, ""), "U"),
        (Edit(12, 12, "x"), "U"),
        (Edit(12, 12, ""), "TU"),
        (Edit(0, 18, ""), ""),
        (Edit(9, 11, ""), "U"),
        (Edit(17, 18, "x"), "TU"),
    ],
)
def test_a_template_stays_if_no_edit_touches_its_text(edit: Edit, kept: str) -> None:
    assert "".join(one.new for one in template_edits(COMPOSE, [edit])) == kept


def test_a_file_without_templates_has_no_such_edits() -> None:
    assert template_edits(parse(TEXT, "c.yaml"), [Edit(0, 1, "")]) == []

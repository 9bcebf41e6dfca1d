"""The timeline as a drawing."""

import re
from xml.etree import ElementTree as ET

import pytest
from page_reports import documents

from ci.core.page.svg import duration, svg
from ci.core.page.timeline import Bar, Span, bars

SVG = "{http://www.w3.org/2000/svg}"


def drawn(found: tuple[Bar, ...]) -> ET.Element:
    return ET.fromstring(svg(found, "Timeline"))  # noqa: S314 - our own text


@pytest.mark.parametrize("name", documents())
def test_every_bar_has_its_row_and_no_part_leaves_the_drawing(name: str) -> None:
    found = bars(documents()[name])
    root = drawn(found)
    assert len(root.findall(f"{SVG}g")) == len(found)
    for part in root.iter(f"{SVG}rect"):
        assert float(part.attrib["x"].rstrip("%")) + float(part.attrib["width"].rstrip("%")) <= 100.01


def test_what_a_name_has_of_markup_is_escaped() -> None:
    label = "<b>&\"'"
    root = drawn((Bar(label, "built", (Span("building", 0, 1),), is_image=True),))
    assert any(label in "".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def test_a_bar_that_failed_is_red_in_its_last_part_only() -> None:
    bar = Bar("worker", "failed", (Span("waiting", 0, 1), Span("building", 1, 2)), is_image=True)
    assert [part.attrib["class"] for part in drawn((bar,)).iter(f"{SVG}rect")] == ["waiting", "failed"]


def test_a_run_without_any_step_is_drawn() -> None:
    assert not [*drawn(()).iter(f"{SVG}rect")]


@pytest.mark.parametrize("seconds", [0.3, 4, 59, 61, 3600, 40_000])
def test_the_axis_has_at_most_a_few_ticks(seconds: float) -> None:
    found = svg((Bar("step", "done", (Span("step", 0, seconds),)),), "")
    assert 1 <= len(re.findall("<line", found)) <= 7


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "0.0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s")),
        *((59.6, "1 min 00 s"), (185, "3 min 05 s"), (3720, "1 h 02 min")),
    ],
)  # fmt: skip
def test_a_duration_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text

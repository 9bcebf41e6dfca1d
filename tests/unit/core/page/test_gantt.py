"""The timeline of a job's summary. A real Mermaid (11.17) has drawn these forms; it is no part of the tests."""

from typing import Any

import pytest

from ci.core.page.gantt import gantt


def step(name: str, after: float, seconds: float, outcome: str = "done") -> dict[str, Any]:
    return {"name": name, "outcome": outcome, "seconds": seconds, "after_seconds": after}


def image(name: str, *spans: tuple[str, float, float], action: str = "built") -> dict[str, Any]:
    parts = [{"kind": kind, "after_seconds": after, "seconds": seconds} for kind, after, seconds in spans]
    return {"name": name, "action": action, "spans": parts}


IMAGES = step("build and push images", 2, 90)
WEB = image("web", ("waiting", 0, 1), ("building", 1, 60), ("pushing", 61, 5))
MAIL = image("mail", ("building", 0, 20), action="failed")


def test_steps_and_images_are_tasks_in_milliseconds_from_the_start() -> None:
    report = {"steps": [step("preflight checks", 0, 2), IMAGES], "images": [WEB, MAIL]}
    assert gantt(report).splitlines() == [
        "```mermaid",
        "gantt",
        "  dateFormat x",
        "  axisFormat %M:%S",
        "  section steps",
        "  preflight checks (2.0 s) :active, 0, 2000",
        "  build and push images (1 min 30 s) :active, 2000, 92000",
        "  section images",
        "  mail (20 s) :crit, 2000, 22000",
        "  web (1 min 05 s) :active, 3000, 68000",
        "```",
    ]


def test_what_took_no_time_can_still_be_drawn() -> None:
    assert "  verify tags (0.0 s) :active, 3000, 3001" in gantt({"steps": [step("verify tags", 3, 0)], "images": []})


@pytest.mark.parametrize("name", ["a:b", "a;b#c", "a\n```", "a,b", "<a>"])
def test_no_name_is_read_as_mermaid_or_markdown(name: str) -> None:
    line = gantt({"steps": [step(name, 0, 1)], "images": []}).splitlines()[5]
    label, _, task = line.rpartition(" :")
    assert task == "active, 0, 1000"
    assert not set(":;#,<>`") & set(label)


@pytest.mark.parametrize("steps", [[], [step("verify tags", 0, 0, "skipped")], [step("a", 0, 1)] * 151])
def test_nothing_and_too_much_are_not_drawn(steps: list[dict[str, Any]]) -> None:
    assert gantt({"steps": steps, "images": []}) == ""

"""The timeline of a report as Mermaid, for a job's summary on GitHub: it shows no SVG that is in the text.

https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams and
https://mermaid.js.org/syntax/gantt.html
"""

import re
from collections.abc import Mapping
from typing import Any

from ci.core.page.svg import duration
from ci.core.page.timeline import WAITING, Bar, bars
from ci.core.release.report import ImageAction, StepOutcome

_MOST_BARS = 150
"""GitHub refuses large diagrams; of a product with more images, the summary has no timeline, and report.html has."""
_FAILED = {StepOutcome.FAILED, StepOutcome.UNKNOWN, ImageAction.FAILED, ImageAction.UNKNOWN}
_PLAIN = re.compile(r"[^A-Za-z0-9 ._/()+-]", re.ASCII)


def gantt(report: Mapping[str, Any]) -> str:  # Any: JSON
    """A fenced block of Mermaid with each step, and each image from the end of its wait; `""` if there is none.

    What failed is red; of the images, those that the end had to wait for stand out.
    """
    found = [bar for bar in bars(report) if bar.outcome != StepOutcome.SKIPPED]
    if not found or len(found) > _MOST_BARS:
        return ""
    lines = ["```mermaid", "gantt", "  dateFormat x", "  axisFormat %M:%S"]
    for is_image, title in ((False, "steps"), (True, "images")):
        part = [_line(bar) for bar in found if bar.is_image is is_image]
        lines += [f"  section {title}", *part] if part else []
    return "\n".join([*lines, "```"]) + "\n"


def _line(bar: Bar) -> str:
    worked = [span for span in bar.spans if span.kind != WAITING] or [*bar.spans]
    start, end = round(1000 * worked[0].start), round(1000 * worked[-1].end)
    label = f"{_PLAIN.sub(' ', bar.label)} ({duration((end - start) / 1000)})"
    mark = "crit" if bar.outcome in _FAILED else "active" if bar.critical else "done"
    return f"  {label} :{mark}, {start}, {max(end, start + 1)}"

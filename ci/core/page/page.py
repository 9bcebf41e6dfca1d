"""`report.json` as one page for people, which needs no other file and no network."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ci.core.page.svg import duration, svg
from ci.core.page.timeline import Bar, bars, total_seconds
from ci.core.release.report import SIMULATED
from ci.core.release.report_json import REPORT_FORMAT
from ci.errors import ConfigurationError, Problem

PAGE_FILE, TIMELINE_FILE = "report.html", "timeline.svg"
_DIGITS_SHOWN = 12
_HEX = re.compile(r"[0-9a-f]{40,}")


def page(report: Mapping[str, Any]) -> str:  # Any: JSON
    """The page of a report, as HTML; everything that the report holds is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow, and few commands need it

    environment = Environment(
        loader=PackageLoader("ci.core.page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"duration": duration, "short": _short, "repositories": _repositories}
    found = bars(report)
    return environment.get_template("report.html.jinja").render(
        report=report, verdict=verdict(report), timeline=_drawn(report, found), simulated=SIMULATED,
        seconds=total_seconds(found), has_images_in_time=any(bar.is_image for bar in found),
    )  # fmt: skip


def timeline(report: Mapping[str, Any]) -> str:  # Any: JSON
    """The timeline of a report, as SVG."""
    return _drawn(report, bars(report))


def _drawn(report: Mapping[str, Any], found: Sequence[Bar]) -> str:
    return svg(found, f"Timeline of {'simulated ' if report['simulation'] else ''}release {report['version']}")


def verdict(report: Mapping[str, Any]) -> str:  # Any: JSON
    """How a release ended, in a word or two."""
    return {"failed": "Failed", "unknown": "Outcome unknown"}.get(report["outcome"], "Done")


def read_report(text: str, file: str) -> Mapping[str, Any]:  # Any: JSON
    """The report of a `report.json`; `file` is how messages name it.

    Raises:
        ConfigurationError: it is none, or one of another version of Slipway.
    """
    try:
        report = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(_unusable(file, f"it is not JSON: {error}")) from error
    found = report.get("report_format") if isinstance(report, dict) else None
    if found != REPORT_FORMAT:
        raise ConfigurationError(_unusable(file, f"its `report_format` is {json.dumps(found)}"))
    return dict(report)


def _unusable(file: str, found: str) -> Problem:
    return Problem(
        what=f"{file} can't be shown as a page",
        value=found,
        expected=f"a report.json of this version of Slipway, with `report_format` {REPORT_FORMAT}",
        hint="give the report.json of a release, or use the version of Slipway that wrote it",
    )


def _short(text: str) -> str:
    """A digest or a sha tag, cut where a person has seen enough of it; any other tag as it is."""
    return _HEX.sub(lambda found: found[0][:_DIGITS_SHOWN], text.removeprefix("sha256:"))


def _repositories(references: Sequence[str]) -> dict[str, list[str]]:
    """The tags of each repository."""
    found: dict[str, list[str]] = {}
    for reference in references:
        repository, _, tag = reference.rpartition(":")
        found.setdefault(repository, []).append(tag)
    return found

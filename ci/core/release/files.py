"""The files of a release: what is exported of it, and what its record holds."""

import json
from collections.abc import Mapping
from typing import Any

from ci.core.omctl.files import PINNED_FILE
from ci.core.release.lock import lock
from ci.core.release.report import Report
from ci.core.release.report_json import as_json
from ci.core.release.summary import summary

REPORT_FILE, LOCK_FILE, SUMMARY_FILE = "report.json", "slipway.lock.json", "summary.txt"
FILES = frozenset({SUMMARY_FILE, REPORT_FILE, LOCK_FILE, PINNED_FILE})


def release_files(report: Report) -> dict[str, str]:
    """The text of each file by its name."""
    return {
        SUMMARY_FILE: summary(report),
        REPORT_FILE: json_text(as_json(report)),
        LOCK_FILE: json_text(lock(report)),
        PINNED_FILE: report.pinned.text,
    }


def json_text(value: Mapping[str, Any]) -> str:  # Any: JSON
    """JSON as it is written to a file."""
    return json.dumps(value, indent=2) + "\n"

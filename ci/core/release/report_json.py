"""The report of a release for machines."""

from dataclasses import asdict
from typing import Any

from ci.core.release.continuation import continuation
from ci.core.release.report import Report

REPORT_FORMAT = 2
"""Raised with every change of the report's keys or their values."""


def as_json(report: Report) -> dict[str, Any]:  # Any: JSON
    """The report as `report.json` has it; `next` is what the same call does after a failure, `""` if all is done."""
    plan, results = report.plan, report.results
    return {
        "report_format": REPORT_FORMAT,
        "simulation": plan.simulation,
        "ok": not report.problems,
        "outcome": report.outcome,
        "product_name": plan.settings.product_name,
        "environment": plan.settings.environment,
        "git_sha": plan.git_sha,
        "version": plan.version,
        "started": report.started,
        "steps": [asdict(step) for step in report.steps],
        "not_run": list(report.not_run),
        "images": [asdict(image) for image in results.images],
        "pinned": [{"where": c.where, "line": c.line, "from": c.old, "to": c.new} for c in report.pinned.changes],
        "replaced": [one._asdict() for one in report.pinned.replaced],
        "plan_version": asdict(results.plan_version) if results.plan_version else None,
        "preferred": asdict(results.preferred) if results.preferred else None,
        "upgrade": asdict(results.upgrade) if results.upgrade else None,
        "problems": [asdict(problem) for problem in report.problems],
        "next": continuation(report) if report.problems else "",
        "builder": report.results.builder or None,
        "warnings": [asdict(warning) for warning in report.warnings],
        "smoke": None,  # of a rehearsal with a smoke its report, put in when that has ended
    }

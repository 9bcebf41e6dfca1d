"""The lock: what was released, for machines."""

from dataclasses import asdict
from typing import Any

from ci.core.release.report import Report, UpgradeResult

LOCK_FORMAT = 4
"""Raised with every change of the lock's keys or their values."""


def lock(report: Report) -> dict[str, Any]:  # Any: JSON
    """What was released, in a fixed order and without the run's times: equal releases have equal locks.

    Only with the outcome `done` all of it was; otherwise `not_done` and `unknown` name the steps that are so.
    """
    plan, results = report.plan, report.results
    return {
        "lock_format": LOCK_FORMAT,
        "simulation": plan.simulation,
        "outcome": report.outcome,
        "not_done": list(report.not_done),
        "unknown": list(report.unknown),
        "git_sha": plan.git_sha,
        "version": plan.version,
        "product_name": plan.settings.product_name,
        "environment": plan.settings.environment,
        "images": [
            {
                "name": image.name,
                "digest": image.digest,
                "references": list(image.references),
                "inputs": image.inputs,
                "built_in": image.built_in,
                "built_at": image.built_at,
            }
            for image in sorted(results.images, key=lambda image: image.name)
        ],
        "plan_version": asdict(results.plan_version) if results.plan_version else None,
        "upgrade": _upgrade(results.upgrade) if results.upgrade else None,
    }


def _upgrade(upgrade: UpgradeResult) -> dict[str, Any]:
    """The upgrade without what was before it, which is not what was released."""
    return {key: value for key, value in asdict(upgrade).items() if key != "version_before"}

"""What was built is saved in the layer cache, at the end of a run: nothing of a release waits for it or fails by it."""

from dataclasses import replace

import anyio

from ci.core.images.layer_cache import not_written
from ci.core.redaction import Redactor
from ci.core.release.report import Report
from ci.pipelines.ports import Builder


async def with_saved_cache(report: Report, builder: Builder, redactor: Redactor) -> Report:
    """The report of a run, with a warning if its builds could not be saved."""
    seconds = report.plan.settings.build_minutes * 60
    try:
        with anyio.fail_after(seconds):
            warnings = await builder.save_cache()
    except Exception as error:  # noqa: BLE001 - a cache is never the end of a release
        reason = (
            f"no end after {seconds:g} s" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
        )
        warnings = (not_written([one.name for one in report.results.images], reason),)
    return replace(report, warnings=(*report.warnings, *redactor.problems(warnings)))

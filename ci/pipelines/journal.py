"""Writes the record of a run as it goes on; what goes wrong with it is a warning, and never ends a release."""

from collections.abc import Mapping
from dataclasses import replace

import anyio

from ci.core.release.history import History, Released
from ci.core.release.record import record_of
from ci.core.release.report import Report
from ci.errors import Problem, PublishError, SlipwayError
from ci.pipelines.ports import Records


class Journal:
    """The record of a run; without `records`, it writes none. `seconds` limits each reading and each writing.

    With `accept_images`, what was recorded of an image gives way to what this run finds.
    """

    def __init__(self, records: Records | None, git_sha: str, seconds: float, *, accept_images: bool = False) -> None:
        self._records, self._git_sha, self._seconds = records, git_sha, seconds
        self._accept_images = accept_images
        self._recorded: Mapping[str, str] = {}
        self._warnings: dict[str, tuple[Problem, ...]] = {}
        self._failed = False
        self._digest = ""
        """Of the state that was written last."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What went wrong with the record so far."""
        return tuple(problem for problems in self._warnings.values() for problem in problems)

    async def recorded(self) -> Mapping[str, str]:
        """Image name -> the digest that this commit's image must have, as an earlier run has recorded it."""
        if self._records is not None:
            await self._newest(self._records)
        return {} if self._accept_images else self._recorded

    async def write(self, report: Report, *, last: bool) -> None:
        """Record a run so far, the `last` also while it is cancelled; once that failed, only the last is written."""
        if self._records is None or (self._failed and not last):
            return
        with anyio.CancelScope(shield=last):
            previous = await self._newest(self._records)
            record = record_of(report, self._recorded, previous, accept_images=self._accept_images)
            try:
                with anyio.fail_after(self._seconds):
                    self._digest = await self._records.write(record)
            except Exception as error:  # noqa: BLE001 - a record is never the end of a release
                self._failed = True
                self._warnings["write"] = _warnings("The release record was not written", error, self._seconds)
            else:
                self._warnings.pop("write", None)

    async def released(self) -> Released | None:
        """The release that set the version tags last; None if it is not known."""
        if self._records is None:
            return None
        try:
            with anyio.fail_after(self._seconds):
                state = await self._records.released()
        except Exception as error:  # noqa: BLE001 - a record is never the end of a release
            self._warnings["released"] = _warnings("The last release was not read", error, self._seconds)
            return None
        self._warnings.pop("released", None)
        return Released(state.record.git_sha, state.record.digests) if state else None

    async def begin_version_tags(self) -> None:
        """Record that this release sets the version tags, so that an older one knows of it."""
        if self._records is None or not self._digest:
            return
        try:
            with anyio.fail_after(self._seconds):
                await self._records.mark_released(self._digest)
        except Exception as error:  # noqa: BLE001 - as above
            self._warnings["mark"] = _warnings("The release was not recorded as the last one", error, self._seconds)

    async def _newest(self, records: Records) -> str:
        """The digest of the newest record, whose digests of images are kept; `""` if there is none to be read."""
        try:
            with anyio.fail_after(self._seconds):
                state = await records.newest(self._git_sha)
        except Exception as error:  # noqa: BLE001 - as above
            self._warnings["read"] = _warnings("The release record was not read", error, self._seconds)
            return ""
        self._warnings.pop("read", None)
        if state is None:
            return ""
        self._recorded = {**self._recorded, **state.record.digests}
        return state.digest


async def with_records(history: History, journal: Journal) -> History:
    """The history with what the records have of it."""
    return replace(
        history,
        recorded={**await journal.recorded(), **history.recorded},
        released=journal.released,
        begin_version_tags=journal.begin_version_tags,
    )


def _warnings(what: str, error: Exception, seconds: float) -> tuple[Problem, ...]:
    if isinstance(error, SlipwayError):
        return error.problems
    reason = f"no end after {seconds:g} s" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
    found = Problem(
        what=what,
        value=reason,
        expected="a registry that keeps the record of each release beside the images",
        hint="the release goes on without it; see that the token may push to the repository `…-releases`, or raise "
        "`record_seconds` in [tool.slipway]",
    )
    return PublishError(found).problems

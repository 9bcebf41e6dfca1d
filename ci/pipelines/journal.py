"""Writes the record of a run as it goes on; what goes wrong with it is a warning, and never ends a release."""

from collections.abc import Awaitable, Mapping
from dataclasses import replace

import anyio

from ci.core.release.history import History, Released
from ci.core.release.record import record_of
from ci.core.release.report import Report
from ci.errors import Problem, PublishError, SlipwayError
from ci.pipelines.ports import Records, RecordState


class Journal:
    """The record of a run; without `records`, it writes none. `seconds` limits each reading and each writing.

    With `accept_images`, what was recorded of an image gives way to what this run finds.
    """

    def __init__(self, records: Records | None, git_sha: str, seconds: float, *, accept_images: bool = False) -> None:
        self._records, self._git_sha, self._seconds = records, git_sha, seconds
        self._accept_images, self._verified = accept_images, False
        self._recorded: Mapping[str, str] = {}
        self._released: Mapping[str, str] = {}
        """What the release of this commit recorded when it had verified its sha tags and began to set version tags."""
        self._warnings: dict[str, tuple[Problem, ...]] = {}
        self._failed = False
        self._digest = ""
        """Of the state that was written last."""
        self._report: Report | None = None
        """The newest that was to be written."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What went wrong with the record so far."""
        return tuple(problem for problems in self._warnings.values() for problem in problems)

    async def recorded(self) -> Mapping[str, str]:
        """Image name -> the digest that this commit's image must have, as an earlier run has recorded it."""
        if self._records is not None:
            await self._newest(self._records, released=True)
        return {} if self._accept_images else self._recorded

    async def write(self, report: Report, *, last: bool) -> None:
        """Record a run so far, the `last` also while it is cancelled; once that failed, only the last is written."""
        if self._records is None or (self._failed and not last):
            return
        self._report, first = report, self._accept_images or self._verified
        with anyio.CancelScope(shield=last):
            previous = await self._newest(self._records, released=last)
            record = record_of(report, self._recorded, previous, found_first=first)
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
        """Record that this release, whose sha tags are verified, sets the version tags: an older one reads it."""
        if self._records is None or self._report is None:
            return
        self._verified, self._digest = True, ""
        await self.write(self._report, last=False)  # the state before may have the images of another run
        if not self._digest:
            return
        try:
            with anyio.fail_after(self._seconds):
                await self._records.mark_released(self._digest)
        except Exception as error:  # noqa: BLE001 - as above
            self._warnings["mark"] = _warnings("The release was not recorded as the last one", error, self._seconds)

    async def _newest(self, records: Records, *, released: bool) -> str:
        """The digest of the newest record, whose digests of images are kept; `""` if there is none to be read.

        The newest one may be of a run that another one has overtaken between its reading and its writing. So with
        `released`, what this commit's release has recorded before its version tags is read too, and counts for more.
        """
        self._warnings.pop("read", None)
        state = await self._read(records.newest(self._git_sha))
        if released and (last := await self._read(records.released())) and last.record.git_sha == self._git_sha:
            self._released = last.record.digests
        newest = state.record.digests if state else {}
        self._recorded = {**self._recorded, **newest, **self._released}
        return state.digest if state else ""

    async def _read(self, reading: Awaitable[RecordState | None]) -> RecordState | None:
        try:
            with anyio.fail_after(self._seconds):
                return await reading
        except Exception as error:  # noqa: BLE001 - as above
            self._warnings["read"] = _warnings("The release record was not read", error, self._seconds)
            return None


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

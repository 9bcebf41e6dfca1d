"""The clock protocol, done with the machine's."""

from datetime import UTC, datetime

import anyio


class SystemClock:
    """The time in UTC."""

    def now(self) -> datetime:
        """The time; see `ci.pipelines.ports.Clock`."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait; see `ci.pipelines.ports.Clock`."""
        await anyio.sleep(seconds)

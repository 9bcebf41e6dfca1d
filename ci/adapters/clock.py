"""The clock port, implemented with the machine's clock."""

from datetime import UTC, datetime

import anyio


class SystemClock:
    """The current time in UTC."""

    def now(self) -> datetime:
        """The current time; see `ci.pipelines.ports.Clock`."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait; see `ci.pipelines.ports.Clock`."""
        await anyio.sleep(seconds)

"""What else is outside of a release: base images, and time."""

import hashlib
from datetime import UTC, datetime, timedelta

import anyio.lowlevel


class SimulatedBases:
    """Base images: each has the digest that is made of its name; see `ci.pipelines.reuse_ports.BaseImages`."""

    async def digest(self, name: str) -> str:
        """See `ci.pipelines.reuse_ports.BaseImages`."""
        await anyio.lowlevel.checkpoint()
        return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


class SimulatedClock:
    """The machine's clock, on which a wait passes at once; see `ci.pipelines.ports.Clock`."""

    def __init__(self) -> None:
        self._waited = timedelta()

    def now(self) -> datetime:
        """The current time, later by all waits so far."""
        return datetime.now(UTC) + self._waited

    async def sleep(self, seconds: float) -> None:
        """Let time pass, without waiting."""
        await anyio.lowlevel.checkpoint()
        self._waited += timedelta(seconds=seconds)

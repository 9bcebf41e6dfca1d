"""The workers' health check, `python -m jobs.base.alive`: exits with 0 while a worker is connected to its queue."""

import sys
import tempfile
import time
from pathlib import Path

BEAT = Path(tempfile.gettempdir()) / "worker-alive"
LIMIT_SECONDS = 60.0


def beat() -> None:
    BEAT.touch()


def forget() -> None:
    """Remove the heartbeat of an earlier process: a container that is restarted keeps its files."""
    BEAT.unlink(missing_ok=True)


def alive() -> bool:
    return BEAT.exists() and time.time() - BEAT.stat().st_mtime < LIMIT_SECONDS


if __name__ == "__main__":
    sys.exit(0 if alive() else 1)

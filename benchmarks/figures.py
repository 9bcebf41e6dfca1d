"""What the benchmarks share: whole processes timed in turns, and ratios told with their limit."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def seconds(command: Sequence[str], *, folder: Path = ROOT) -> float:
    """The wall time of a command as a whole process; one that fails ends the benchmark with what it said."""
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return taken


def machine() -> str:
    """One line about the machine, since absolute times hold for nothing else."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def told(what: str, times: Sequence[float]) -> None:
    """Print the spread of some times."""
    print(f"{what}: median {statistics.median(times):.3f} s, {min(times):.3f} to {max(times):.3f} ({len(times)} runs)")


def verdict(what: str, value: float, limit: float) -> bool:
    """Print a figure beside its limit, and say whether it is kept."""
    kept = value <= limit
    print(f"{what}: {value:.3f} (at most {limit:g}: {'kept' if kept else 'NOT KEPT'})")
    return kept

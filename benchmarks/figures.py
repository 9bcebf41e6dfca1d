"""What the benchmarks share: timing whole processes, and printing figures beside their limits."""

import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def seconds(command: Sequence[str], *, folder: Path = ROOT) -> float:
    """The wall time of a command as a whole process; a command that fails ends the benchmark with its output."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    elapsed = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return elapsed


def cpu_seconds(command: Sequence[str], *, folder: Path = ROOT) -> float:
    """The CPU time of a command as a whole process, which is its wall time on a machine that does nothing else."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds(command, folder=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def machine() -> str:
    """One line that describes the machine: absolute times hold for no other."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def print_times(what: str, times: Sequence[float]) -> None:
    """Print median, minimum and maximum of times in seconds."""
    print(f"{what}: median {statistics.median(times):.3f} s, {min(times):.3f} to {max(times):.3f} ({len(times)} runs)")


def within_limit(what: str, value: float, limit: float) -> bool:
    """Print a figure beside its limit, and return whether it is within it."""
    within = value <= limit
    print(f"{what}: {value:.3f} (at most {limit:g}: {'within' if within else 'EXCEEDED'})")
    return within

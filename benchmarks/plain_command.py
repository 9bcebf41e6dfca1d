"""The time of `slipway gen-compose` on the reference product, as a whole process.

.venv/bin/python benchmarks/plain_command.py
"""

import statistics
import sys
import sysconfig
import tempfile
from pathlib import Path

from figures import machine, print_times, seconds, within_limit

RUNS = 15
SECONDS = 0.25
SLIPWAY = str(Path(sysconfig.get_path("scripts")) / "slipway")


def main() -> int:
    """Time it in turns with a Python that does nothing."""
    print(machine())
    command: list[float] = []
    empty: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS):
            output = f"{folder}/docker-compose.omni.yaml"
            command.append(seconds([SLIPWAY, "gen-compose", "--sha", f"{run:040x}", "--output", output]))
            empty.append(seconds([sys.executable, "-c", "pass"]))
    print_times("slipway gen-compose", command)
    print_times("python -c pass", empty)
    print(f"slipway gen-compose ÷ python -c pass: {statistics.median(command) / statistics.median(empty):.1f}")
    return 0 if within_limit("slipway gen-compose, seconds", statistics.median(command), SECONDS) else 1


if __name__ == "__main__":
    sys.exit(main())
